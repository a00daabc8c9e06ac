"""The sealed sample of the stream: what a changed policy is tried on before anybody goes Live with it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.base.errors import NoSuchThing
from steelyard.evidence.store import closed
from steelyard.screening.engine import Item, Verdict
from steelyard.screening.models import Sampled, SampleDay
from steelyard.vault.actions import destroy, keyed_hash, new_key, seal, unseal

_PLACE = "screening.sample"
_RANGE = 1 << 32


class Kept(msgspec.Struct, frozen=True):
    """One post of the sample, and what the policy of that day said."""

    text: str
    surface: str
    facts: dict[str, Any]
    scores: dict[str, float]
    action: str
    rules: tuple[str, ...]


def chosen(connector: str, post: str) -> bool:
    """Whether the sample takes a post: by a keyed hash of its id, so that asking twice answers the same."""
    share = config().sample.share
    if not share:
        return False
    return int(keyed_hash(f"{connector}\x1f{post}", purpose="screening.sample")[:8], 16) < share * _RANGE


def keep_samples(connector: str, judged: Sequence[tuple[str, Item, Verdict]]) -> int:
    """Seal those that the sample takes. In the caller's transaction. Returns how many."""
    taken = [
        (item, verdict) for id_, item, verdict in judged if chosen(connector, id_) and not _closed(verdict)
    ]
    if not taken:
        return 0
    day = _today()
    Sampled.objects.bulk_create([Sampled(day=day, sealed=_sealed(day, *each)) for each in taken])
    return len(taken)


def _closed(verdict: Verdict) -> bool:
    """A rule says that it is what nothing may be tried on: the sample never holds it."""
    return any(closed(hit.harm) for hit in verdict.rules)


def samples() -> Iterator[Kept]:
    """Everything that is kept, opened for a machine; days whose key is gone are left out."""
    for day in SampleDay.objects.select_related("key").order_by("day"):
        for row in day.posts.order_by("pk").iterator(chunk_size=500):
            try:
                yield msgspec.msgpack.decode(unseal(day.key, row.sealed, place=_PLACE), type=Kept)
            except NoSuchThing:
                break


def forget_samples() -> int:
    """Erase the days that are over. Returns how many."""
    over = SampleDay.objects.filter(day__lte=now().date() - timedelta(days=config().sample.days))
    days = list(over.select_related("key"))
    for day in days:
        destroy(day.key)
        day.posts.all().delete()
        day.delete()
    return len(days)


def _today() -> SampleDay:
    today = now().date()
    found = SampleDay.objects.filter(day=today).select_related("key").first()
    return found or SampleDay.objects.get_or_create(day=today, defaults={"key": new_key()})[0]


def _sealed(day: SampleDay, item: Item, verdict: Verdict) -> bytes:
    kept = Kept(
        item.text, item.surface, dict(item.facts), dict(item.scores), verdict.action,
        tuple(hit.rule for hit in verdict.rules),
    )  # fmt: skip
    return seal(day.key, msgspec.msgpack.encode(kept), place=_PLACE)
