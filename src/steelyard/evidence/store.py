"""The sealed store: what nobody sees by default, no program is tried on, and no export holds."""

from dataclasses import dataclass
from datetime import date, datetime

from msgspec import structs

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.evidence.marks import TEXT, Named, marks_of
from steelyard.evidence.models import Look, PutAway
from steelyard.ledger.actions import Facts, record
from steelyard.rulebook.queries import Fact, fact
from steelyard.subjects.models import Subject
from steelyard.vault.actions import destroy

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Closed:
    """What a reviewer sees of what is put away: never the thing itself."""

    since: datetime
    hashes: tuple[Named, ...]
    """sha256, md5, pdq, each in hexadecimal; of words none that could be tried"""
    commitments: tuple[str, ...]
    kept_until: datetime | None
    """None: no law is known that names the period"""
    source: str
    """The law that names it, as the operator stated it; or why it is unknown"""
    erased_at: datetime | None
    """When what we held was erased, because that period was over"""
    looks: int
    """How often a person opened a copy, before and since"""


def closed(harm: str) -> bool:
    """Whether content of this harm belongs into the store, by the rulebook."""
    return harm in fact("house.closed_harms", now().date()).value


def is_put_away(subject: Subject | None) -> bool:
    return subject is not None and PutAway.objects.filter(subject=subject).exists()


def put_away(subject: Subject, harm: str) -> None:
    """Close what we hold of `subject`, in the caller's transaction. Done twice, it counts once."""
    row, fresh = PutAway.objects.get_or_create(subject=subject, defaults={"harm": harm})
    if fresh:
        record("evidence:subject:put_away", actor="steelyard", about=row, key=subject.key,
               facts=Facts(harm=harm, by="machine"))  # fmt: skip


def give_back(subject: Subject, actor: str, *, because: str) -> None:
    """A person found that it is not what it was said to be: it is evidence like any other again."""
    row = PutAway.objects.filter(subject=subject).first()
    if row is None:
        return
    record("evidence:subject:given_back", actor=actor, about=row, key=subject.key, because=because,
           facts=Facts(harm=row.harm, by="person"))  # fmt: skip
    row.delete()


def kept_until(row: PutAway) -> datetime | None:
    """The end of the period that the operator's law names; None while nobody has named one."""
    period = kept_for(row.created_at.date())
    return None if period.value == UNKNOWN else row.created_at + period.period()


def kept_for(day: date) -> Fact:
    """The period with its source: as the operator stated it, else the rulebook's, which is unknown."""
    known, stated = fact("abuse_imagery.kept_for", day), config().abuse_imagery
    return structs.replace(known, value=stated.kept_for, source=stated.source) if stated.kept_for else known


def due() -> list[PutAway]:
    """What is to be erased: its period is over. Nothing while no law is known that names one."""
    rows = PutAway.objects.filter(erased_at=None).select_related(
        "subject__key", "subject__author", "subject__channel"
    )
    return [row for row in rows.order_by("pk") if (end := kept_until(row)) and end <= now()]


def erase(row: PutAway) -> None:
    """Destroy what we hold of it, in the caller's transaction. Its hashes, what was decided and who looked stay."""
    row.erased_at = now()
    row.save(update_fields=["erased_at"])
    for exhibit in row.subject.exhibits.filter(erased_at=None).select_related("key"):
        if exhibit.key:
            destroy(exhibit.key)
        exhibit.sealed, exhibit.erased_at = b"", row.erased_at
        exhibit.save(update_fields=["sealed", "erased_at"])
    record("evidence:subject:erased", actor="steelyard", about=row, key=row.subject.key,
           because=kept_for(row.created_at.date()).source, facts=Facts(harm=row.harm, by="machine"))  # fmt: skip


def from_outside(subject: Subject | None) -> Closed | None:
    """What is put away, as a reviewer may see it; None when nothing is."""
    row = PutAway.objects.filter(subject=subject).first() if subject else None
    if subject is None or row is None:
        return None
    return Closed(
        since=row.created_at,
        hashes=tuple(named for named in marks_of(subject) if named[0] != TEXT),
        commitments=tuple(subject.exhibits.order_by("pk").values_list("commitment", flat=True)),
        kept_until=kept_until(row),
        source=kept_for(row.created_at.date()).source,
        erased_at=row.erased_at,
        looks=Look.objects.filter(exhibit__subject=subject).count(),
    )
