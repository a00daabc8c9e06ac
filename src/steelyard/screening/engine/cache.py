"""Compiled lists kept between two starts: named by what they were compiled from, checked before they are used."""

import ctypes
import hashlib
import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import hyperscan

from steelyard.base.files import write_private

WORTH_KEEPING = 2000
"""Literals. Shorter lists compile in less time than it takes to notice."""
KEPT = 6
"""Files in the cache, the newest."""
LIBRARY = str(getattr(hyperscan, "__version__", ""))
_DIGEST = 32
_log = logging.getLogger(__name__)


def compiled(literals: Sequence[bytes], cache: Path | None) -> hyperscan.Database:
    """A database of literals, numbered by their place; from the folder `cache` where it holds them."""
    if cache is None or len(literals) < WORTH_KEEPING:
        return _compile(literals)
    file = cache / f"{_name(literals)}.hs"
    known = _loaded(file)
    if known is None:
        known = _compile(literals)
        with suppress(OSError):  # a cache that cannot be written costs time, nothing else
            _keep(file, known)
    return known


def _compile(literals: Sequence[bytes]) -> hyperscan.Database:
    database = hyperscan.Database()
    numbers = list(range(len(literals)))
    database.compile(expressions=list(literals), ids=numbers, elements=len(literals), literal=True)
    return database


def give_back() -> None:
    """What compiling and reading a long list needed meanwhile goes back to the system, which it would not by itself:
    190 MB of 260 for 100,000 terms. Only where the C library can (glibc)."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def _name(literals: Sequence[bytes]) -> str:
    """Of the literals in their order and the library that compiles them."""
    digest = hashlib.sha256(f"{LIBRARY} {len(literals)}\n".encode())
    digest.update(b"\0".join(literals))
    return digest.hexdigest()


def _loaded(file: Path) -> hyperscan.Database | None:
    try:
        content = file.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content[_DIGEST:]).digest() != content[:_DIGEST]:
        _log.warning("A compiled list in the cache is damaged. It is compiled anew.")
        return None
    try:
        database = hyperscan.loadb(content[_DIGEST:], hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
    except hyperscan.error:  # made by another version or for another processor
        return None
    return database


def _keep(file: Path, database: hyperscan.Database) -> None:
    content = bytes(hyperscan.dumpb(database))
    write_private(file, hashlib.sha256(content).digest() + content)
    others = sorted(file.parent.glob("*.hs"), key=lambda other: other.stat().st_mtime, reverse=True)
    for old in others[KEPT:]:
        old.unlink(missing_ok=True)
