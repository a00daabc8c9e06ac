"""Load a list, and say which orders touch it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from steelyard.base.clock import now
from steelyard.base.errors import BadInput
from steelyard.ledger.actions import Facts, record
from steelyard.orders.assessment.shapes import Cite
from steelyard.orders.assessment.terms import folded
from steelyard.orders.given import OrderGiven
from steelyard.orders.listed.files import Entry, read
from steelyard.orders.models import ListedName, PartyList
from steelyard.rulebook.queries import fact

SHORTEST = 5
"""A name of a single word counts from this many letters on, and only as the name of somebody."""


@dataclass(frozen=True)
class Loaded:
    """A list that is loaded, and whether it is older than our rule allows."""

    row: PartyList
    names: int
    old: bool


@dataclass(frozen=True)
class Hit:
    """A listed party or State that something touches, as far as its name goes."""

    list: PartyList
    party: str
    name: str

    @property
    def cite(self) -> Cite:
        """What counsel confirms for one order: that this is another party, or that it may go on all the same."""
        return Cite(
            fact=f"listed.{self.list.name}.{self.party}.{self.name}"[:200], status="secondary",
            source=f"{self.list.source}, {self.list.dated.isoformat()}: {self.name} ({self.party})",
        )  # fmt: skip


@transaction.atomic
def load(
    name: str, kind: str, content: bytes, *, source: str, dated: date | None = None, actor: str
) -> PartyList:
    """Take a list in, in place of the one of that name. Raises BadInput where the file or its day is missing."""
    found = read(kind, content)
    day = found.dated or dated
    if day is None or not source.strip():
        raise BadInput(
            "A list needs its source and its day.",
            "The file itself gives no day.",
            "Give --source and --dated.",
        )
    PartyList.objects.filter(name=name).delete()
    row = PartyList.objects.create(
        name=name, kind=kind, source=source.strip(), dated=day, digest=hashlib.sha256(content).hexdigest()
    )
    ListedName.objects.bulk_create((_row(row, one) for one in found.entries), batch_size=5000)
    record("orders:parties:loaded", actor=actor, about=row, after=row.digest, facts=Facts(by="person"))
    return row


def loaded() -> Sequence[Loaded]:
    """Every list, by name."""
    rule = fact("house.listed_file_is_old", now().date()).period()
    rows = PartyList.objects.order_by("name")
    return [Loaded(one, one.names.count(), now().date() - one.dated > rule) for one in rows]


def touched(given: OrderGiven) -> tuple[Hit, ...]:
    """Listed parties whose name stands in an order, and the issuing State where a list of States names it."""
    who = (given.authority, given.recipient, *given.targets)
    return hits(who, (given.demand, given.reasons, given.offence, given.emergency), given.country)


def hits(who: Iterable[str], texts: Iterable[str], country: str) -> tuple[Hit, ...]:
    """The same for any names and texts. () where nothing is found, and where no list is loaded."""
    names = [set(_words(one)) for one in who if one]
    places = [*names, *(set(_words(one)) for one in texts if one)]
    every = set().union(*places) if places else set()
    rows = ListedName.objects.filter(looked_for__in=every).exclude(list__kind="states").select_related("list")
    found = [one for one in rows if _stands(one, names, places)]
    states = (
        ListedName.objects.filter(list__kind="states", name=country).select_related("list") if country else ()
    )
    return tuple(Hit(one.list, one.party, one.name) for one in (*found, *states))


def _stands(one: ListedName, names: list[set[str]], places: list[set[str]]) -> bool:
    """Every word of the name in one and the same place; a single word only as somebody's name."""
    words = set(one.words)
    if len(words) == 1:
        return len(one.looked_for) >= SHORTEST and any(words <= place for place in names)
    return any(words <= place for place in places)


def _row(row: PartyList, one: Entry) -> ListedName:
    words = _words(one.name) if row.kind != "states" else []
    return ListedName(
        list=row, party=one.party[:80], name=one.name[:500], words=words, looked_for=max(words, key=len, default=""),
    )  # fmt: skip


def _words(text: str) -> list[str]:
    plain = "".join(letter if letter.isalnum() else " " for letter in folded(text))
    return sorted({word[:120] for word in plain.split()})
