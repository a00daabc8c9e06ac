"""Open attachments in bubblewrap. Where it is missing, or fails, they stay unopened and a person is told."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from steelyard.base.config import home
from steelyard.base.sandbox import SECONDS, available, run_inside

MOST_FILES = 100
SECONDS_EACH_FOR_ITSELF = 30.0
"""For all files of a message that are opened one by one: a hundred bombs must not hold up everybody's mail."""
HERE = Path(__file__).parent
NOT_OPENED = "not opened: bubblewrap is not installed on this machine"
FAILED = "not opened: the sandbox stopped it"
LATE = "not opened: other files of this message took too long"

Attachment = tuple[str, str, bytes]


def open_attachments(
    files: Sequence[Attachment], signed: bytes = b""
) -> tuple[list[dict[str, Any]], list[Any]]:
    """What each file says, with why where it was not opened; and the signatures found.

    `signed`: the whole message, when it says that it is signed.
    """
    if not files and not signed:
        return [], []
    if not available():
        return [_shut(name, kind, NOT_OPENED) for name, kind, _ in files], []
    answer = _inside(files[:MOST_FILES], signed)
    if answer is None and len(files) > 1:
        opened = _each_for_itself(files[:MOST_FILES])
    else:
        opened = (answer or {}).get("files") or [{}] * len(files)
    told = [
        {"name": name, "type": kind} | (dict(found) if found else {"unopened": FAILED, "text": ""})
        for (name, kind, _), found in zip(files, opened, strict=False)
    ]
    late = [_shut(name, kind, "not opened: too many attachments") for name, kind, _ in files[MOST_FILES:]]
    return told + late, (answer or {}).get("signatures", [])


def _shut(name: str, kind: str, why: str) -> dict[str, Any]:
    return {"name": name, "type": kind, "text": "", "unopened": why}


def _each_for_itself(files: Sequence[Attachment]) -> list[dict[str, Any]]:
    """One of them is a bomb: so that it takes no other along, each has a sandbox of its own, as long as time lasts."""
    end, opened = time.monotonic() + SECONDS_EACH_FOR_ITSELF, []
    for one in files:
        left = end - time.monotonic()
        answer = (
            _inside([one], b"", seconds=left) if left > 0 else {"files": [{"unopened": LATE, "text": ""}]}
        )
        opened.append((answer or {"files": [{}]})["files"][0])
    return opened


def _inside(files: Sequence[Attachment], signed: bytes, *, seconds: float = SECONDS) -> dict[str, Any] | None:
    """The extractor's answer, or None when it was stopped. Files get numbers as names: theirs never reach a path."""
    given = {str(number): content for number, (_, _, content) in enumerate(files)}
    if signed:
        given["message"] = signed
    listed = [{"name": name, "type": kind} for name, kind, _ in files]
    given["list.json"] = json.dumps(listed).encode()
    keys = home() / "keys" / "openpgp"
    return run_inside(
        HERE / "extract.py", given, more=("--ro-bind", str(keys), "/keys") if keys.is_dir() else (), seconds=seconds,
    )  # fmt: skip
