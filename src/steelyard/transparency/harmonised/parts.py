"""The eleven parts: the Commission's rows with our numbers in them."""

from collections.abc import Callable, Iterator

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.transparency.harmonised.complaints import Cells, complaints
from steelyard.transparency.harmonised.counts import notices, on_own_initiative, orders
from steelyard.transparency.harmonised.machines import machines
from steelyard.transparency.harmonised.period import Period
from steelyard.transparency.harmonised.tally import Row, Tally
from steelyard.transparency.harmonised.template import (
    DESCRIPTION,
    OTHER,
    PERIOD,
    SCOPE,
    TOTAL,
    Template,
    template,
)

Lines = list[list[str]]
_FREE = ("Free text", "Text", "YYYY-MM-DD")
"""What stands in the template where a value belongs"""


def draw_up(period: Period) -> dict[str, Lines]:
    """Each part by our short name for it: the heading and the rows."""
    law, terms = on_own_initiative(period)
    known: dict[str, Callable[[Template], Lines]] = {
        "summary": lambda found: _summary(found, period),
        "orders": lambda found: _by_category(found, orders(period)),
        "notices": lambda found: _by_category(found, notices(period)),
        "illegal": lambda found: _by_category(found, law),
        "terms": lambda found: _by_category(found, terms),
        "appeals": lambda found: _by_indicator(found, complaints(period)),
        "machines": lambda found: _by_indicator(found, machines(period)),
    }
    names = ("names", "people", "recipients", "words")
    parts = {name: fill(template(name)) for name, fill in known.items()}
    parts |= {name: [list(row) for row in template(name).rows] for name in names}
    return {name: [list(template(name).header), *_stated(name, rows, period)] for name, rows in parts.items()}


def _stated(name: str, rows: Lines, period: Period) -> Lines:
    """The service and the period on every row that asks for them; no leftover of the template."""
    header = template(name).header
    for row in rows:
        if "Service" in header:
            row[header.index("Service")] = config().service
        for place, value in enumerate(row):
            row[place] = str(period) if value == PERIOD else "" if value in _FREE else value
    return rows


def _summary(found: Template, period: Period) -> Lines:
    """The provider's own name and the date of its last report are the operator's facts."""
    values = {
        "Date of the publication of the report": now().date().isoformat(),
        "Starting date of reporting period": period.first.isoformat(),
        "Ending date of reporting period": period.last.isoformat(),
    }
    return [[*row[:3], values.get(row[2], "")] for row in found.rows]


def _by_category(found: Template, tally: Tally) -> Lines:
    """Parts 3 to 6. In part 3 the block of rows comes again for each State that issued an order."""
    scopes = [TOTAL, *sorted(tally.scopes - {TOTAL})] if found.name == "orders" else [""]
    return [line for scope in scopes for line in _block(found, tally, scope)]


def _block(found: Template, tally: Tally, scope: str) -> Iterator[list[str]]:
    for category, keyword, row in found.block():
        others = tally.others(scope, category) if keyword == OTHER else [""]
        for other in others:
            line = list(row)
            line[DESCRIPTION] = other
            if scope:
                line[SCOPE] = scope
            _measures(found, tally, Row(scope, category, keyword, other), line)
            yield line


def _measures(found: Template, tally: Tally, row: Row, line: list[str]) -> None:
    for place, measure in enumerate(found.measures):
        line[found.first + place] = tally.cell(row, measure)
        if row.category == TOTAL:
            line[found.first + len(found.measures) + place] = tally.without_category(row.scope, measure)


def _by_indicator(found: Template, cells: Cells) -> Lines:
    """Parts 7 and 8: the value by indicator and scope; blank where nothing here knows it."""
    places = [found.header.index(name) for name in ("Indicator", "Scope", "Value")]
    rows = []
    for row in map(list, found.rows):
        indicator, scope, value = places
        row[value] = cells.get((row[indicator].strip(), row[scope].strip()), "")
        rows.append(row)
    return rows
