"""Small promises about files: private from the first byte, and whole or not there at all."""

import os
from pathlib import Path
from threading import get_ident


def write_private(file: Path, content: bytes) -> None:
    """Write `content` whole, readable by the owner only, durable before the name appears."""
    write_whole(file, content, mode=0o600)


def write_private_once(file: Path, content: bytes) -> None:
    """The same, unless the file is there: of several who write it first at once, one wins and the others keep quiet."""
    draft = _drafted(file, content, 0o600)
    try:
        os.link(draft, file)
    except FileExistsError:
        return
    finally:
        draft.unlink()
    _settle(file.parent)


def write_whole(file: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write to a temporary name, fsync, rename, fsync the folder: a crash leaves the old file or the new."""
    _drafted(file, content, mode).replace(file)
    _settle(file.parent)


def _drafted(file: Path, content: bytes, mode: int) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{file.name}.{os.getpid()}.{get_ident()}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        _write_all(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    return draft


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_all(handle: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]
