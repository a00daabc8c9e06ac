"""One decision for a whole campaign: every copy we know is hidden by it, and every later one as it appears."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction

from steelyard.cases.models import Case
from steelyard.cases.states import CaseKind
from steelyard.decisions.actions import as_in, words, write
from steelyard.decisions.models import Decision
from steelyard.decisions.queries import hidden_by_rules_alone
from steelyard.decisions.states import COPY_OF, DecisionState, Outcome
from steelyard.flows.carry_out import carry_out
from steelyard.flows.lift import lift
from steelyard.screening.campaigns import PICTURE, TEXT, campaign_of, decided, sketch_texts
from steelyard.screening.engine import Action, RuleHit, RuleState
from steelyard.screening.engine.images.hashing import ImageHash, MediaHashes
from steelyard.screening.engine.likeness import alike, bits_apart
from steelyard.screening.models import Campaign, Trace
from steelyard.subjects.models import Subject
from steelyard.subjects.states import SubjectState

COVERS = (CaseKind.FINDING, CaseKind.NOTICE)
"""An order names what it means; a complaint is about one decision. Neither speaks for copies."""
AT_ONCE = 100
CERTAIN, CERTAIN_BITS = 0.7, 16
"""How near a later copy must be to be hidden without a person: nearer than to join a campaign."""
LOOKS_EVERY = 1.0


class Known(NamedTuple):
    campaign: str
    harm: str
    ground: str
    texts: list[bytes]
    bands: frozenset[int]
    pictures: list[bytes]


def cover(decision: Decision, case: Case) -> int:
    """What a person decided of one copy holds for all: returns how many others are dealt with now.

    In the decision's own transaction up to AT_ONCE; the rest follows in the background, AT_ONCE at a time.
    """
    campaign = campaign_of(case.subject) if case.kind in COVERS else None
    if campaign is None or decision.state != DecisionState.MADE:
        return 0
    if decision.outcome in (Outcome.CONTAIN, Outcome.REMOVE):
        decided(campaign, decision.ref, decision.decided_by)
        return cover_some(campaign, decision)
    if decision.outcome == Outcome.RESTORE:
        return _bring_back(campaign, decision)
    return 0


def cover_some(campaign: Campaign, decision: Decision) -> int:
    """The next AT_ONCE copies that are still to be seen; the others are left to a task."""
    waiting = Subject.objects.filter(campaign_post__campaign=campaign, state=SubjectState.VISIBLE)
    found = list(waiting.select_related("key", "author").order_by("pk")[: AT_ONCE + 1])
    for subject in found[:AT_ONCE]:
        same = as_in(
            decision, outcome=Outcome(decision.outcome), found_by_machine=True, decided_by=decision.decided_by,
            rule=f"{COPY_OF}{campaign.ref}",
        )  # fmt: skip
        carry_out(write(same, subject, None, needs_second=False))
    if len(found) > AT_ONCE:
        from steelyard.flows.tasks import cover_the_rest

        transaction.on_commit(lambda: cover_the_rest.defer(campaign=campaign.ref, decision=decision.ref))
    return len(found[:AT_ONCE])


def _bring_back(campaign: Campaign, decision: Decision) -> int:
    """A person found nothing wrong with what rules had hidden: the copies come back too."""
    if campaign.decision:
        decided(campaign, "", decision.decided_by)
    members = Subject.objects.filter(campaign_post__campaign=campaign).exclude(pk=decision.subject_id or 0)
    hidden = [found for each in members if (found := hidden_by_rules_alone(each))]
    for found in hidden:
        lift(found, decision.decided_by, because=words(decision), case=None)
    return len(hidden)


_known: tuple[float, tuple[Known, ...]] = (0.0, ())


def campaigns_in_force() -> tuple[Known, ...]:
    """Campaigns that a person decided and nobody took back, at most a second old."""
    global _known  # noqa: PLW0603 - one small cache for the process
    if time.monotonic() - _known[0] > LOOKS_EVERY:
        _known = (time.monotonic(), tuple(_load()))
    return _known[1]


def forget_campaigns() -> None:
    """For tests."""
    global _known  # noqa: PLW0603 - as above
    _known = (0.0, ())


def _load() -> list[Known]:
    found = []
    running = {each.decision: each for each in Campaign.objects.exclude(decision="")}
    for decision in Decision.objects.filter(ref__in=running, state=DecisionState.MADE):
        campaign = running[decision.ref]
        traces = list(Trace.objects.filter(campaign=campaign).order_by("-pk")[:50])
        texts = [trace for trace in traces if trace.kind == TEXT]
        bands = frozenset(band for trace in texts for band in trace.bands)
        pictures = [bytes(trace.values) for trace in traces if trace.kind == PICTURE]
        found.append(
            Known(
                campaign.ref,
                decision.harm,
                decision.ground,
                [bytes(t.values) for t in texts],
                bands,
                pictures,
            )
        )
    return found


def campaign_hits(texts: Sequence[str], media: Sequence[Sequence[MediaHashes]]) -> dict[int, RuleHit]:
    """By number: what is a copy of something that a person has decided."""
    known = campaigns_in_force()
    if not known:
        return {}
    found: dict[int, RuleHit] = {}
    for number, sketch in enumerate(sketch_texts(texts)):
        for each in known:
            near = sketch and each.bands.intersection(sketch.bands)
            if near and sketch and max(alike(sketch.values, one) for one in each.texts) >= CERTAIN:
                found[number] = _hit(each, "copy_of_text")
    for number, files in enumerate(media):
        for each in known:
            if any(_near(file, each) for file in files):
                found[number] = _hit(each, "copy_of_picture")
    return found


def _near(file: MediaHashes, known: Known) -> bool:
    picture = file.picture
    return isinstance(picture, ImageHash) and picture.usable and any(
        bits_apart(picture.pdq, one) <= CERTAIN_BITS for one in known.pictures
    )  # fmt: skip


def _hit(known: Known, signal: str) -> RuleHit:
    return RuleHit(
        rule=f"{COPY_OF}{known.campaign}", state=RuleState.LIVE, version="1", action=Action.HOLD,
        harm=known.harm, policy_ref=known.ground, signals=(signal,),
    )  # fmt: skip
