"""Near copies join into one campaign, whoever posted them and wherever.

Only posts that something was found in leave a trace, under a key, while the campaign goes on and for 72 hours after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction

from steelyard.base.clock import now
from steelyard.ledger.actions import Facts, record
from steelyard.rulebook.queries import fact
from steelyard.screening.engine.images.hashing import ImageHash, MediaHashes
from steelyard.screening.engine.likeness import ALIKE, Sketch, alike, bits_apart, sketches
from steelyard.screening.models import Campaign, CampaignPost, Trace
from steelyard.subjects.models import Subject
from steelyard.vault.actions import matching_key

TEXT, PICTURE = "text", "picture"
NEAR = 31
"""Bits of PDQ between two copies of one picture."""
COMPARED = 200
"""Traces that a new one is compared with, the newest."""
_TURNS = 0x57E1  # which lock: two copies in one moment make one campaign


@dataclass(frozen=True)
class Spread:
    """How far a campaign reaches."""

    posts: int
    accounts: int
    channels: int


def sketch_texts(texts: Sequence[str]) -> list[Sketch | None]:
    return sketches(texts, matching_key())


def join(subject: Subject, text: str, media: Sequence[MediaHashes], *, harm: str) -> Campaign | None:
    """The campaign that this post belongs to, from its second copy on. In the caller's transaction."""
    traces = _traces(subject, text, media)
    if not traces or CampaignPost.objects.filter(subject=subject).exists():
        return campaign_of(subject)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURNS])
    copies = [copy for trace in traces for copy in _copies(trace)]
    campaign = _campaign_of(copies, harm) if copies else None
    for trace in traces:
        trace.campaign = campaign
    Trace.objects.bulk_create(traces)
    if campaign:
        _add(campaign, [*dict.fromkeys(copy.subject for copy in copies), subject])
    return campaign


def campaign_of(subject: Subject | None) -> Campaign | None:
    return Campaign.objects.filter(posts__subject=subject).first() if subject else None


def spread_of(campaign: Campaign) -> Spread:
    posts = campaign.posts.values_list("subject", "subject__author", "subject__channel")
    rows = list(posts)
    return Spread(len(rows), len({row[1] for row in rows}), len({row[2] for row in rows}))


@transaction.atomic
def decided(campaign: Campaign, decision: str, actor: str) -> None:
    """From now on copies are dealt with as this decision says; "" for nobody's."""
    before = campaign.decision
    campaign.decision, campaign.last_at = decision, now()
    campaign.save(update_fields=["decision", "last_at"])
    record(
        "screening:campaign:decided" if decision else "screening:campaign:let_go",
        actor=actor, about=campaign, before=before, after=decision, facts=Facts(harm=campaign.harm),
    )  # fmt: skip


def _traces(subject: Subject, text: str, media: Sequence[MediaHashes]) -> list[Trace]:
    found = []
    (sketch,) = sketch_texts([text])
    if sketch:
        found.append(
            Trace(subject=subject, kind=TEXT, values=sketch.values, bands=list(sketch.bands), at=now())
        )
    for file in media:
        if isinstance(file.picture, ImageHash) and file.picture.usable:
            found.append(Trace(subject=subject, kind=PICTURE, values=file.picture.pdq, bands=[], at=now()))
    return found


def _copies(trace: Trace) -> list[Trace]:
    """Earlier traces that are near copies, the oldest first."""
    known = Trace.objects.filter(kind=trace.kind, at__gte=now() - _remembered()).exclude(
        subject=trace.subject
    )
    known = known.select_related("campaign", "subject").order_by("-pk")
    if trace.kind == TEXT:
        near = [
            each for each in known.filter(bands__overlap=trace.bands)[:COMPARED]
            if alike(bytes(each.values), bytes(trace.values)) >= ALIKE
        ]  # fmt: skip
    else:
        near = [
            each for each in known[:20_000] if bits_apart(bytes(each.values), bytes(trace.values)) <= NEAR
        ]
    return near[::-1]


def _campaign_of(copies: Sequence[Trace], harm: str) -> Campaign:
    known = next((copy.campaign for copy in copies if copy.campaign), None)
    if known:
        known.last_at = now()
        known.save(update_fields=["last_at"])
        return known
    campaign = Campaign.objects.create(harm=harm, last_at=now())
    record("screening:campaign:seen", actor="steelyard", about=campaign, facts=Facts(harm=harm, by="machine"))
    return campaign


def _add(campaign: Campaign, subjects: Sequence[Subject]) -> None:
    rows = [CampaignPost(campaign=campaign, subject=subject, joined_at=now()) for subject in subjects]
    CampaignPost.objects.bulk_create(rows, ignore_conflicts=True)
    Trace.objects.filter(subject__in=subjects, campaign=None).update(campaign=campaign)


def _remembered() -> timedelta:
    return fact("house.fingerprints_kept", now().date()).period()
