"""The import contract, and proof that it bites: each planted violation must make it fail."""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLANTED = {  # contract: (file, line)
    "Rooms import downwards only": ("ledger/planted.py", "from steelyard.cases import __doc__"),
    "Inside a room: tasks, actions, queries, access, models, states": (
        "people/queries.py",
        "from steelyard.people.actions import __doc__ as planted",
    ),
    "Proofs, the screening engine and state tables run without Django or the network": (
        "ledger/proof/planted.py",
        "import django",
    ),
    "Evidence rows are reached only through evidence": (
        "flows/planted.py",
        "from steelyard.evidence.models import Exhibit",
    ),
    "Connectors do not know each other": (
        "enforcement/connectors/planted.py",
        "from steelyard.enforcement.connectors.matrix import __doc__",
    ),
    "Nothing but the assembly names a connector": (
        "intake/planted.py",
        "from steelyard.enforcement.connectors.matrix import __doc__",
    ),
    "Doors never touch tables": ("console/planted.py", "from steelyard.people.models import Member"),
}


def lint(source: Path = ROOT / "src") -> tuple[bool, str]:
    """Whether the package under `source` keeps the contract, and what import-linter says."""
    with tempfile.TemporaryDirectory() as elsewhere:  # its cache must not mix copies of the package
        done = subprocess.run(
            [Path(sys.executable).parent / "lint-imports", "--config", ROOT / "pyproject.toml", "--no-cache"],
            env=os.environ | {"PYTHONPATH": str(source)}, cwd=elsewhere,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    return done.returncode == 0, done.stdout + done.stderr


def bites(contract: str) -> bool:
    """Whether the violation planted for `contract` makes it fail, and by that contract's name."""
    name, line = PLANTED[contract]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(
            ROOT / "src", Path(folder, "src"), ignore=shutil.ignore_patterns("*.mo", "__pycache__")
        )
        with Path(folder, "src", "steelyard", name).open("a") as file:
            file.write(f"\n{line}\n")
        kept, said = lint(Path(folder, "src"))
    return not kept and f"{contract} BROKEN" in said


def contracts() -> list[str]:
    found = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return [contract["name"] for contract in found]
