"""Our module with several versions of Synapse: `synapse_versions.py [--keep FOLDER] [VERSION ...]`.

Without a version: the newest patch of each of the last three releases on the package index. Each is installed into an
environment that is thrown away (or kept in FOLDER), the module's tests run against it, and one line says how it went.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = ("tests/integrations", "tests/enforcement/connectors/matrix", "tests/federation")
RELEASES = 3


def last_releases() -> list[str]:
    """The newest patch of each of the last three minor versions, the newest first."""
    said = subprocess.run(
        [sys.executable, "-m", "pip", "index", "versions", "matrix-synapse"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    found: dict[str, str] = {}
    for version in re.findall(r"\d+\.\d+\.\d+", said.partition("Available versions:")[2]):
        found.setdefault(version.rpartition(".")[0], version)
    return list(found.values())[:RELEASES]


def environment(folder: Path, version: str) -> Path:
    """Its Python. One that is there already is used again."""
    place = folder / version
    python = place / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", f"matrix-synapse=={version}"], check=True)
    return python


def tried(python: Path) -> tuple[bool, str]:
    """Whether the module's tests pass on it, and pytest's last line."""
    env = os.environ | {"STEELYARD_SYNAPSE_PYTHON": str(python)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-m", "", *TESTS],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        print(done.stdout[-4000:])
    return done.returncode == 0, done.stdout.strip().splitlines()[-1]


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("versions", nargs="*")
    words.add_argument("--keep", type=Path)
    asked = words.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        for version in asked.versions or last_releases():
            begun = time.monotonic()
            good, line = tried(environment(asked.keep or Path(scratch), version))
            print(
                f"{'ok  ' if good else 'FAIL'} {version}: {line} ({time.monotonic() - begun:.0f} s)",
                flush=True,
            )
            failed += not good
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
