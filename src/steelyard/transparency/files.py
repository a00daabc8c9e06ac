"""The files of a published day, each with its checksum, the list of checksums and the report signed.

report.json (+ .ed25519, .mldsa44)   everything, canonical JSON (RFC 8785), with the hashes of the others
report.csv                           restrictions by harm, kind and source
counts.csv, counts.parquet           every combination of public facts with its number: what the queries read
times.csv, languages.csv, partners.csv  what an auditor can recompute
harm-<harm>.json                     one harm, today and since the first of the month
schema.json                          JSON Schema of report.json
SHA256SUMS (+ .ed25519, .mldsa44)    for `sha256sum -c`
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import rfc8785

from steelyard.base.files import write_whole
from steelyard.ledger.signer.client import sign
from steelyard.transparency.counting import KINDS, SOURCES
from steelyard.transparency.cube import Cell
from steelyard.transparency.cube import as_csv as cube_csv
from steelyard.transparency.parquet import write_parquet
from steelyard.transparency.shapes import HarmReport, Report, days_folder

SUMS = "SHA256SUMS"


def folder_of(day: str, version: int) -> Path:
    return days_folder() / day / f"v{version}"


def write_data(report: Report, lines: list[Cell], harms: Iterable[HarmReport]) -> dict[str, str]:
    """Everything but the report itself. Returns name to SHA-256, hexadecimal."""
    folder = folder_of(report.day, report.version)
    contents = {
        "report.csv": as_csv(report).encode(),
        "counts.csv": cube_csv(lines),
        "times.csv": _times(report),
        "languages.csv": _languages(report),
        "partners.csv": _partners(report),
        "schema.json": msgspec.json.format(msgspec.json.encode(msgspec.json.schema(Report)), indent=1),
        **{f"harm-{one.harm}.json": rfc8785.dumps(msgspec.to_builtins(one)) for one in harms},
    }
    for name, content in contents.items():
        write_whole(folder / name, content)
    if write_parquet(folder / "counts.csv", folder / "counts.parquet"):
        contents["counts.parquet"] = (folder / "counts.parquet").read_bytes()
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(contents.items())}


def write_signed(report: Report, content: bytes) -> None:
    """The report and the list of checksums, each with both signatures."""
    all_sums = {**report.files, "report.json": hashlib.sha256(content).hexdigest()}
    sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(all_sums.items())).encode()
    for name, what in (("report.json", content), (SUMS, sums)):
        signatures = sign(what, "report")
        folder = folder_of(report.day, report.version)
        write_whole(folder / name, what)
        write_whole(folder / f"{name}.ed25519", signatures.ed25519)
        write_whole(folder / f"{name}.mldsa44", signatures.mldsa44)


def as_csv(report: Report) -> str:
    """RFC 4180: one line for each harm, kind and source."""
    lines: list[Sequence[object]] = []
    for harm, numbers in report.numbers.harms.items():
        for kind in KINDS:
            for source in SOURCES[:3]:
                lines.append(
                    [report.day, report.version, harm, kind, source, numbers.restricted[kind][source], ""]
                )
            lines.append([report.day, report.version, harm, kind, "", "", numbers.reversed[kind]])
    head = ["day", "version", "harm", "kind", "source", "restricted", "reversed"]
    return _csv(head, lines).decode()


def _times(report: Report) -> bytes:
    names = ["what", "key", "n", "p10", "p50", "p90", "limit", "within"]
    return _csv(
        ["day", *names], ([report.day, *(getattr(one, name) for name in names)] for one in report.times)
    )


def _languages(report: Report) -> bytes:
    lines = [
        [report.day, what, language, n]
        for what, table in report.languages.items()
        for language, n in [*table.cells.items(), ("", table.others)]
    ]
    return _csv(["day", "what", "language", "n"], lines)


def _partners(report: Report) -> bytes:
    told, names = report.partners, ["about", "lines", "median", "p90", "p95"]
    groups = {
        "all": (told.whole,) if told.whole else (), "area": told.by_area, "language": told.by_language,
        "region": told.by_region,
    } if told else {}  # fmt: skip
    lines = [
        [report.day, by, *(getattr(one, name) for name in names)]
        for by, found in groups.items()
        for one in found
    ]
    return _csv(["day", "by", *names], lines)


def _csv(head: Sequence[str], lines: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(head)
    table.writerows(lines)
    return out.getvalue().encode()
