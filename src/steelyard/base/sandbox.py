"""Run a program of ours over files that anybody may have sent: in bubblewrap, with limits, and alone.

The program is one file that needs nothing of Steelyard. It finds what it is given in its folder and answers with one
JSON object. Whatever happens to it happens to it alone.
"""

import json
import logging
import os
import resource
import select
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)
MEMORY = 512 * 1024 * 1024
CPU_SECONDS, SECONDS = 8, 15
LARGEST_ANSWER = 4_000_000


def available() -> bool:
    """Whether bubblewrap is installed here."""
    return bool(shutil.which("bwrap"))


def run_inside(
    program: Path, files: Mapping[str, bytes], *, more: Sequence[str] = (), bare: bool = False,
    seconds: float = SECONDS,
) -> dict[str, Any] | None:  # fmt: skip
    """The answer of `program` over `files`, by name; None when it was stopped or said nothing readable.

    `more`: further arguments of bubblewrap. `bare`: without bubblewrap, where it is missing; the limits stay.
    `seconds`: how long it may take, where that is less than the limit.
    """
    with tempfile.TemporaryDirectory(prefix="steelyard-") as folder:
        given, answer = Path(folder) / "in", Path(folder) / "answer"
        given.mkdir()
        for name, content in files.items():
            (given / name).write_bytes(content)
        command = _bare(program) if bare else _bubble(program, given, more)
        try:
            code = _outcome(command, given, answer, min(seconds, SECONDS))
        except (subprocess.TimeoutExpired, OSError) as trouble:
            _log.warning("The sandbox was stopped: %s", type(trouble).__name__)
            return None
        if code or answer.stat().st_size > LARGEST_ANSWER:
            return None
        try:
            found = json.loads(answer.read_bytes())
        except ValueError:
            return None
        return found if isinstance(found, dict) else None


def _outcome(command: Sequence[str], folder: Path, answer: Path, seconds: float) -> int:
    """The exit status. Raises TimeoutExpired, and the process is gone then."""
    with answer.open("wb") as out, subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL, preexec_fn=_limits, env={},
        cwd=folder,
    ) as running:  # fmt: skip
        try:
            return _await(running, seconds)
        except BaseException:
            running.kill()
            raise


def _await(running: subprocess.Popen[bytes], seconds: float) -> int:
    """Its status the moment it ends; `wait` alone would ask every twentieth of a second, and a mail waits for this."""
    if not hasattr(os, "pidfd_open"):
        return running.wait(timeout=seconds)
    handle = os.pidfd_open(running.pid)
    try:
        select.select([handle], [], [], seconds)
    finally:
        os.close(handle)
    return running.wait(timeout=0)


def _limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_ANSWER, LARGEST_ANSWER))
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _python(program: str) -> list[str]:
    return [sys.executable, "-I", "-X", "utf8", program, sysconfig.get_paths()["purelib"]]


def _bare(program: Path) -> list[str]:
    return _python(str(program))


def _bubble(program: Path, given: Path, more: Sequence[str]) -> list[str]:
    """No network, no other process, nothing to write to but a little memory; only Python and the files themselves."""
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
    return [
        "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv",
        # the empty /tmp first: an installation that lies under /tmp is bound over it, not hidden by it
        "--dev", "/dev", "--size", "16000000", "--tmpfs", "/tmp", *parts,  # noqa: S108 - the sandbox's own
        "--ro-bind", str(program), "/program.py", "--ro-bind", str(given), "/in", *more,
        "--remount-ro", "/", "--setenv", "PYTHONDONTWRITEBYTECODE", "1", "--chdir", "/in",
        *_python("/program.py"),
    ]  # fmt: skip
