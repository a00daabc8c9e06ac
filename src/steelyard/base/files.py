"""Small promises about files: private from the first byte, and whole or not there at all."""

import os
from pathlib import Path


def write_private(file: Path, content: bytes) -> None:
    """Write `content` whole, readable by the owner only, durable before the name appears."""
    write_whole(file, content, mode=0o600)


def write_whole(file: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write to a temporary name, fsync, rename, fsync the folder: a crash leaves the old file or the new."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{file.name}.{os.getpid()}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        _write_all(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    draft.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write_all(handle: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]
