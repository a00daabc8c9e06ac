"""Open attachments in bubblewrap. Where it is missing, or fails, they stay unopened and a person is told."""

import json
import logging
import resource
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from steelyard.base.config import home

_log = logging.getLogger(__name__)
MEMORY = 512 * 1024 * 1024
CPU_SECONDS, SECONDS = 8, 15
LARGEST_ANSWER = 4_000_000
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
    if not shutil.which("bwrap"):
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
    with tempfile.TemporaryDirectory(prefix="steelyard-") as folder:
        given = Path(folder) / "in"
        given.mkdir()
        for number, (_, _, content) in enumerate(files):
            (given / str(number)).write_bytes(content)
        if signed:
            (given / "message").write_bytes(signed)
        listed = [{"name": name, "type": kind} for name, kind, _ in files]
        (given / "list.json").write_text(json.dumps(listed))
        answer = Path(folder) / "answer"
        with answer.open("wb") as out:
            try:
                done = subprocess.run(
                    _command(given), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL,
                    timeout=SECONDS, check=False, preexec_fn=_limits, env={},
                )  # fmt: skip
            except (subprocess.TimeoutExpired, OSError) as trouble:
                _log.warning("The sandbox was stopped: %s", type(trouble).__name__)
                return None
        if done.returncode or answer.stat().st_size > LARGEST_ANSWER:
            return None
        try:
            found = json.loads(answer.read_bytes())
        except ValueError:
            return None
        return found if isinstance(found, dict) else None


def _limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_ANSWER, LARGEST_ANSWER))
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _command(given: Path) -> list[str]:
    """No network, no other process, nothing to write to but a little memory; only Python and the files themselves."""
    keys = home() / "keys" / "openpgp"
    parts = ["--ro-bind", "/usr", "/usr", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    for name in ("lib", "lib64", "bin"):
        link = Path("/") / name
        parts += (
            ["--symlink", f"usr/{name}", f"/{name}"]
            if link.is_symlink()
            else ["--ro-bind-try", f"/{name}", f"/{name}"]
        )
    for folder in dict.fromkeys((sys.base_prefix, sys.prefix)):
        if not Path(folder).is_relative_to("/usr") or folder == "/usr/local":
            parts += ["--ro-bind", folder, folder]
    packages = sysconfig.get_paths()["purelib"]
    return [
        "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv",
        *parts, "--dev", "/dev", "--size", "16000000", "--tmpfs", "/tmp",  # noqa: S108 - the sandbox's own
        "--ro-bind", str(HERE / "extract.py"), "/extract.py", "--ro-bind", str(given), "/in",
        *(["--ro-bind", str(keys), "/keys"] if keys.is_dir() else []),
        "--remount-ro", "/", "--setenv", "PYTHONDONTWRITEBYTECODE", "1", "--chdir", "/in",
        sys.executable, "-I", "-X", "utf8", "/extract.py", packages,
    ]  # fmt: skip
