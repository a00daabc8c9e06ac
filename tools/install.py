"""Make the virtual environments, from pinned and hashed lists only: `install.py runtime|dev [synapse]`.

Runs on the Python of a fresh machine, before anything is installed: standard library only. A second call
is instant; one that was interrupted starts over; all environments are made at the same time.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
NEEDED_MB = {"runtime": 1300, "dev": 2600, "synapse": 500}
LISTS = {"runtime": "lock.txt", "dev": "dev.txt", "synapse": "synapse.txt"}
FOLDERS = {"runtime": ".venv", "dev": ".venv", "synapse": ".venv-synapse"}
DONE = "installed"


class Stop(Exception):
    """One sentence for the person at the keyboard."""


def wanted(kind: str) -> str:
    """What this environment is made from; another list or another Python means another environment."""
    parts = (ROOT / "requirements" / LISTS[kind], ROOT / "pyproject.toml")
    content = sys.version.encode() + b"".join(part.read_bytes() for part in parts)
    return hashlib.sha256(content).hexdigest()


def installed(kind: str) -> bool:
    """An environment for development serves at run time too."""
    stamp = ROOT / FOLDERS[kind] / DONE
    found = stamp.read_text().split() if stamp.exists() else []
    serves = {"runtime": ("runtime", "dev")}.get(kind, (kind,))
    return any(f"{name}:{wanted(name)}" in found for name in serves)


def check_machine(kinds: list[str]) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file meets whatever Python the machine has
        raise Stop(
            f"Python 3.11 or later is needed, this is {sys.version.split()[0]}. Use PYTHON=/path/to/python3."
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        raise Stop("Python's venv module is missing. Install it: apt-get install python3-venv") from None
    needed = sum(NEEDED_MB[kind] for kind in kinds)
    free = shutil.disk_usage(ROOT).free // 2**20
    if free < needed:
        raise Stop(
            f"{ROOT} has {free} MB free, and {needed} MB are needed. Free some space, then start again."
        )


def run(words: list[object], log: Path) -> None:
    quiet = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    quiet.pop("PYTHONPATH", None)
    with log.open("ab") as output:
        done = subprocess.run(
            [str(word) for word in words], stdout=output, stderr=output, env=quiet, cwd=ROOT, check=False
        )
    if done.returncode:
        raise Stop(explain(log))


def explain(log: Path) -> str:
    text = log.read_text(errors="replace")
    if "No space left on device" in text:
        return "The disk is full. Free some space, then start again."
    if "THESE PACKAGES DO NOT MATCH THE HASHES" in text:
        return f"A downloaded package is not the one we pinned, so nothing was installed. See {log}."
    if "NewConnectionError" in text or "Could not find a version" in text or "ReadTimeout" in text:
        return f"A package could not be fetched. Check the network or pip's settings. See {log}."
    lines = [line for line in text.splitlines() if "error" in line.lower()] or ["pip did not finish."]
    return f"{lines[-1].strip()[:300]} See {log}."


def install(kind: str) -> None:
    folder, log = ROOT / FOLDERS[kind], ROOT / FOLDERS[kind] / "install.log"
    stamp = folder / DONE
    whole = stamp.exists() and (folder / "bin" / "python").exists()
    stamp.unlink(missing_ok=True)
    if not whole:  # a first start, or one that was cut off: begin again
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        run([sys.executable, "-m", "venv", folder], log)
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--no-input", "--quiet", "--no-deps"]
    run([*pip, "--require-hashes", "-r", ROOT / "requirements" / LISTS[kind]], log)
    if kind != "synapse":
        run([*pip, "--no-build-isolation", "-e", ROOT], log)
    stamp.write_text(f"{kind}:{wanted(kind)}\n")


def one_at_a_time() -> IO[str]:
    """Two setups in one folder would undo each other: the second waits, and then finds everything done."""
    lock = (ROOT / ".setup-lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        print("another setup is at work here; waiting for it", file=sys.stderr)
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def install_all(kinds: list[str]) -> None:
    faults: list[str] = []

    def work(kind: str) -> None:
        try:
            install(kind)
        except (Stop, OSError) as fault:
            faults.append(str(fault))

    threads = [threading.Thread(target=work, args=[kind], daemon=True) for kind in kinds]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.2)
        if sys.stderr.isatty():
            print(
                f"\rsetting up {' and '.join(kinds)}: {time.monotonic() - begun:.0f} s ",
                end="",
                file=sys.stderr,
            )
    if faults:
        raise Stop(faults[0])
    print(f"\rset up {' and '.join(kinds)} in {time.monotonic() - begun:.0f} s", file=sys.stderr)


def main(kinds: list[str]) -> int:
    try:
        lock = one_at_a_time()
        missing = [kind for kind in kinds if not installed(kind)]
        if missing:
            check_machine(missing)
            print(f"setting up {' and '.join(missing)}, once; this takes a minute or two", file=sys.stderr)
            install_all(missing)
        lock.close()
    except Stop as fault:
        print(f"\n{fault}", file=sys.stderr)
        return 1
    except OSError as fault:
        print(f"Nothing could be set up in {ROOT}: {fault.strerror or fault}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The next start begins again.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
