"""Publish a day: counted from the ledger, signed, written to files, never changed afterwards."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import date

import msgspec
import rfc8785
from django.utils.translation import override

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.base.errors import BadInput
from steelyard.ledger.actions import Facts, record
from steelyard.ledger.queries import counted, log_state
from steelyard.oncall.queries import figures as rings
from steelyard.rulebook.queries import harms
from steelyard.transparency import files, languages, sums, texts, times
from steelyard.transparency.audited import audited
from steelyard.transparency.counting import count, totals
from steelyard.transparency.cube import Cell, as_leaves, cells
from steelyard.transparency.figures import Figure, figures
from steelyard.transparency.models import DayReport, DayTime, LanguageTable
from steelyard.transparency.pieces import in_one_piece
from steelyard.transparency.queries import corrected_on
from steelyard.transparency.shapes import HarmReport, Languages, PartnersWaited, Report, Table


@dataclass(frozen=True)
class Drawn:
    """A day as it was counted, before anything is published."""

    report: Report
    lines: list[Cell]
    harms: list[HarmReport]
    took: dict[tuple[str, str, int], int]


def draw_up(day: date, *, version: int, because: str, partners: PartnersWaited | None = None) -> Drawn:
    """Count the day. Every number but times and languages is read from the public entries alone.

    `partners` is counted by the caller, from rooms that this one does not know.
    """
    if day > now().date():
        raise BadInput("This day has not begun.", do="Choose a day up to today.")
    log, lines = log_state(), cells(counted(day))
    took = times.times_of(day) | sums.times_told(day)  # the larger of each: what was told is not taken back
    complete = day < now().date()
    with override("en"):
        report = Report(
            service=config().service,
            day=day.isoformat(),
            version=version,
            complete=complete,
            counted_at=now().isoformat(timespec="seconds"),
            log={"origin": log.origin, "size": log.size, "root": log.root.hex()},
            method=texts.method(),
            excludes=texts.excludes(),
            because=because,
            numbers=count(as_leaves(lines), harms()),
            figures={id_: _table(figure, lines) for id_, figure in figures().items()},
            times=tuple(times.read(took, day)),
            languages=_languages(day) if complete else {},
            partners=partners,
            emergency_line=_emergency_line(day),
            corrected=tuple(f"{when} v{version}" for when, version in corrected_on(day)),
            queries={id_: one.sql for id_, one in {**audited(), **in_one_piece()}.items()},
            texts={
                "method": texts.in_all(texts.method),
                "excludes": texts.in_all(texts.excludes),
                "countries": texts.in_all(texts.countries),
            },
        )
    return Drawn(report, lines, _harm_reports(report, lines), dict(took))


def _table(figure: Figure, lines: list[Cell]) -> Table:
    columns, rows = sums.of_cells(figure, lines)
    return Table(
        title=figure.title, unit=figure.unit, who=figure.who, query=figure.sql, columns=columns, rows=tuple(rows)
    )  # fmt: skip


def _emergency_line(day: date) -> dict[str, int | float | None]:
    return asdict(rings(day))


def _languages(day: date) -> dict[str, Languages]:
    """The day's tables: those that were shown before, for ever; otherwise what may be shown."""
    kept = {row.what: Languages(cells=row.cells, others=row.others)
            for row in LanguageTable.objects.filter(day=day)}  # fmt: skip
    return kept or {
        what: Languages(cells=dict(table.cells), others=table.others)
        for what, table in languages.tables_of(day).items()
    }


def _harm_reports(report: Report, lines: list[Cell]) -> list[HarmReport]:
    before, days = sums.cells_of_month(date.fromisoformat(report.day))
    month = count(as_leaves([*before, *lines]), harms())
    queries = {id_: figures()[id_].sql for id_ in ("restricted", "reversed", "nothing_done", "notices")}
    return [
        HarmReport(
            service=report.service, day=report.day, version=report.version, harm=id_, names=dict(harm.names),
            today=report.numbers.harms[id_], month_to_date=month.harms[id_], days=days + 1, queries=queries,
            excludes=report.texts["excludes"],
        )
        for id_, harm in harms().items()
    ]  # fmt: skip


MOST_CHANGES = 200


def changed(before: Report, after: Report) -> list[list[str | int]]:
    """What a correction changed: figure, what is counted, old and new value. Nothing for a day that went on."""
    if not before.complete:
        return []
    found: list[list[str | int]] = []
    for id_, table in after.figures.items():
        if id_ == "entries" or id_ not in before.figures:
            continue
        old = {row[:-1]: row[-1] for row in before.figures[id_].rows}
        new = {row[:-1]: row[-1] for row in table.rows}
        for key in sorted(old.keys() | new.keys(), key=str):
            if old.get(key, 0) != new.get(key, 0):
                found.append(
                    [id_, " · ".join(str(part) for part in key if part), old.get(key, 0), new.get(key, 0)]
                )
    return found[:MOST_CHANGES]


def write_files(drawn: Drawn) -> tuple[Report, str]:
    """Write and sign the files of the day's version. Returns the report with their hashes in it, and its own hash.

    Called before the transaction: a file that no row names yet is harmless, and written whole or not at all.
    """
    digests = files.write_data(drawn.report, drawn.lines, drawn.harms)
    report = msgspec.structs.replace(drawn.report, files=digests)
    content = rfc8785.dumps(msgspec.to_builtins(report))
    files.write_signed(report, content)
    return report, hashlib.sha256(content).hexdigest()


def keep(report: Report, drawn: Drawn, digest: str) -> DayReport:
    """The rows, and the ledger entry that carries the file's hash. Inside the caller's transaction."""
    day = date.fromisoformat(report.day)
    before = DayReport.objects.filter(day=day).order_by("-version").first()
    row = DayReport.objects.create(
        changes=changed(msgspec.convert(before.report, Report), report) if before else [],
        day=day,
        version=report.version,
        complete=report.complete,
        **totals(report.numbers),
        digest=digest,
        report=msgspec.to_builtins(report),
        because=report.because,
    )
    sums.keep(day, drawn.lines)
    DayTime.objects.filter(day=day).delete()
    DayTime.objects.bulk_create(
        DayTime(day=day, what=what, key=key, minutes=minutes, n=n)
        for (what, key, minutes), n in drawn.took.items()
    )
    LanguageTable.objects.bulk_create(
        [LanguageTable(day=day, what=what, cells=table.cells, others=table.others)
         for what, table in report.languages.items()],
        ignore_conflicts=True,
    )  # fmt: skip
    sums.freeze(day)
    record(
        "transparency:day:published", actor="steelyard", about=row, after=report.day, because=digest,
        facts=Facts(verb="publish_day", digest=digest, by="machine"),
    )  # fmt: skip
    return row
