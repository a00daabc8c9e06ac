"""Check a report's files and explain what is wrong or missing: file, row, column, rule."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from steelyard.transparency.harmonised.check_sums import sums
from steelyard.transparency.harmonised.faults import Fault, Table
from steelyard.transparency.harmonised.template import (
    CATEGORY,
    DESCRIPTION,
    FILES,
    OTHER,
    SCOPE,
    Template,
    template,
)

LONGEST = 5000
"""Characters in a qualitative value (Regulation (EU) 2024/2835, Annex II)"""
_DAY = r"\d{4}-\d\d-\d\d"


def check(folder: Path) -> list[Fault]:
    """Everything that is wrong, or that only the operator can fill in, in the order of the parts."""
    faults: list[Fault] = []
    tables: dict[str, Table] = {}
    for name, file in FILES.items():
        table, found = _read(template(name), folder / file)
        faults += found
        if table:
            tables[name] = table
            faults += [*_rows(table), *_cells(table), *sums(table)]
    return faults + list(_same_report(tables))


def _read(found: Template, file: Path) -> tuple[Table | None, list[Fault]]:
    if not file.exists():
        return None, [Fault(found.file, 0, "", "All eleven parts are needed: this file is not there.")]
    try:
        lines = list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as trouble:
        return None, [Fault(found.file, 0, "", f"The file is not CSV (RFC 4180) in UTF-8: {trouble}.")]
    if not lines or tuple(lines[0]) != found.header:
        return None, [Fault(found.file, 1, "", "The headings are not those of the template, in its order.")]
    short = [place for place, row in enumerate(lines, 1) if len(row) != len(found.header)]
    if short:
        return None, [Fault(found.file, short[0], "", f"The row does not have {len(found.header)} cells.")]
    return Table(found, tuple(map(tuple, lines[1:]))), []


def _rows(table: Table) -> Iterator[Fault]:
    """The template's rows in its order. In part 3 its block comes again for each State; a row for “other”
    may come again with another description."""
    expected = list(_expected(table))
    for place, row in enumerate(table.rows, 2):
        if not expected:
            yield table.fault(place, "", "The template has no such row.")
            return
        if _key(table, row) == expected[0]:
            expected.pop(0)
        elif not (table.measured and row[CATEGORY] == OTHER == table.rows[place - 3][CATEGORY]):
            yield table.fault(place, "", f"The template has another row here: {' / '.join(expected[0])}.")
            return
    if expected:
        yield table.fault(len(table.rows) + 2, "", f"Rows are missing, from: {' / '.join(expected[0])}.")


def _expected(table: Table) -> Iterator[tuple[str, ...]]:
    if table.measured:
        yield from (
            (row[CATEGORY], scope) for scope in table.scopes for _c, _k, row in table.template.block()
        )
    else:
        yield from (_key(table, row) for row in table.template.rows)


def _key(table: Table, row: tuple[str, ...]) -> tuple[str, ...]:
    """What makes a row this row: everything the template has written in it."""
    if table.measured:
        return (row[CATEGORY], row[SCOPE] if table.name == "orders" else "")
    fixed = [name for name in table.template.header if name in _FIXED]
    return tuple(row[table.template.header.index(name)].strip() for name in fixed)


_FIXED = ("Section", "Indicator", "Scope", "Category label",
          "Category of illegal content / incompatible with the terms and conditions")  # fmt: skip


def _cells(table: Table) -> Iterator[Fault]:
    for place, row in enumerate(table.rows, 2):
        for name, value in zip(table.template.header, row, strict=True):
            if len(value) > LONGEST:
                yield table.fault(place, name, f"At most {LONGEST} characters fit.")
        if table.measured:
            yield from _numbers(table, place, row)
        elif "Value" in table.template.header:
            yield from _value(table, place, row)


def _numbers(table: Table, place: int, row: tuple[str, ...]) -> Iterator[Fault]:
    for column, measure in enumerate(table.template.measures, table.template.first):
        name, value = table.template.header[column], row[column]
        yield from table.number(place, name, value, median=measure.endswith("hours"))
    if (
        row[CATEGORY] == OTHER
        and not row[DESCRIPTION]
        and any(value not in ("", "0") for value in table.counts(row))
    ):
        yield table.fault(
            place, table.template.header[DESCRIPTION], "Say what “other” is: something is counted here."
        )


def _value(table: Table, place: int, row: tuple[str, ...]) -> Iterator[Fault]:
    cells = table.cells(row)
    value = cells["Value"]
    if not value:
        if not cells["Applicability"].startswith("Only for VLOP") and "Median" not in cells.get("Scope", ""):
            what = (
                f"{cells['Indicator'].strip()} ({cells['Scope'].strip()})"
                if "Scope" in cells
                else cells["Indicator"]
            )
            yield table.missing(place, "Value", f"Only the operator knows this: {what}.")
        return
    if table.name == "summary" and "ate of" in cells["Indicator"] and not re.fullmatch(_DAY, value):
        yield table.fault(place, "Value", "A date is written YYYY-MM-DD.")
    if table.name in ("appeals", "machines"):
        share = cells["Indicator"].startswith("Accuracy") or cells["Scope"].startswith("Percentage")
        yield from table.number(place, "Value", value, median=cells["Scope"] == "Median time", share=share)


def _same_report(tables: dict[str, Table]) -> Iterator[Fault]:
    """One service and one period in all parts, as part 1 says."""
    summary = {row[2]: row[3] for row in tables["summary"].rows} if "summary" in tables else {}
    first, last = (
        summary.get("Starting date of reporting period"),
        summary.get("Ending date of reporting period"),
    )
    services = set()
    for table in tables.values():
        for place, row in enumerate(table.rows, 2):
            cells = table.cells(row)
            services.add(cells.get("Service") or "")
            if cells.get("Reporting period", f"{first}/{last}") != f"{first}/{last}":
                yield table.fault(place, "Reporting period", f"Part 1 says {first}/{last}.")
                break
    if len(services - {""}) > 1:
        yield Fault(
            FILES["summary"], 0, "Service", f"One report is about one service, not {len(services - {''})}."
        )
    if (
        first
        and last
        and re.fullmatch(_DAY, first)
        and re.fullmatch(_DAY, last)
        and date.fromisoformat(first) > date.fromisoformat(last)
    ):
        yield Fault(FILES["summary"], 0, "Value", "The period ends before it begins.")
