"""What of a matter is told in public: exactly what a person chose, with the documents they chose.

A published matter that moves on is told anew by itself, in the same words with its new state: what everybody reads
is never older than what we know. Every version stays readable beside the next.
"""

import hashlib
from collections.abc import Iterable, Sequence

import msgspec
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.ledger.actions import Facts, record
from steelyard.markets.models import Matter, Paper, Publication
from steelyard.markets.said import said_of
from steelyard.markets.told import CONTENT, NAME, Told, newest_of, paper_of
from steelyard.people.access import Presence, nothing_here, require_fresh
from steelyard.people.permissions import Permission
from steelyard.vault.actions import seal

_MAY = Permission.MARKETS_MATTER_KEEP
LARGEST = 10_000_000
TYPES = {"pdf": "application/pdf", "txt": "text/plain", "png": "image/png"}


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
        matter=row, sealed=seal(row.key, content, place=CONTENT), name=seal(row.key, name.encode(), place=NAME),
        digest=hashlib.sha256(content).hexdigest(), media_type=TYPES[kind], by=presence.member.ref,
    )  # fmt: skip
    _record("paper", row, presence.member.actor, after=paper.digest)
    return paper


@transaction.atomic
def publish(presence: Presence, ref: str, *, asked: str, taken: str, papers: Iterable[str] = ()) -> Matter:
    """Tell of a matter, in these words and with these documents (references). Again: another version beside it."""
    require_fresh(presence, _MAY)
    row = _row(ref)
    if not asked.strip():
        raise BadInput(_("Say in public words what they ask for."), field="asked")
    said, chosen = said_of(row), row.papers.filter(ref__in=list(papers)).order_by("pk")
    told = _as_it_stands(
        row, Told(authority=said.authority, reference=said.reference, asked=asked, taken=taken,
                  papers=tuple(chosen.values_list("ref", flat=True))),
    )  # fmt: skip
    if told == newest_of(row):
        raise Refused(_("Exactly this is published already."))
    row.papers.update(public=False)
    row.papers.filter(ref__in=told.papers).update(public=True)
    row.published_at = row.published_at or now()
    row.save(update_fields=["published_at"])
    _tell(row, told, presence.member.ref)
    return row


def tell_anew(row: Matter, by: str) -> None:
    """The matter moved on: where it is public, everybody reads so, in the words chosen before. In the transaction that
    moves it."""
    before = newest_of(row)
    if before and (told := _as_it_stands(row, before)) != before:
        _tell(row, told, by)


@transaction.atomic
def take_back(presence: Presence, ref: str, *, because: str) -> Matter:
    """It may not be told any longer, nor what it said before. What others have copied stays copied; the page and the
    log say that something was public."""
    require_fresh(presence, _MAY)
    row = _row(ref)
    if row.published_at is None:
        raise Refused(_("This matter is not published."))
    if not because.strip():
        raise BadInput(_("Say why it is taken back."), field="because")
    row.published_at = None
    row.save(update_fields=["published_at"])
    row.publications.filter(taken_back_at=None).update(told=None, taken_back_at=now())
    row.papers.update(public=False)
    _record("taken_back", row, presence.member.actor, because=because, told=True)
    return row


def papers_of(row: Matter) -> Sequence[tuple[Paper, str]]:
    """Its documents with their names, for whoever keeps the register."""
    return [(one, paper_of(one, row).name) for one in row.papers.order_by("pk")]


def _as_it_stands(row: Matter, told: Told) -> Told:
    return msgspec.structs.replace(
        told, stance=row.stance, state=row.state, due_on=row.due_at.date() if row.due_at else None,
        amount=f"{row.amount:.2f} {row.currency}" if row.amount is not None else "",
    )  # fmt: skip


def _tell(row: Matter, told: Told, by: str) -> None:
    number = (row.publications.aggregate(last=Max("version"))["last"] or 0) + 1
    Publication.objects.create(matter=row, version=number, by=by, told=msgspec.to_builtins(told), at=now())
    _record("published", row, by, after=f"version {number}", told=True)


def _row(ref: str) -> Matter:
    row = Matter.objects.select_for_update(of=("self",)).select_related("key").filter(ref=ref).first()
    if row is None:
        raise nothing_here()
    return row


def _record(
    what: str, row: Matter, actor: str, *, after: str = "", because: str = "", told: bool = False
) -> None:
    facts = Facts(by="person", authority_country=row.country, verb=row.kind) if told else Facts(by="person")
    record(
        f"markets:matter:{what}",
        actor=actor,
        about=row,
        key=row.key,
        after=after,
        because=because,
        facts=facts,
    )
