"""What of a matter is told in public: exactly what a person chose, with the documents they chose."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.ledger.actions import Facts, record
from steelyard.markets.matters import said_of
from steelyard.markets.models import Matter, Paper
from steelyard.people.access import Presence, nothing_here, require_fresh
from steelyard.people.permissions import Permission
from steelyard.vault.actions import seal, unseal

_MAY = Permission.MARKETS_MATTER_KEEP
_CONTENT, _NAME = "markets.paper", "markets.paper.name"
LARGEST = 10_000_000
TYPES = {"pdf": "application/pdf", "txt": "text/plain", "png": "image/png"}


@dataclass(frozen=True)
class PublicPaper:
    ref: str
    name: str
    media_type: str
    digest: str
    """SHA-256, hexadecimal"""


@dataclass(frozen=True, kw_only=True)
class PublicMatter:
    """A regulator's letter, a consultation, a court's decision, a fine or a proceeding, as it was published."""

    ref: str
    kind: str
    country: str
    authority: str
    reference: str
    asked: str
    taken: str
    """The position we took; "" where none is told"""
    stance: str
    """open, agree, partly, disagree"""
    state: str
    came_on: date
    amount: str
    """Of a fine, with its currency; "" for anything else"""
    published_on: date
    papers: tuple[PublicPaper, ...]


def published(*, country: str = "", kind: str = "", limit: int = 200) -> Sequence[PublicMatter]:
    """Every matter that is published, the newest first. Opens no sealed text but the names of its public documents."""
    rows = Matter.objects.exclude(published_at=None).select_related("key").prefetch_related("papers")
    rows = rows.filter(country=country.upper()) if country else rows
    rows = rows.filter(kind=kind) if kind else rows
    return [_public(row) for row in rows.order_by("-published_at", "-pk")[:limit]]


def public_paper(ref: str) -> tuple[PublicPaper, bytes]:
    """A published document. Raises NoSuchThing for one that is not, and for one that does not exist, alike."""
    rows = Paper.objects.select_related("matter__key").exclude(matter__published_at=None)
    row = rows.filter(ref=ref, public=True).first()
    if row is None:
        raise NoSuchThing(_("There is no such document."), do=_("Look at the list of what is published."))
    return _paper(row), unseal(row.matter.key, row.sealed, place=_CONTENT)


@transaction.atomic
def add_paper(presence: Presence, ref: str, name: str, content: bytes) -> Paper:
    """Keep a document with its matter, sealed. It is told to nobody until it is published."""
    require_fresh(presence, _MAY)
    row, kind = _row(ref), name.rpartition(".")[2].lower()
    if kind not in TYPES or not content or len(content) > LARGEST:
        raise BadInput(
            _("A document is a PDF, a text or a PNG of at most 10 MB."),
            do=_("Choose such a file."),
            field="paper",
        )
    paper = Paper.objects.create(
        matter=row, sealed=seal(row.key, content, place=_CONTENT), name=seal(row.key, name.encode(), place=_NAME),
        digest=hashlib.sha256(content).hexdigest(), media_type=TYPES[kind], by=presence.member.ref,
    )  # fmt: skip
    _record("paper", row, presence, after=paper.digest)
    return paper


@transaction.atomic
def publish(presence: Presence, ref: str, *, asked: str, taken: str, papers: Iterable[str] = ()) -> Matter:
    """Tell of a matter, in these words and with these documents (references). Again: what is told is replaced."""
    require_fresh(presence, _MAY)
    row = _row(ref)
    if not asked.strip():
        raise BadInput(_("Say in public words what they ask for."), field="asked")
    said = said_of(row)
    row.told = {"authority": said.authority, "reference": said.reference, "asked": asked, "taken": taken}
    row.published_at = row.published_at or now()
    row.save(update_fields=["told", "published_at"])
    row.papers.update(public=False)
    row.papers.filter(ref__in=list(papers)).update(public=True)
    _record("published", row, presence, told=True)
    return row


@transaction.atomic
def take_back(presence: Presence, ref: str, *, because: str) -> Matter:
    """It may not be told any longer. What others have copied stays copied; the log says that it was public."""
    require_fresh(presence, _MAY)
    row = _row(ref)
    if row.published_at is None:
        raise Refused(_("This matter is not published."))
    if not because.strip():
        raise BadInput(_("Say why it is taken back."), field="because")
    row.told, row.published_at = None, None
    row.save(update_fields=["told", "published_at"])
    row.papers.update(public=False)
    _record("taken_back", row, presence, because=because, told=True)
    return row


def papers_of(row: Matter) -> Sequence[tuple[Paper, str]]:
    """Its documents with their names, for whoever keeps the register."""
    return [(one, _paper(one).name) for one in row.papers.select_related("matter__key").order_by("pk")]


def _public(row: Matter) -> PublicMatter:
    told = dict(row.told or {})
    public = [one for one in row.papers.all() if one.public]
    return PublicMatter(
        ref=row.ref, kind=row.kind, country=row.country, stance=row.stance, state=row.state,
        came_on=row.created_at.date(), amount=f"{row.amount} {row.currency}" if row.amount else "",
        published_on=row.published_at.date() if row.published_at else row.created_at.date(),
        papers=tuple(_paper(one, row) for one in sorted(public, key=lambda one: one.pk)), **told,
    )  # fmt: skip


def _paper(row: Paper, matter: Matter | None = None) -> PublicPaper:
    name = unseal((matter or row.matter).key, row.name, place=_NAME).decode()
    return PublicPaper(row.ref, name, row.media_type, row.digest)


def _row(ref: str) -> Matter:
    row = Matter.objects.select_for_update(of=("self",)).select_related("key").filter(ref=ref).first()
    if row is None:
        raise nothing_here()
    return row


def _record(
    what: str, row: Matter, presence: Presence, *, after: str = "", because: str = "", told: bool = False
) -> None:
    facts = Facts(by="person", authority_country=row.country, verb=row.kind) if told else Facts(by="person")
    record(
        f"markets:matter:{what}", actor=presence.member.actor, about=row, key=row.key, after=after,
        because=because, facts=facts,
    )  # fmt: skip
