"""Publish a day: counted from the ledger, signed, written to files, never changed afterwards."""

import csv
import hashlib
import io
from datetime import date

import msgspec
import rfc8785

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.base.errors import BadInput
from steelyard.base.files import write_whole
from steelyard.ledger.actions import Facts, record
from steelyard.ledger.queries import entries, log_state
from steelyard.ledger.signer.client import sign
from steelyard.rulebook.queries import harms
from steelyard.transparency.counting import KINDS, SOURCES, count
from steelyard.transparency.models import DayReport
from steelyard.transparency.shapes import Report, days_folder

EXCLUDES = "This report excludes matters whose existence may not be disclosed."
METHOD = (
    "Every number is counted from the entries of the public ledger whose hour lies on this day (UTC): "
    "decisions:decision:made by harm, verb and source; reversal marks a restriction that was lifted."
)


def draw_up(day: date, *, version: int, because: str) -> Report:
    """Count the day. Reads only the public entries."""
    if day > now().date():
        raise BadInput("This day has not begun.", do="Choose a day up to today.")
    log = log_state()
    return Report(
        service=config().service,
        day=day.isoformat(),
        version=version,
        complete=day < now().date(),
        counted_at=now().isoformat(timespec="seconds"),
        log={"origin": log.origin, "size": log.size, "root": log.root.hex()},
        method=METHOD,
        excludes=EXCLUDES,
        because=because,
        numbers=count(entries(day), harms()),
    )


def write_files(report: Report) -> str:
    """Write JSON, CSV and signatures under the day's version; returns the JSON file's SHA-256, hexadecimal.

    Called before the transaction: a file that no row names yet is harmless, and written whole or not at all.
    """
    content = rfc8785.dumps(msgspec.to_builtins(report))
    signatures = sign(content, "report")
    folder = days_folder() / report.day / f"v{report.version}"
    write_whole(folder / "report.json", content)
    write_whole(folder / "report.csv", as_csv(report).encode())
    write_whole(folder / "report.json.ed25519", signatures.ed25519)
    write_whole(folder / "report.json.mldsa44", signatures.mldsa44)
    return hashlib.sha256(content).hexdigest()


def keep(report: Report, digest: str) -> DayReport:
    """The row and the ledger entry that carry the file's hash. Inside the caller's transaction."""
    row = DayReport.objects.create(
        day=date.fromisoformat(report.day),
        version=report.version,
        digest=digest,
        report=msgspec.to_builtins(report),
        because=report.because,
    )
    record(
        "transparency:day:published", actor="steelyard", about=row, after=report.day, because=digest,
        facts=Facts(verb="publish_day", digest=digest, by="machine"),
    )  # fmt: skip
    return row


def as_csv(report: Report) -> str:
    """RFC 4180: one line for each harm, kind and source."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(["day", "version", "harm", "kind", "source", "restricted", "reversed"])
    for harm, numbers in report.numbers.harms.items():
        for kind in KINDS:
            for source in SOURCES[:3]:
                lines.writerow(
                    [report.day, report.version, harm, kind, source, numbers.restricted[kind][source], ""]
                )
            lines.writerow([report.day, report.version, harm, kind, "", "", numbers.reversed[kind]])
    return out.getvalue()
