"""The lines of a partner's batch become notices on cases, one by one, and nothing is lost on the way.

A crash between claim and commit leaves the line claimed until its lease ends; it is then taken up again. The
notice, its case and the line's new state are saved together, so a line becomes one notice.
"""

from datetime import timedelta

from django.db import transaction

from steelyard.base.clock import database_now
from steelyard.base.outbox import attempt, claim, confirm, ring, still_mine
from steelyard.cases.actions import join_decided, open_or_join, start_clock
from steelyard.cases.models import Case
from steelyard.cases.states import CaseKind, CaseState
from steelyard.decisions.queries import in_force
from steelyard.enforcement.connector import SeenPost
from steelyard.evidence.marks import Named, mark
from steelyard.flows.check_lines import as_hash
from steelyard.flows.locate import Thing, locate, remember
from steelyard.flows.receive_batch import clock_of
from steelyard.flows.same_again import follow_what_was_decided, known_by, marks_of_files
from steelyard.flows.tell_partners import tell_partner
from steelyard.notices.actions import Told, take
from steelyard.notices.batches import became, explanation, what
from steelyard.notices.models import BatchLine, Notice
from steelyard.subjects.models import Subject

LEASE = timedelta(seconds=120)
AT_ONCE = 20


def take_up_lines() -> int:
    """Take up what is due; returns how many lines were taken."""
    rows = claim(BatchLine, limit=AT_ONCE, lease=LEASE)
    for row in rows:
        with attempt(row):
            _take_up(row)
    return len(rows)


def _take_up(line: BatchLine) -> None:
    where, note = what(line)
    if named := as_hash(where):
        return _by_hash(line, named, note)
    thing = locate((where,))[0].thing
    marks = marks_of_files(thing) if isinstance(thing, SeenPost) else []
    with transaction.atomic():
        if still_mine(line):
            _as_notice(line, where, note, _subject(thing, marks))
    return None


def _subject(thing: Thing | None, marks: list[Named]) -> Subject | None:
    subject = remember(thing, origin="platform") if thing else None
    if subject:
        mark(subject, marks)
    return subject


def _by_hash(line: BatchLine, named: Named, note: str) -> None:
    """A file named by its hash alone: a notice about each post of ours that has it; else there is none here."""
    known = known_by(*named)
    with transaction.atomic():
        if known:
            if still_mine(line):
                _as_notice(line, ":".join(named), note, known[0])
        elif confirm(line):
            tell_partner(line)
            ring()


def _as_notice(line: BatchLine, where: str, note: str, subject: Subject | None) -> Notice:
    batch = line.batch
    said = "\n\n".join(part for part in (explanation(batch), note) if part.strip())
    notice = take(
        Told(links=(where,), explanation=said, name=batch.partner.name), door=batch.door, harm=line.harm,
        language=batch.language, partner=batch.partner,
    )  # fmt: skip
    became(line, notice, database_now())
    if case := _answered_already(subject):
        join_decided(case, notice)
    else:
        _open(line, notice, subject)
    tell_partner(line)
    ring()
    return notice


def _answered_already(subject: Subject | None) -> Case | None:
    """The decided case whose decision, made by a person, restricts this very thing now."""
    decision = in_force(subject).exclude(case=None).exclude(decided_by_machine=True).last()
    case = decision.case if decision else None
    return case if case and case.kind == CaseKind.NOTICE and case.state == CaseState.DECIDED else None


def _open(line: BatchLine, notice: Notice, subject: Subject | None) -> None:
    clock = clock_of(line.batch.partner, line.harm)
    case = open_or_join(
        CaseKind.NOTICE, subject, harm=line.harm, language=line.batch.language, clock=clock, notice=notice,
        arrived_at=line.batch.created_at,
    )  # fmt: skip
    if not case.deadlines.filter(fact=clock.name).exists():  # joined one that somebody else's notice opened
        start_clock(case, clock, line.batch.created_at)
    if subject:
        follow_what_was_decided(subject)
