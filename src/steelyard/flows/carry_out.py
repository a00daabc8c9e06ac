"""What follows from a decision: the platform acts, the author is told why, the others hear the outcome."""

from collections.abc import Iterator

from steelyard.base.config import config
from steelyard.base.errors import NoSuchThing
from steelyard.base.identifiers import shown
from steelyard.base.outbox import ring
from steelyard.cases.models import Case
from steelyard.decisions.actions import state_reasons, words
from steelyard.decisions.labels import label_words
from steelyard.decisions.models import Decision
from steelyard.decisions.reasons import refusal
from steelyard.decisions.states import RESTRICTS, Outcome
from steelyard.disclosure.suspicions import telling_waits
from steelyard.enforcement.actions import queue_measure
from steelyard.enforcement.connector import Operation, connector, connectors
from steelyard.evidence.actions import words_of
from steelyard.flows.tell_partners import tell_partner_of
from steelyard.flows.tell_reporters import tell_reporters
from steelyard.ledger.queries import is_sealed
from steelyard.letters.actions import (
    address,
    send_notice_decided,
    send_notice_reversed,
    send_reversed,
    send_statement,
)
from steelyard.notices.actions import told
from steelyard.notices.models import Notice
from steelyard.subjects.models import Subject
from steelyard.subjects.queries import language_of_person
from steelyard.subjects.states import Kind
from steelyard.transparency.database.actions import queue_submission


def carry_out(decision: Decision, *, tell_author: bool = True, language: str = "") -> None:
    """Queue everything that follows from `decision`, in its own transaction.

    `language`: the author's own, when they wrote to us in it.
    """
    if decision.case and is_sealed(decision.case.key):
        queue_measure(decision)  # nobody is told under secrecy; `tell_now` does it afterwards
        ring()
        return
    language = language or author_language(decision.subject)
    if decision.outcome in RESTRICTS and telling_waits(decision.subject):
        # DSA Art. 18: the author is told when that day has come
        queue_measure(decision, _label_there(decision, language))
    elif decision.outcome in RESTRICTS and not hasattr(decision, "statement"):
        statement, reasons, token = state_reasons(decision, language)
        send_statement(decision, statement, reasons, token)
        queue_submission(statement)
        there = _label_there(decision, language) or _at_the_gate(decision, language, token)
        queue_measure(decision, there)
    else:
        queue_measure(decision, _words_again(decision, language))
    if decision.reverses and tell_author and hasattr(decision.reverses, "statement"):
        # whoever was not told of it yet hears of its end when they hear of it (`tell_now`), not before
        answered = words(decision) if decision.source == "complaint" else ""
        send_reversed(decision, language, answer=answered)
    _tell_notifiers(decision)
    tell_reporters(decision)
    for notice in _from_partners(decision):
        tell_partner_of(notice)
    ring()


def tell_now(decision: Decision) -> None:
    """What kept it from the author has ended, if nothing else does: they are told what was decided then, and why.

    Also of what was taken back or was over in the meantime, and then of that as well.
    """
    if kept_from_author(decision):
        return
    if decision.outcome in RESTRICTS and not hasattr(decision, "statement"):
        language = author_language(decision.subject)
        statement, reasons, token = state_reasons(decision, language)
        send_statement(decision, statement, reasons, token)
        queue_submission(statement)
        if reversal := decision.reversed_by.select_related("subject__author", "subject__key").first():
            send_reversed(reversal, language)
        ring()


def kept_from_author(decision: Decision) -> bool:
    """Whether they may not know of it now: an order's secrecy, or the day of a suspicion (DSA Art. 18)."""
    return bool(decision.case and is_sealed(decision.case.key)) or telling_waits(decision.subject)


def author_language(subject: Subject | None) -> str:
    """The author's language, as far as their posts tell it; else the operator's first."""
    found = language_of_person(subject)
    return found if found in config().languages else config().languages[0]


def _label_there(decision: Decision, language: str) -> dict[str, str] | None:
    """What stands beside a labelled post, in the language of the post."""
    if decision.outcome != Outcome.LABEL:
        return None
    case = shown(decision.case.ref) if decision.case else ""
    return {"label": decision.label, "text": label_words(decision.label, language), "case": case}


def _at_the_gate(decision: Decision, language: str, token: str) -> dict[str, str] | None:
    """What the platform tells whoever it refuses from now on; None for a post, which is simply hidden.

    The secret link to contest it is the account's own. Whoever meets a closed channel is not its owner, so
    they get our public pages.
    """
    subject = decision.subject
    if subject is None or subject.kind == Kind.POST:
        return None
    path = f"d/{token}" if subject.kind == Kind.ACCOUNT else ""
    case = shown(decision.case.ref) if decision.case else ""
    return {"reason": refusal(decision, language), "case": case, "appeal": address(language, path)}


def _words_again(decision: Decision, language: str) -> dict[str, str] | None:
    """The words of a post that comes back on a platform which keeps no copy of what it took away."""
    subject = decision.subject
    if decision.outcome != Outcome.RESTORE or subject is None or subject.kind != Kind.POST:
        return None
    manifest = connector(subject.connector).manifest if subject.connector in connectors() else None
    if manifest is None or not manifest.offers(Operation.RESTORE_ITEM):
        return None
    if not manifest.ability(Operation.RESTORE_ITEM).needs_words:
        return None
    try:
        return {"text": words_of(subject), "language": language}
    except NoSuchThing:
        return None


def _tell_notifiers(decision: Decision) -> None:
    """By mail where they gave an address; the follow page has the outcome in any case."""
    before = decision.reverses.case if decision.reverses else None
    for notice, to in _reachable(before):
        send_notice_reversed(notice, to)
    if before is None or decision.case_id != before.pk:
        for notice, to in _reachable(decision.case):
            send_notice_decided(notice, to)


def _from_partners(decision: Decision) -> list[Notice]:
    """Notices of partners about the same thing, in this case or in one whose decision changed."""
    cases = [
        case.pk for case in (decision.case, decision.reverses.case if decision.reverses else None) if case
    ]
    found = Notice.objects.filter(bases__case__in=cases).exclude(partner=None)
    return list(found.select_related("key").distinct().order_by("pk"))


def _reachable(case: Case | None) -> Iterator[tuple[Notice, str]]:
    if case is None:
        return
    for basis in case.bases.exclude(notice=None).select_related("notice__key"):
        if basis.notice and (to := told(basis.notice).email):
            yield basis.notice, to
