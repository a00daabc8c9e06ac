"""The published days against the ledger: what the site shows is what was signed, and nothing was taken away.

The ledger has the hash of each version's report, the report the hashes of its files, the file counts.csv every number
that the site adds up. Whoever can write to the database or the disk can change all but the first.
"""

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any

import rfc8785
from django.db import connection

from steelyard.ledger.proof.rebuild import Fault
from steelyard.ledger.queries import leaves_of
from steelyard.transparency.cube import COLUMNS, as_csv, cell
from steelyard.transparency.files import folder_of
from steelyard.transparency.models import DayCount, DayReport
from steelyard.transparency.periods import named, span

_COLUMNS = ", ".join(COLUMNS)


def audit_days() -> list[Fault]:
    """Every version of every day, its files, and the sums behind the site. Nothing when all is as it was published."""
    entered = [str(leaf["digest"]) for leaf in leaves_of("transparency:day:published")]
    faults: list[Fault] = []
    newest: dict[date, DayReport] = {}
    for row in DayReport.objects.order_by("day", "version").iterator(chunk_size=50):
        newest[row.day] = row
        faults += _report_differs(row, entered)
        if row.digest in entered:
            entered.remove(row.digest)
    faults += [
        Fault("published days", f"The ledger has a day that is gone: its report was {gone}.")
        for gone in entered
    ]
    for row in newest.values():
        faults += _counts_differ(row)
    return faults + list(_sums_differ())


def _report_differs(row: DayReport, entered: list[str]) -> Iterator[Fault]:
    place = f"day {row.day}, version {row.version}"
    if row.digest not in entered:
        yield Fault(place, "The ledger has no entry for this report.")
    if _hash(rfc8785.dumps(row.report)) != row.digest:
        yield Fault(place, "What the site shows of it is not the report that was signed.")
    folder = folder_of(row.day.isoformat(), row.version)
    for name, digest in {**row.report.get("files", {}), "report.json": row.digest}.items():
        file = folder / name
        if not file.exists():
            yield Fault(place, f"Its file {name} is gone.")
        elif _hash(file.read_bytes()) != digest:
            yield Fault(place, f"Its file {name} is not the one that was signed.")


def _counts_differ(row: DayReport) -> Iterator[Fault]:
    """The lines that the site adds up are those of the newest version's counts.csv."""
    lines = DayCount.objects.filter(day=row.day).values_list(*COLUMNS, "n")
    found = sorted((line[:-1], line[-1]) for line in lines)
    digest = row.report.get("files", {}).get("counts.csv")
    if digest and _hash(as_csv(cell(facts, n) for facts, n in found)) != digest:
        yield Fault(f"day {row.day}", "The numbers that the site adds up are not those of its counts.csv.")


def _sums_differ() -> Iterator[Fault]:
    """Months are the sums of their days, and the named periods those of theirs."""
    if _not_the_same(
        f"SELECT month::text, {_COLUMNS}, n FROM transparency_monthcount",  # noqa: S608 (constants)
        f"SELECT date_trunc('month', day)::date::text, {_COLUMNS}, sum(n) FROM transparency_daycount"  # noqa: S608
        f" GROUP BY 1, {_COLUMNS}",
    ):
        yield Fault("months", "The sums of the months are not those of their days.")
    first, last = span() or (date(1970, 1, 1), date(1970, 1, 1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT period FROM transparency_periodcount ORDER BY 1")
        kept = [id_ for (id_,) in cursor.fetchall()]
    for id_ in kept:
        found = named(id_, first, last)
        if found is None or _period_differs(*found):
            yield Fault(f"period {id_}", "The sums of the period are not those of its days.")


def _period_differs(id_: str, first: date, last: date, whole_months: bool) -> bool:
    table, of = ("monthcount", "month") if whole_months else ("daycount", "day")
    return _not_the_same(
        f"SELECT {_COLUMNS}, n FROM transparency_periodcount WHERE period = %s",  # noqa: S608 (constants)
        f"SELECT {_COLUMNS}, sum(n) FROM transparency_{table} WHERE {of} BETWEEN %s AND %s GROUP BY {_COLUMNS}",  # noqa: S608
        id_, first, last,
    )  # fmt: skip


def _not_the_same(one: str, other: str, *values: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH one AS ({one}), other AS ({other})"
            " SELECT EXISTS ((TABLE one EXCEPT TABLE other) UNION ALL (TABLE other EXCEPT TABLE one))",
            values,
        )
        return bool(cursor.fetchone()[0])


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
