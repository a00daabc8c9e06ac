"""Reading our own source, for promises that hold for the whole codebase."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "steelyard"


def python_files(folder: Path = PACKAGE) -> list[Path]:
    return sorted(file for file in folder.rglob("*.py") if "__pycache__" not in file.parts)


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(node: ast.AST) -> set[str]:
    """The last part of every name that is called: `record`, `save`, `now`."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            if isinstance(part.func, ast.Name):
                found.add(part.func.id)
            elif isinstance(part.func, ast.Attribute):
                found.add(part.func.attr)
    return found


def kept_files() -> list[Path]:
    """Every text file that git keeps or would keep."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return [ROOT / each for each in listed if each and (ROOT / each).is_file()]


def text(file: Path) -> str:
    try:
        return file.read_text()
    except UnicodeDecodeError:
        return ""
