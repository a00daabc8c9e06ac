"""Files of hashes as the `threatexchange` library writes and reads them. Nothing of that library is needed.

CSV    collab,signal_type,signal_str,category,tags      `threatexchange dataset --print-signals --csv`
lines  signal_type signal_str                            its local file exchange
JSON   {"data": [{"type", "indicator", "descriptors"}]}  pages of the ThreatExchange API
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from steelyard.base.errors import BadInput, gettext_noop
from steelyard.screening.states import Opinion, together

KINDS = {
    "pdq": "pdq", "hash_pdq": "pdq",
    "video_md5": "md5", "md5": "md5", "hash_md5": "md5", "hash_video_md5": "md5",
    "video_sha256": "sha256", "sha256": "sha256", "hash_sha256": "sha256", "hash_video_sha256": "sha256",
}  # fmt: skip
NAMES = {"pdq": "pdq", "md5": "video_md5", "sha256": "video_sha256"}
"""What the library calls them; it knows the exact ones for videos, we use them for any file."""
COLUMNS = ("collab", "signal_type", "signal_str", "category", "tags")
LARGEST = 512 * 1024 * 1024
_HEX = re.compile(r"[0-9a-f]+")
_DIGITS = {"pdq": 64, "md5": 32, "sha256": 64}
_STATUS = {"MALICIOUS": Opinion.POSITIVE, "NON_MALICIOUS": Opinion.NEGATIVE}


class Exchanged(NamedTuple):
    """One hash as it is handed over."""

    kind: str
    value: bytes
    opinion: Opinion = Opinion.POSITIVE
    tags: str = ""


class Parsed(NamedTuple):
    hashes: list[Exchanged]
    other: int
    """Signals of kinds that we do not screen by (URLs, texts)."""


def read_hashes(content: bytes) -> Parsed:
    """Hashes out of a file of any of the three kinds. Raises BadInput with the line that is wrong."""
    if len(content) > LARGEST:
        raise BadInput(
            gettext_noop("This file is too large."),
            gettext_noop("A file of hashes may have 512 MB."),
            gettext_noop("Split it and import the parts one after the other."),
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise _wrong(content[: fault.start].count(b"\n") + 1) from None
    rows = list(_rows(text))
    hashes = [
        found
        for line, kind, value, opinion, tags in rows
        if (found := _hash(line, kind, value, opinion, tags))
    ]
    return Parsed(hashes, len(rows) - len(hashes))


_Row = tuple[int, str, str, Opinion, str]


def _rows(text: str) -> Iterator[_Row]:
    start = text.lstrip()[:1]
    if start in {"{", "["}:
        return _from_json(text)
    if text.lstrip().partition("\n")[0].strip().split(",")[:3] == list(COLUMNS[:3]):
        return _from_csv(text)
    return _from_lines(text)


def _from_csv(text: str) -> Iterator[_Row]:
    reader = csv.DictReader(io.StringIO(text))
    try:
        for row in reader:
            category = (row.get("category") or Opinion.POSITIVE).lower()
            if category not in set(Opinion) or not row.get("signal_type") or not row.get("signal_str"):
                raise _wrong(reader.line_num)
            yield (
                reader.line_num,
                row["signal_type"],
                row["signal_str"],
                Opinion(category),
                row.get("tags") or "",
            )
    except csv.Error:
        raise _wrong(reader.line_num) from None


def _from_lines(text: str) -> Iterator[_Row]:
    for number, line in enumerate(text.splitlines(), 1):
        kind, _, value = line.strip().partition(" ")
        if kind and not value:
            raise _wrong(number)
        if kind:
            yield number, kind, value, Opinion.POSITIVE, ""


def _from_json(text: str) -> Iterator[_Row]:
    try:
        data = json.loads(text)
        entries = data["data"] if isinstance(data, dict) else data
        for entry in entries:
            if not entry.get("should_delete"):
                descriptors = (entry.get("descriptors") or {}).get("data") or []
                yield (
                    1,
                    str(entry["type"]),
                    str(entry["indicator"]),
                    _opinion(descriptors),
                    _tags(descriptors),
                )
    except json.JSONDecodeError as fault:
        raise _wrong(fault.lineno) from None
    except (KeyError, TypeError, AttributeError, RecursionError):
        raise _wrong(1) from None


def _opinion(descriptors: Iterable[dict[str, Any]]) -> Opinion:
    found: Opinion | None = None
    for descriptor in descriptors:
        said = _STATUS.get(str(descriptor.get("status")), Opinion.SEED)
        found = said if found is None else together(found, said)
    return found or Opinion.SEED


def _tags(descriptors: Iterable[dict[str, Any]]) -> str:
    tags = (descriptor.get("tags") for descriptor in descriptors)
    names = {
        str(tag) for each in tags for tag in (each.get("data", ()) if isinstance(each, dict) else each or ())
    }
    return " ".join(sorted(names))


def _hash(line: int, name: str, text: str, opinion: Opinion, tags: str) -> Exchanged | None:
    if (kind := KINDS.get(name.strip().lower())) is None:
        return None
    value = text.strip().lower()
    if len(value) != _DIGITS[kind] or not _HEX.fullmatch(value):
        raise _wrong(line)
    return Exchanged(kind, bytes.fromhex(value), opinion, tags[:200])


def _wrong(line: int) -> BadInput:
    return BadInput(
        gettext_noop("This is no file of hashes that we can read."),
        f"line {line}",
        gettext_noop("Expected the CSV, line or JSON format of the threatexchange library."),
    )


def write_hashes(list_name: str, hashes: Iterable[Exchanged]) -> Iterator[str]:
    """The CSV form, line by line. What was withdrawn is handed on as a false positive."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    writer.writerow(COLUMNS)
    yield line.getvalue()
    for kind, value, opinion, tags in hashes:
        line.seek(0)
        line.truncate()
        told = Opinion.NEGATIVE if opinion == Opinion.WITHDRAWN else opinion
        writer.writerow((list_name, NAMES[kind], value.hex(), told.upper(), tags))
        yield line.getvalue()
