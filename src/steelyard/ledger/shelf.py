"""Putting the log's files on disk so that a crash leaves each of them whole or not there at all."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from steelyard.base.errors import Broken
from steelyard.ledger.proof.merkle import leaf_hash
from steelyard.ledger.proof.tiles import read_hashes, tile_path


def write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write every file to a temporary name, fsync, rename, then fsync each folder once."""
    folders: set[Path] = set()
    drafts = []
    for path, content in files.items():
        target = folder / path
        _make(target.parent, folders)
        folders.add(target.parent)
        draft = target.with_name(f".{target.name}.draft")
        _write(draft, content)
        drafts.append((draft, target))
    for draft, target in drafts:
        draft.replace(target)
    for touched in folders:
        _sync(touched)


def read_back(folder: Path, files: Mapping[str, bytes]) -> None:
    """Read what was written and hash the entries again, before anything is signed.

    One wrong bit in a signed tree can never be repaired (Yeti 2022): so look at what is on disk, not at what
    we meant to write. Raises Broken, naming the file.
    """
    for path, content in files.items():
        found = (folder / path).read_bytes()
        if found != content:
            raise Broken(f"The ledger's file {path} is not what was written to it.", do="Check the disk.")
        if path.startswith("tile/entries/"):
            _hash_again(folder, path, found)


def _hash_again(folder: Path, path: str, found: bytes) -> None:
    tile = (folder / path.replace("tile/entries/", "tile/0/")).read_bytes()
    at = 0
    for expected in read_hashes(tile, len(tile) // 32):
        end = at + 2 + int.from_bytes(found[at : at + 2], "big")
        if leaf_hash(found[at + 2 : end]) != expected:
            raise Broken(
                f"The entries in {path} do not have the hashes of their tile.", do="Check the memory."
            )
        at = end


def drop_partial(folder: Path, files: Mapping[str, bytes]) -> None:
    """Once tile n is full, the partial forms of tile n - 1 are not needed: the full one begins with them.

    One tile late, so that somebody who has just read an earlier checkpoint still finds its files.
    """
    for path in files:
        kind, _, name = path.removeprefix("tile/").partition("/")
        number = int(name.replace("x", "").replace("/", "")) if ".p" not in name else 0
        if number:
            level = -1 if kind == "entries" else int(kind)
            shutil.rmtree(folder / f"{tile_path(level, number - 1)}.p", ignore_errors=True)


def _make(folder: Path, made: set[Path]) -> None:
    if not folder.exists():
        _make(folder.parent, made)
        folder.mkdir(exist_ok=True)
        made.add(folder.parent)


def _write(file: Path, content: bytes) -> None:
    with file.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
