"""Tiles (c2sp.org/tlog-tiles): the tree's hashes and the entries, as files of 256 that never change."""

from collections.abc import Iterable, Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from steelyard.ledger.proof.merkle import ReadHash, root_of

WIDTH = 256
ENTRIES = -1
"""In place of a level: the tile that holds entries, not hashes."""
LARGEST = WIDTH * (2 + 65_535)
"""Bytes of the largest file a log can have: a tile of the longest entries. Nobody's server makes us read more."""


class Missing(Exception):
    """The log does not serve this file, or could not be reached."""


class BadTile(ValueError):
    """A tile or bundle cannot be what its path says."""


class Source(Protocol):
    """Where a log is read from."""

    def read(self, path: str) -> bytes:
        """The file at `path` below the log's address. Raises Missing."""


class Folder:
    """A log on this machine, or a copy of one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, path: str) -> bytes:
        try:
            return (self.folder / path).read_bytes()
        except OSError as fault:
            raise Missing(f"{path}: {fault.strerror}") from fault


class Web:
    """A log at a http or https address."""

    def __init__(self, address: str, *, timeout: float = 20) -> None:
        if urlsplit(address).scheme not in ("http", "https"):
            raise ValueError(f"{address} is not a http or https address.")
        self.address, self.timeout = address.rstrip("/"), timeout

    def read(self, path: str) -> bytes:
        request = Request(f"{self.address}/{path}", headers={"User-Agent": "steelyard-ledger-verify"})  # noqa: S310 (scheme checked above)
        try:
            with urlopen(request, timeout=self.timeout) as answer:  # noqa: S310 (the same)
                content = bytes(answer.read(LARGEST + 1))
        except HTTPError as fault:
            raise Missing(f"{path}: HTTP {fault.code}") from fault
        except (URLError, TimeoutError, ConnectionError, HTTPException) as fault:
            raise Missing(f"{path}: {fault}") from fault
        if len(content) > LARGEST:
            raise Missing(f"{path}: the answer is larger than any file of a log")
        return content


def source(base: str | Path) -> Source:
    """A log's files, from its http address or its folder."""
    address = str(base)
    return Web(address) if address.startswith(("http://", "https://")) else Folder(Path(base))


# ---- names ------------------------------------------------------------------------------------------------


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """`tile/0/x001/x234/067`, with `.p/17` behind it for a tile of 17."""
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03d}")
    kind = "entries" if level == ENTRIES else str(level)
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{kind}/{'/'.join(groups)}{partial}"


def read_tile_path(path: str) -> tuple[int, int, int]:
    """(level, number, width) behind a path that `tile_path` made."""
    kind, *groups = path.removeprefix("tile/").split("/")
    width = WIDTH
    if groups[-2:][0].endswith(".p"):
        width = int(groups.pop())
    number = int("".join(group.removeprefix("x").removesuffix(".p") for group in groups))
    return ENTRIES if kind == "entries" else int(kind), number, width


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """(level, number, width) of every hash tile of a log of this size, lowest level first."""
    level = 0
    while hashes := size >> (8 * level):
        for number in range(hashes // WIDTH):
            yield level, number, WIDTH
        if hashes % WIDTH:
            yield level, hashes // WIDTH, hashes % WIDTH
        level += 1


def width_of(level: int, number: int, size: int) -> int:
    """How many hashes (or entries) tile `number` has in a log of `size`; 0 when it is not there yet."""
    return max(0, min(WIDTH, (size >> (8 * max(level, 0))) - number * WIDTH))


# ---- content ----------------------------------------------------------------------------------------------


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries as the content of an entry tile."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def read_bundle(content: bytes, width: int) -> list[bytes]:
    """The entries of a bundle. Raises BadTile, naming the entry, unless there are `width` of them exactly."""
    entries: list[bytes] = []
    at = 0
    while at < len(content):
        end = at + 2 + int.from_bytes(content[at : at + 2], "big")
        if at + 2 > len(content) or end > len(content):
            raise BadTile(f"ends inside its entry {len(entries)}, at byte {at} of {len(content)}")
        entries.append(content[at + 2 : end])
        at = end
    if len(entries) != width:
        raise BadTile(f"holds {len(entries)} entries where {width} belong")
    return entries


def read_hashes(content: bytes, width: int) -> list[bytes]:
    """The hashes of a tile. Raises BadTile unless there are `width` of them exactly."""
    if len(content) != 32 * width:
        raise BadTile(f"has {len(content)} bytes where {32 * width} belong")
    return [content[at : at + 32] for at in range(0, len(content), 32)]


def read_tile(log: Source, level: int, number: int, width: int) -> bytes:
    """A tile as it was when it held `width`. Raises Missing or BadTile.

    A partial tile may be gone once the full one is there: the full one begins with it.
    """
    try:
        return log.read(tile_path(level, number, width))
    except Missing:
        if width == WIDTH:
            raise
        return beginning(log.read(tile_path(level, number)), level, WIDTH, width)


def beginning(content: bytes, level: int, width: int, first: int) -> bytes:
    """A tile of `width` as it was when it held `first`. Raises BadTile."""
    return bundle(read_bundle(content, width)[:first]) if level == ENTRIES else content[: 32 * first]


def hash_reader(log: Source, size: int) -> ReadHash:
    """The hashes of full subtrees of a log of `size`, computed from its tiles; each tile is read once."""
    seen: dict[tuple[int, int], list[bytes]] = {}

    def read(level: int, number: int) -> bytes:
        tile_level, within = divmod(level, 8)
        number_of_tile, first = divmod(number << within, WIDTH)
        place = tile_level, number_of_tile
        if place not in seen:
            width = width_of(*place, size)
            seen[place] = read_hashes(read_tile(log, *place, width), width)
        return root_of(seen[place][first : first + (1 << within)])

    return read


def read_entry(log: Source, index: int, size: int) -> bytes:
    """Entry `index` of a log of `size`. Raises Missing or BadTile."""
    number, at = divmod(index, WIDTH)
    width = width_of(ENTRIES, number, size)
    return read_bundle(read_tile(log, ENTRIES, number, width), width)[at]
