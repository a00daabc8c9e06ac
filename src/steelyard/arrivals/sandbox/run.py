"""Open attachments in bubblewrap. Where it is missing, or fails, they stay unopened and a person is told."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from steelyard.base.config import home
from steelyard.base.sandbox import available, run_inside

MOST_FILES = 100
HERE = Path(__file__).parent
NOT_OPENED = "not opened: bubblewrap is not installed on this machine"
FAILED = "not opened: the sandbox stopped it"

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
    if (
        answer is None and len(files) > 1
    ):  # one of them is a bomb: each for itself, so that it takes no other along
        each = [_inside([one], b"") for one in files[:MOST_FILES]]
        opened = [(one or {"files": [{}]})["files"][0] for one in each]
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


def _inside(files: Sequence[Attachment], signed: bytes) -> dict[str, Any] | None:
    """The extractor's answer, or None when it was stopped. Files get numbers as names: theirs never reach a path."""
    given = {str(number): content for number, (_, _, content) in enumerate(files)}
    if signed:
        given["message"] = signed
    listed = [{"name": name, "type": kind} for name, kind, _ in files]
    given["list.json"] = json.dumps(listed).encode()
    keys = home() / "keys" / "openpgp"
    return run_inside(
        HERE / "extract.py", given, more=("--ro-bind", str(keys), "/keys") if keys.is_dir() else ()
    )
