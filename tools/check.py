"""`make check`: what must hold before a change is looked at. Says all that is wrong, not only the first."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]
TOOLS = Path(sys.executable).parent

from tools import contract  # noqa: E402 - found by the line above


def run(*words: str | Path) -> tuple[bool, str]:
    with tempfile.TemporaryDirectory() as home:  # settings may make a secret: not in anybody's real house
        env = os.environ | {"STEELYARD_HOME": home, "DJANGO_SETTINGS_MODULE": "steelyard.assembly.settings"}
        done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def planted() -> tuple[bool, str]:
    name = next(iter(contract.PLANTED))
    return contract.bites(name), f"A planted upward import went unnoticed by “{name}”."


CHECKS: dict[str, Callable[[], tuple[bool, str]]] = {
    "lint": lambda: run(TOOLS / "ruff", "check", "--quiet", "--output-format", "concise"),
    "format": lambda: run(TOOLS / "ruff", "format", "--check", "--quiet"),
    "import contract": contract.lint,
    "a planted violation fails": planted,
    "migrations": lambda: run(
        sys.executable, "-W", "ignore", "-m", "django", "makemigrations", "--check", "--dry-run"
    ),
    "catalogues": lambda: run(sys.executable, "tools/catalogues.py", "check"),
    "messenger": lambda: run(sys.executable, "tools/messenger.py", "check"),
    "pages of the state tables": lambda: run(sys.executable, "tools/lives.py", "check"),
    "rulebook": lambda: run(sys.executable, "-m", "steelyard", "check", "rulebook"),
    "types": lambda: run(TOOLS / "mypy"),
}


def main(wanted: list[str]) -> int:
    failed = []
    for name, check in CHECKS.items():
        if wanted and not any(word in name for word in wanted):
            continue
        begun = time.monotonic()
        good, said = check()
        print(f"{'ok  ' if good else 'FAIL'} {name} ({time.monotonic() - begun:.1f} s)", flush=True)
        if not good:
            failed.append(name)
            print(said.strip())
    print(f"failed: {', '.join(failed)}" if failed else "all is well")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
