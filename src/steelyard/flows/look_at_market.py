"""Where the service stands in one country: what is open, what it cost, who is there, what serving or leaving changes.

The same for everybody who may look: matters under secrecy are in none of it, not even by counts. What the operator
does not know is unknown, which is not nothing.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Literal

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.base.errors import BadInput, SteelyardError
from steelyard.cases.queries import next_clocks
from steelyard.enforcement.connector import Operation, Places, connector, connectors
from steelyard.flows.leave_market import impossible
from steelyard.ledger.queries import leaves_of, sealed_keys
from steelyard.markets.models import Leaving
from steelyard.markets.queries import fines_of, leaving_of, matters_of, steps_of
from steelyard.orders.assessment.gate import index_words
from steelyard.orders.listed.names import hits, loaded
from steelyard.orders.models import Order
from steelyard.orders.states import WAITING, OrderState
from steelyard.people.access import require
from steelyard.people.models import Member
from steelyard.people.permissions import Permission
from steelyard.rulebook.countries import country_name, known
from steelyard.rulebook.law import Law, law_on

UNKNOWN: Literal["unknown"] = "unknown"
Count = int | Literal["unknown"]


class OpenOrders(msgspec.Struct, frozen=True, kw_only=True):
    """The open orders under one instrument, and the clock of theirs that ends first."""

    instrument: str
    open: int
    next_due: datetime | None


class Cited(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the rulebook says about the country, with where it is from."""

    what: str
    value: Any
    source: str
    status: str


