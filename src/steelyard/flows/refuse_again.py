"""What a person removed under the terms is refused when it is posted again, word for word or byte for byte.

Before anybody sees it, and also while we are down: the platform is handed the hashes. Short texts are left alone, since
many people say them. Whoever is refused reads why at once.
"""

from collections.abc import Iterator

from steelyard.base.clock import now
from steelyard.base.errors import NoSuchThing
from steelyard.base.identifiers import shown
from steelyard.decisions.models import Decision
from steelyard.decisions.queries import says_of_content
from steelyard.decisions.reasons import refusal
from steelyard.decisions.states import DecisionState, Outcome
from steelyard.enforcement.actions import params_of, queue_refusal
from steelyard.enforcement.connector import Operation, connector, connectors, fingerprint
from steelyard.enforcement.models import Measure
from steelyard.evidence.actions import words_of
from steelyard.evidence.marks import marks_of
from steelyard.flows.carry_out import author_language
from steelyard.flows.same_again import alike
from steelyard.letters.actions import address
from steelyard.rulebook.queries import fact
from steelyard.subjects.models import Subject


def refuse_again(decision: Decision) -> None:
    """Queue the refusals that follow from a removal, in its transaction; none where the platform has no such thing."""
    subject = decision.subject
    if decision.outcome != Outcome.REMOVE or subject is None or not says_of_content(decision):
        return
    if not _offered(subject):
        return
    language = author_language(subject)
    case = shown(decision.case.ref) if decision.case else ""
    told = {"reason": refusal(decision, language), "case": case, "appeal": address(language, "")}
    for content in dict.fromkeys(_hashes(subject)):
        queue_refusal(decision, subject, Operation.BLOCK_CONTENT, {**told, "content": content})


def take_again(decision: Decision, because: Decision) -> None:
    """A removal was wrong: what it had refused may be posted again, unless another removal of the same stands."""
    if decision.subject is None:
        return
    stands = {content for subject in alike(decision.subject) for content in _refused(subject, but=decision)}
    for row in Measure.objects.filter(decision=decision, operation=Operation.BLOCK_CONTENT):
        if (content := params_of(row)["content"]) not in stands:
            queue_refusal(because, decision.subject, Operation.UNBLOCK_CONTENT, {"content": content})


def _hashes(subject: Subject) -> Iterator[str]:
    """Of its words, where they are long enough to be nobody else's, and of its files."""
    yield from (value for kind, value in marks_of(subject) if kind == "sha256")
    try:
        words = words_of(subject)
    except NoSuchThing:
        return
    if len(words.strip()) >= fact("house.same_text_least", now().date()).value:
        yield fingerprint(words)


def _refused(subject: Subject, *, but: Decision) -> Iterator[str]:
    rows = Measure.objects.filter(
        subject=subject, operation=Operation.BLOCK_CONTENT, decision__state=DecisionState.MADE
    )
    for row in rows.exclude(decision=but).select_related("subject__key"):
        yield params_of(row)["content"]


def _offered(subject: Subject) -> bool:
    if subject.connector not in connectors():
        return False
    return connector(subject.connector).manifest.offers(Operation.BLOCK_CONTENT)
