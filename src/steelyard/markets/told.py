"""What of the register everybody may read: the newest words of each published matter, and every change of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from django.db.models import Max
from django.utils.translation import gettext as _

from steelyard.base.errors import NoSuchThing
from steelyard.markets.models import Matter, Paper, Publication
from steelyard.vault.actions import unseal

CONTENT, NAME = "markets.paper", "markets.paper.name"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One version, word for word."""

    authority: str
    reference: str = ""
    asked: str
    taken: str = ""
    """The position we took; "" where none is told"""
    stance: str = "open"
    """open, agree, partly, disagree"""
    state: str = "open"
    """open: ours to answer; answered: theirs to move; closed"""
    due_on: date | None = None
    """The day by which we answer; None: no day was set"""
    amount: str = ""
    """Of a fine, with its currency; "" for anything else"""
    papers: tuple[str, ...] = ()
    """References of the documents"""


@dataclass(frozen=True)
class PublicPaper:
    ref: str
    name: str
    media_type: str
    digest: str
    """SHA-256, hexadecimal"""


@dataclass(frozen=True)
class Change:
    """What one version says otherwise than the one before it."""

    what: str
    """A field of Told"""
    before: str
    after: str


@dataclass(frozen=True)
class PublicVersion:
    version: int
    at: datetime
    changes: tuple[Change, ...]
    """() for the first"""
    taken_back_at: datetime | None
    """Since when what it said may not be told any longer"""


@dataclass(frozen=True, kw_only=True)
class PublicMatter:
    """A regulator's letter, a consultation, a court's decision, a fine or a proceeding, as it was published."""

    ref: str
    kind: str
    country: str
    came_on: date
    published_on: date
    changed_at: datetime
    told: Told
    papers: tuple[PublicPaper, ...]
    history: tuple[PublicVersion, ...]
    """The newest first"""


@dataclass(frozen=True)
class TakenBack:
    """That something was public once. What it said is not told."""

    kind: str
    country: str
    first_on: date
    at: datetime


def published(*, country: str = "", kind: str = "", limit: int = 200) -> Sequence[PublicMatter]:
    """Every matter that is published, what changed last first. Opens no sealed text but the names of its documents."""
    rows = Matter.objects.exclude(published_at=None).select_related("key")
    rows = rows.prefetch_related("papers", "publications").annotate(changed=Max("publications__at"))
    rows = rows.filter(country=country.upper()) if country else rows
    rows = rows.filter(kind=kind) if kind else rows
    return [_public(row) for row in rows.order_by("-changed", "-pk")[:limit]]


def public_matter(ref: str) -> PublicMatter:
    """One of them. Raises NoSuchThing for one that is not published, and for one that does not exist, alike."""
    rows = (
        Matter.objects.exclude(published_at=None)
        .select_related("key")
        .prefetch_related("papers", "publications")
    )
    row = rows.filter(ref=ref).first()
    if row is None:
        raise NoSuchThing(_("There is no such matter."), do=_("Look at the list of what is published."))
    return _public(row)


def taken_back() -> Sequence[TakenBack]:
    """Matters that were public and are not any longer, the newest first."""
    rows = Matter.objects.filter(published_at=None, publications__isnull=False).distinct()
    found = [
        (row, sorted(row.publications.all(), key=_version)) for row in rows.prefetch_related("publications")
    ]
    gone = [
        TakenBack(row.kind, row.country, told[0].at.date(), told[-1].taken_back_at or told[-1].at)
        for row, told in found
    ]
    return sorted(gone, key=lambda one: one.at, reverse=True)


def public_paper(ref: str) -> tuple[PublicPaper, bytes]:
    """A published document. Raises NoSuchThing for one that is not, and for one that does not exist, alike."""
    rows = Paper.objects.select_related("matter__key").exclude(matter__published_at=None)
    row = rows.filter(ref=ref, public=True).first()
    if row is None:
        raise NoSuchThing(_("There is no such document."), do=_("Look at the list of what is published."))
    return paper_of(row, row.matter), unseal(row.matter.key, row.sealed, place=CONTENT)


def paper_of(row: Paper, matter: Matter) -> PublicPaper:
    return PublicPaper(row.ref, unseal(matter.key, row.name, place=NAME).decode(), row.media_type, row.digest)


def newest_of(matter: Matter) -> Told | None:
    """What is told of it now, for whoever keeps the register; None: nothing."""
    row = matter.publications.order_by("-version").first() if matter.published_at else None
    return _told(row) if row else None


def _public(row: Matter) -> PublicMatter:
    versions = sorted(row.publications.all(), key=_version)
    last, public = versions[-1], {one.ref: one for one in row.papers.all() if one.public}
    told = _told(last)
    assert told is not None  # noqa: S101 (a matter that is published says something)
    return PublicMatter(
        ref=row.ref, kind=row.kind, country=row.country, came_on=row.created_at.date(),
        published_on=(row.published_at or last.at).date(), changed_at=last.at, told=told,
        papers=tuple(paper_of(public[ref], row) for ref in told.papers if ref in public),
        history=tuple(reversed(_history(versions))),
    )  # fmt: skip


def _history(versions: Sequence[Publication]) -> list[PublicVersion]:
    before: Told | None = None
    found = []
    for one in versions:
        told = _told(one)
        changes = _changes(before, told) if before and told else ()
        found.append(PublicVersion(one.version, one.at, changes, one.taken_back_at))
        before = told
    return found


def _changes(before: Told, after: Told) -> tuple[Change, ...]:
    """Documents by their number: their names stand with them."""
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in Told.__struct_fields__)
    return tuple(Change(name, _shown(old), _shown(new)) for name, old, new in pairs if old != new)


def _shown(value: object) -> str:
    return str(len(value)) if isinstance(value, tuple) else str(value or "")


def _told(row: Publication) -> Told | None:
    return msgspec.convert(row.told, Told) if row.told is not None else None


def _version(row: Publication) -> int:
    return row.version
