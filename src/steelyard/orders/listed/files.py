"""Read the files that lists come in. Columns and elements are found by their names, and a file without them is refused.

- `eu`: the consolidated list of persons, groups and entities subject to EU financial sanctions, CSV with semicolons
  (`Entity_EU_ReferenceNumber`, `NameAlias_WholeName`, `fileGenerationDate`).
- `un`: the United Nations Security Council consolidated list, XML (`CONSOLIDATED_LIST`, `INDIVIDUAL`, `ENTITY`).
- `states`: our own, CSV with commas: `country,source`, for embargoed States.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from steelyard.base.errors import BadInput
from steelyard.rulebook.countries import known

_NAMES = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")


@dataclass(frozen=True)
class Entry:
    """One name of one party; for a State its code."""

    party: str
    name: str


@dataclass(frozen=True)
class Read:
    entries: tuple[Entry, ...]
    dated: date | None
    """The day that the file itself gives; None when it gives none"""


def read(kind: str, content: bytes) -> Read:
    """Raises BadInput, with what the file lacks, where it is no such list."""
    readers: dict[str, Callable[[bytes], Read]] = {"eu": _eu, "un": _un, "states": _states}
    if kind not in readers:
        raise BadInput(f"There is no kind of list called {kind}.", do="Choose eu, un or states.")
    found = readers[kind](content)
    if not found.entries:
        raise BadInput("The file names nobody.", do="Compare it with the list's own description.")
    return found


def _eu(content: bytes) -> Read:
    rows = _rows(content, ";", "NameAlias_WholeName")
    entries = dict.fromkeys(
        Entry(row.get("Entity_EU_ReferenceNumber") or row.get("Entity_LogicalId") or "", name)
        for row in rows
        if (name := _whole(row))
    )
    return Read(tuple(entries), next((_day(row.get("fileGenerationDate") or "") for row in rows), None))


def _whole(row: dict[str, str]) -> str:
    parts = (row.get(f"NameAlias_{part}") or "" for part in ("FirstName", "MiddleName", "LastName"))
    return (row.get("NameAlias_WholeName") or " ".join(filter(None, parts))).strip()


def _un(content: bytes) -> Read:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException) as fault:
        raise BadInput("This is no XML that can be read.", str(fault)) from fault
    if root.tag != "CONSOLIDATED_LIST":
        raise BadInput("This is no consolidated list of the United Nations.", "Its first element is another.")
    entries: dict[Entry, None] = {}
    for one in (*root.iter("INDIVIDUAL"), *root.iter("ENTITY")):
        party = one.findtext("REFERENCE_NUMBER") or one.findtext("DATAID") or ""
        names = [" ".join(filter(None, ((one.findtext(part) or "").strip() for part in _NAMES)))]
        names += [alias.text or "" for alias in one.iter("ALIAS_NAME")]
        entries |= dict.fromkeys(Entry(party, name.strip()) for name in names if name.strip())
    return Read(tuple(entries), _day(root.get("dateGenerated") or ""))


def _states(content: bytes) -> Read:
    rows = _rows(content, ",", "country")
    for row in rows:
        if not known(row["country"].strip().upper()) or not (row.get("source") or "").strip():
            raise BadInput(
                f"A line names no State or no source: {row['country'][:10]}.",
                do="Write country,source on each line.",
            )
    return Read(tuple(Entry(row["source"].strip(), row["country"].strip().upper()) for row in rows), None)


def _rows(content: bytes, delimiter: str, needs: str) -> list[dict[str, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise BadInput("This is no text in UTF-8.", do="Take the file as it was published.") from fault
    rows: Iterator[dict[str, str]] = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    found = list(rows)
    if not found or needs not in found[0]:
        raise BadInput(f"The file has no column {needs}.", do="Take the file as it was published.")
    return found


def _day(text: str) -> date | None:
    for form, length in (("%Y-%m-%d", 10), ("%d/%m/%Y", 10)):
        try:
            return datetime.strptime(text[:length], form).date()  # noqa: DTZ007 - a day, without an hour
        except ValueError:
            continue
    return None
