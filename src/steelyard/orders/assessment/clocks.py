"""When an order has to be answered: the plain period we work to, and the period as the law counts it.

Regulation (EEC, Euratom) No 1182/71 counts days and weeks from the day after the event, in the place's own days, and
moves an end on a Saturday, a Sunday or a public holiday to the next working day (Art. 3(1), 3(2) and 3(4)). We work to
the earlier of the two moments, and keep what must be kept until the later one. That rule was written down from memory:
a lawyer has to confirm it before it moves a deadline; the plain period never depends on it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from steelyard.orders.assessment.shapes import Cite, Timer
from steelyard.rulebook.law import Law
from steelyard.rulebook.shapes import Clock, Instrument

_1182 = Cite(
    fact="clocks.regulation_1182_71",
    source="Regulation (EEC, Euratom) No 1182/71, Art. 3",
    status="memory",
    since="1971-07-01",
)


@dataclass(frozen=True)
class Seat:
    """Where orders are addressed to: whose days and public holidays count."""

    country: str
    """ISO 3166-1 alpha-2; empty: no public holidays but Saturdays and Sundays."""
    zone: ZoneInfo


UTC_SEAT = Seat("", ZoneInfo("UTC"))


def seat_of(country: str) -> Seat:
    """The seat in a country, by the time zone of its capital as the tz database lists it first."""
    return Seat(country, ZoneInfo(_ZONES.get(country, "UTC")))


_ZONES = {
    "AT": "Europe/Vienna", "BE": "Europe/Brussels", "BG": "Europe/Sofia", "CY": "Asia/Nicosia",
    "CZ": "Europe/Prague", "DE": "Europe/Berlin", "DK": "Europe/Copenhagen", "EE": "Europe/Tallinn",
    "ES": "Europe/Madrid", "FI": "Europe/Helsinki", "FR": "Europe/Paris", "GR": "Europe/Athens",
    "HR": "Europe/Zagreb", "HU": "Europe/Budapest", "IE": "Europe/Dublin", "IS": "Atlantic/Reykjavik",
    "IT": "Europe/Rome", "LI": "Europe/Vaduz", "LT": "Europe/Vilnius", "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga", "MT": "Europe/Malta", "NL": "Europe/Amsterdam", "NO": "Europe/Oslo",
    "PL": "Europe/Warsaw", "PT": "Europe/Lisbon", "RO": "Europe/Bucharest", "SE": "Europe/Stockholm",
    "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava",
}  # fmt: skip


def timers(instrument: Instrument | None, law: Law, arrived: datetime, seat: Seat) -> tuple[Timer, ...]:
    """Every clock of the instrument, for an order that arrived at `arrived` (with its time zone)."""
    if instrument is None:
        return ()
    return tuple(_timer(clock, instrument, law, arrived, seat) for clock in instrument.version.clocks)


def _timer(clock: Clock, one: Instrument, law: Law, arrived: datetime, seat: Seat) -> Timer:
    fact = law.fact(clock.fact)
    cites: tuple[Cite, ...] = (Cite.of(fact), Cite.article(f"instruments.{one.id}.clock", clock, one.source))
    pauses = tuple(f"{pause.when} → {pause.until} ({pause.article})" for pause in clock.pauses)
    if clock.starts != "receipt":
        return Timer(
            fact=clock.fact, ends=clock.ends, act_by=None, legal_end=None, rests_on=cites, pauses=pauses
        )
    plain = arrived.astimezone(UTC) + fact.period()
    counted = plain
    if clock.calculated:
        cites += (_1182,)
        counted = legal_end(arrived, fact.period(), seat)
    keeps = clock.ends == "keep_until"
    return Timer(
        fact=clock.fact, ends=clock.ends, act_by=None if keeps else min(plain, counted),
        legal_end=max(plain, counted) if keeps else counted, rests_on=cites, pauses=pauses,
    )  # fmt: skip


def legal_end(arrived: datetime, period: timedelta, seat: Seat) -> datetime:
    """The end of a period in days under Regulation 1182/71, in UTC: the end of the last day, at our seat."""
    last = arrived.astimezone(seat.zone).date() + period
    while not _working(last, seat.country):
        last += timedelta(days=1)
    return datetime.combine(last + timedelta(days=1), time.min, seat.zone).astimezone(UTC)


def _working(day: date, country: str) -> bool:
    return day.weekday() < 5 and day not in _holidays(country, day.year)  # noqa: PLR2004 (Monday is 0)


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[date]:
    if not country:
        return frozenset()
    import holidays  # half a second to import: only where a period in days is counted

    return frozenset(holidays.country_holidays(country, years=year))
