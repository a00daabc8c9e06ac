"""The same thing again: what a post can be recognised by, and a decision on one reaching the others unopened."""

from collections.abc import Iterable

from steelyard.base.clock import now
from steelyard.base.errors import SteelyardError
from steelyard.cases.actions import settle_case
from steelyard.cases.models import Case
from steelyard.cases.states import CaseKind, CaseState
from steelyard.decisions.actions import Weighed, as_in, write
from steelyard.decisions.models import Decision
from steelyard.decisions.queries import in_force, says_of_content
from steelyard.decisions.states import SAME_AS, DecisionState, Outcome
from steelyard.enforcement.connector import SeenPost, connector
from steelyard.evidence.actions import contents, newest_of
from steelyard.evidence.marks import PDQ, TEXT, Named, bearers, marks_of, pictures
from steelyard.flows.carry_out import carry_out
from steelyard.flows.look_at_media import hashed
from steelyard.rulebook.queries import fact
from steelyard.screening.engine.images.hashing import ImageHash, MediaHashes
from steelyard.screening.engine.images.index import PdqIndex
from steelyard.subjects.actions import locked
from steelyard.subjects.models import Subject
from steelyard.subjects.states import Kind, SubjectState


def named_by(media: Iterable[MediaHashes]) -> list[Named]:
    """The marks of files that were hashed. A picture without structure is like too many others."""
    found: list[Named] = []
    for file in media:
        found += [("sha256", file.sha256.hex()), ("md5", file.md5.hex())]
        if isinstance(file.picture, ImageHash) and file.picture.usable:
            found.append((PDQ, file.picture.pdq.hex()))
    return found


def marks_of_files(post: SeenPost) -> list[Named]:
    """Fetch and hash the files of one post; nobody sees them and none is kept. Goes over the network."""
    try:
        platform = connector(post.connector)
    except SteelyardError:
        return []
    files = (hashed(platform, file) for file in post.media if file.uri)
    return named_by(one for one in files if one)


def alike(subject: Subject) -> list[Subject]:
    """Known posts that are the same: identical files, nearly identical pictures, identical long texts."""
    long = _length(subject) >= fact("house.same_text_least", now().date()).value
    named = [one for one in marks_of(subject) if one[0] != PDQ and (one[0] != TEXT or long)]
    found = set(bearers(named)) | set(_near(value for kind, value in marks_of(subject) if kind == PDQ))
    found.discard(subject.pk)
    rows = Subject.objects.filter(pk__in=found, kind=Kind.POST).select_related("key", "author")
    return list(rows.order_by("pk"))


def known_by(kind: str, value: str) -> list[Subject]:
    """Known posts with a file of this hash, which a partner named."""
    found = set(bearers([(kind, value)])) | (set(_near([value])) if kind == PDQ else set())
    return list(Subject.objects.filter(pk__in=found).select_related("key", "author").order_by("pk"))


def cover(decision: Decision) -> list[Decision]:
    """Take a person's decision on a post to every known post that is the same, and carry that out. In its transaction.

    Only hiding, which can be undone, covers others; never an order, whose scope is its own; never a post that
    somebody has in hand or that was decided by itself. Each author hears of it and can contest it.
    """
    if decision.subject is None or not says_of_content(decision):
        return []
    made = [follow(decision, subject) for subject in alike(decision.subject)]
    return [one for one in made if one]


def follow_what_was_decided(subject: Subject) -> Decision | None:
    """Something turns up whose content a person has decided about already: it gets the same answer, unopened."""
    for other in alike(subject):
        for decision in in_force(other):
            if says_of_content(decision) and (made := follow(decision, subject)):
                return made
    return None


def follow(decision: Decision, subject: Subject) -> Decision | None:
    """Hide `subject` as `decision` did with the same content, and settle its open case; None when it may not be."""
    subject = locked(subject.pk)
    if subject.state != SubjectState.VISIBLE or _decided_by_itself(subject):
        return None
    open_cases = Case.objects.select_for_update(of=("self",)).filter(
        subject=subject, state__in=[CaseState.IN_REVIEW, CaseState.SECOND_NEEDED, CaseState.OPEN]
    )
    cases = list(open_cases)
    if any(case.state != CaseState.OPEN or case.kind == CaseKind.ORDER for case in cases):
        return None
    made = write(_weighed(decision, cases), subject, cases[0] if cases else None, needs_second=False)
    for case in cases:
        settle_case(case)
    carry_out(made)
    return made


def followers(decision: Decision) -> list[Decision]:
    """The decisions in force that only follow `decision`: reversed with it."""
    return list(
        Decision.objects.filter(rule=f"{SAME_AS}{decision.ref}", state=DecisionState.MADE).order_by("pk")
    )


def _weighed(decision: Decision, cases: list[Case]) -> Weighed:
    noticed = any(case.kind == CaseKind.NOTICE for case in cases)
    return as_in(
        decision, outcome=Outcome.CONTAIN, source="notice" if noticed else "rule", found_by_machine=True,
        decided_by_machine=True, rule=f"{SAME_AS}{decision.ref}",
    )  # fmt: skip


def _decided_by_itself(subject: Subject) -> bool:
    """A person has looked at this very post, or a reversal brought it back: that stands."""
    return (
        in_force(subject).exists()
        or subject.decisions.filter(state__in=[DecisionState.MADE, DecisionState.REVERSED])
        .exclude(outcome=Outcome.CONTAIN, decided_by_machine=True, state=DecisionState.MADE)
        .exists()
    )


def _length(subject: Subject) -> int:
    """Characters of the post as it was kept. Read by the program, shown to nobody."""
    exhibit = newest_of(subject)
    return len(contents(exhibit).decode("utf-8", "replace").strip()) if exhibit else 0


def _near(values: Iterable[str]) -> list[int]:
    wanted = [bytes.fromhex(value) for value in values]
    if not wanted:
        return []
    known = pictures()
    index = PdqIndex.build([value for value, _subject in known])
    near = {match.value for matches in index.search(wanted) for match in matches}
    return [subject for value, subject in known if value in near]
