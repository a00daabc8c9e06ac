"""Published days, for the public pages."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import msgspec
from django.db import connection
from django.db.models import Sum
from django.db.models.fields.json import KT

from steelyard.base.errors import NoSuchThing
from steelyard.rulebook.queries import harms
from steelyard.transparency.counting import KINDS, TOTALS
from steelyard.transparency.models import DayReport
from steelyard.transparency.pieces import in_one_piece
from steelyard.transparency.shapes import Report, days_folder


def day(when: date, version: int = 0) -> Report:
    """The report of a day: its newest version, or the one asked for. Raises NoSuchThing."""
    found = DayReport.objects.filter(day=when)
    found = found.filter(version=version) if version else found
    row = found.order_by("-version").first()
    if row is None:
        raise NoSuchThing("No report was published for this day.")
    return msgspec.convert(row.report, Report)


@dataclass(frozen=True)
class DayLine:
    """A published day in one line: what was restricted, by kind, and what was lifted again."""

    day: date
    version: int
    complete: bool
    published_at: datetime
    post: int
    channel: int
    account: int
    reversals: int


def days(limit: int = 400) -> list[DayLine]:
    """The newest version of each published day, newest day first."""
    rows = DayReport.objects.order_by("-day", "-version").distinct("day")
    names = ("day", "version", "complete", "created_at", *KINDS, "reversals")
    return [DayLine(*row) for row in rows.values_list(*names)[:limit]]


def so_far(since: date | None = None) -> list[int]:
    """The sums of TOTALS over the newest versions of all days, or of those from `since` on."""
    rows = DayReport.objects.filter(day__gte=since) if since else DayReport.objects.all()
    newest = rows.order_by("day", "-version").distinct("day").values("pk")
    found = DayReport.objects.filter(pk__in=newest).aggregate(**{name: Sum(name) for name in TOTALS})
    return [found[name] or 0 for name in TOTALS]


def counted_files(first: date, last: date) -> list[tuple[date, int, str]]:
    """(day, version, SHA-256 of its counts.csv) of each published day, the newest versions."""
    rows = DayReport.objects.filter(day__gte=first, day__lte=last).order_by("day", "-version").distinct("day")
    found = rows.values_list("day", "version", KT("report__files__counts.csv"))
    return [(day, version, digest or "") for day, version, digest in found]


def newest_publication() -> tuple[int, int]:
    """Changes with every publication and every event written beside the charts, and with nothing else; the first is
    0 before the first day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT coalesce(max(id), 0) FROM transparency_dayreport),"
            " (SELECT count(*) + count(withdrawn_at) FROM transparency_annotation)"
        )
        day, events = cursor.fetchone()
        return int(day), int(events)


def versions(when: date) -> list[DayReport]:
    """Every version of a day, oldest first: the corrections page."""
    return list(DayReport.objects.filter(day=when).order_by("version"))


@dataclass(frozen=True)
class Correction:
    day: date
    version: int
    at: datetime
    because: str
    changes: list[list[str | int]]


def corrections(limit: int = 100) -> list[Correction]:
    """Versions that changed a day that was over, the newest first."""
    rows = DayReport.objects.exclude(changes=[]).order_by("-created_at")
    found = rows.values_list("day", "version", "created_at", "because", "changes")[:limit]
    return [Correction(*row) for row in found]


_CORRECTIONS = """\
WITH corrections AS (SELECT (created_at AT TIME ZONE 'UTC')::date AS corrected_on, day, version
 FROM transparency_dayreport WHERE changes <> '[]')
"""


def corrected_on(day: date) -> list[tuple[date, int]]:
    """(day, version) of those published on this day, UTC: the printed query, over what corrections.csv has."""
    sql = in_one_piece()["days_corrected"].sql.replace(":day", "%s")
    with connection.cursor() as cursor:
        cursor.execute(_CORRECTIONS + sql, [day])
        return list(cursor.fetchall())


FILES = {
    "report.json": "application/json",
    "report.csv": "text/csv; charset=utf-8",
    "counts.csv": "text/csv; charset=utf-8",
    "counts.parquet": "application/vnd.apache.parquet",
    "times.csv": "text/csv; charset=utf-8",
    "languages.csv": "text/csv; charset=utf-8",
    "partners.csv": "text/csv; charset=utf-8",
    "schema.json": "application/schema+json",
    "SHA256SUMS": "text/plain; charset=utf-8",
    "report.json.ed25519": "application/octet-stream",
    "report.json.mldsa44": "application/octet-stream",
    "SHA256SUMS.ed25519": "application/octet-stream",
    "SHA256SUMS.mldsa44": "application/octet-stream",
}


def file_of(when: date, version: int, name: str) -> tuple[bytes, str]:
    """A published file and its media type. Raises NoSuchThing."""
    harm = name.removeprefix("harm-").removesuffix(".json") if name.startswith("harm-") else ""
    kind = "application/json" if harm in harms() else FILES.get(name)
    file: Path = days_folder() / when.isoformat() / f"v{version}" / name
    published = DayReport.objects.filter(day=when, version=version).exists()
    if kind is None or not published or not file.exists():
        raise NoSuchThing("There is no such file.")
    return file.read_bytes(), kind


def files_of(report: Report) -> list[str]:
    """The names of a version's files, the report first. Versions from before 22 November 2026 have fewer."""
    more = [name for name in FILES if name not in report.files and name != "report.json"]
    have = [name for name in more if (days_folder() / report.day / f"v{report.version}" / name).exists()]
    return ["report.json", *report.files, *have]