class Platform(msgspec.Struct, frozen=True, kw_only=True):
    """What one platform knows and can do about the country."""

    name: str
    accounts: Count
    channels: Count
    closes_registration: bool
    why_not: str = ""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the service has left, and how far each step is."""

    ref: str
    state: str
    left_on: date | None
    window_until: date | None
    steps: tuple[dict[str, Any], ...]


class Market(msgspec.Struct, frozen=True, kw_only=True):
    type: str = "steelyard-market/v1"
    country: str
    name: str
    at: datetime
    served: bool | None
    """Whether the operator lists it among the countries served; None: the operator lists none."""
    orders: tuple[OpenOrders, ...]
    refusals: int
    red_line_attempts: int
    matters: dict[str, int]
    """Open matters of the register, by kind."""
    fines: dict[str, str]
    """By currency, as decimal texts; only what stands in our register."""
    platforms: tuple[Platform, ...]
    standing: Standing | None
    rests_on: tuple[Cited, ...]
    if_served: tuple[str, ...]
    if_left: tuple[str, ...]
    excludes: str


def look_at_market(country: str, *, language: str = "en") -> Market:
    """Everything about one country. Asks the platforms, so not in a transaction. Raises BadInput for no country."""
    country = country.upper()
    if not known(country):
        raise BadInput(
            gettext_noop("We know no such country."), do=gettext_noop("Give its two letters (ISO 3166-1)."),
            field="country",
        )  # fmt: skip
    law, places = law_on(now().date()), tuple(_platform(name, country) for name in connectors())
    orders = Order.objects.filter(country=country).exclude(key__in=sealed_keys())
    served, leaving = config().countries, leaving_of(country)
    return Market(
        country=country, name=country_name(country, language), at=now(),
        served=country in served if served else None,
        orders=tuple(_open(orders.filter(state__in=WAITING))),
        refusals=orders.filter(state=OrderState.REFUSED).count(),
        red_line_attempts=_attempts(country), matters=matters_of(country),
        fines={currency: str(total) for currency, total in fines_of(country).items()},
        platforms=places, standing=_standing(leaving) if leaving else None,
        rests_on=tuple(_cited(law, country)),
        if_served=tuple(_if_served(law, country)), if_left=tuple(_if_left(law, places)),
        excludes=_("Excludes matters whose existence may not be disclosed."),
    )  # fmt: skip


def look_as(member: Member, country: str) -> Market:
    """The same, for a page of the console."""
    require(member, Permission.MARKETS_MARKET_READ)
    return look_at_market(country, language=member.language)


def _open(orders: Any) -> Iterator[OpenOrders]:
    rows = dict(orders.values_list("pk", "instrument"))
    clocks, first = next_clocks(rows), dict[str, datetime]()
    for pk, due in clocks.items():
        first[rows[pk]] = min(due, first.get(rows[pk], due))
    for instrument, count in sorted(Counter(rows.values()).items()):
        yield OpenOrders(instrument=instrument, open=count, next_due=first.get(instrument))


def _attempts(country: str) -> int:
    """From the public log, where what may not be told is not."""
    return sum(leaf["authority_country"] == country for leaf in leaves_of("orders:redline:attempted"))


def _platform(name: str, country: str) -> Platform:
    why = impossible(name, Operation.CLOSE_REGISTRATION)
    found, platform = None, connector(name)
    if isinstance(platform, Places):
        try:
            found = platform.known_in(country)
        except SteelyardError as fault:
            why = why or fault.what
    return Platform(
        name=name, accounts=len(found.accounts) if found else UNKNOWN,
        channels=found.channels if found else UNKNOWN, closes_registration=not why, why_not=_(why) if why else "",
    )  # fmt: skip


def _standing(row: Leaving) -> Standing:
    steps = [
        {"ref": s.ref, "platform": s.connector, "what": s.what, "state": s.state, "error": s.last_error,
         "reached": UNKNOWN if s.reached is None else s.reached}
        for s in steps_of(row)
    ]  # fmt: skip
    return Standing(
        ref=row.ref, state=row.state, left_on=row.left_at.date() if row.left_at else None,
        window_until=row.window_until, steps=tuple(steps),
    )  # fmt: skip


def _cited(law: Law, country: str) -> Iterator[Cited]:
    """Groups it belongs to, treaties with it, findings about it, instruments of its own."""
    for name in ("eu", "eea", "e_evidence"):
        if country in law.members(name):
            group = law.groups[name]
            yield Cited(what=f"group.{name}", value=True, source=group.source, status=group.status)
    for kind, facts in (("treaty", law.treaties), ("finding", law.findings)):
        if found := facts.get(country):
            yield Cited(what=kind, value=found.value, source=found.source, status=found.status)
    for id_, one in law.instruments.items():
        if one.version.only_country == country:
            yield Cited(what="instrument", value=id_, source=one.version.source, status=one.version.status)


def _if_served(law: Law, country: str) -> Iterator[str]:
    if country in (*law.members("eu"), *law.members("eea")):
        yield _("It is in the European Union or the EEA: orders under the law of the Union come from here.")
    if country in law.findings:
        yield _("A finding about it switches the gate on: the safeguards named there apply to each order.")
    if country not in law.treaties and country not in law.members("eu"):
        yield _(
            "We know of no treaty under which it can be given data about a person; this is not checked law."
        )
    states = any(one.row.kind == "states" for one in loaded())
    if any(hit.list.kind == "states" for hit in hits((), (), country)):
        yield _(
            "A loaded list names this State: counsel looks at it before anything is served, paid or disclosed."
        )
    elif not states:
        yield _("Embargoes: no list of States is loaded, so it is unknown whether one applies.")
    for name, index in law.indices.items():
        if value := index.values.get(country):
            yield index_words(law, name, value)
    if not any(index.values.get(country) for index in law.indices.values()):
        yield _(
            "Published indices of the rule of law: unknown here, because no value with a source is recorded."
        )


def _if_left(law: Law, places: tuple[Platform, ...]) -> Iterator[str]:
    days = law.fact("house.market_left_window").value
    yield _(
        "New accounts from there are refused where the platform can tell: %(yes)s. It cannot: %(no)s."
    ) % {
        "yes": ", ".join(one.name for one in places if one.closes_registration) or "–",
        "no": ", ".join(one.name for one in places if not one.closes_registration) or "–",
    }
    yield _("Members known to be there are told and have %(days)s days to take their things along.") % {
        "days": days
    }
    yield _(
        "Orders that have arrived keep their clocks and their answers; what is kept under one stays kept."
    )
    yield _(
        "Whether an authority there may still send orders, and what a fine then means: unknown, ask counsel."
    )
    yield _("Coming back takes two persons too and undoes each step.")
