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


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


@cache
def names_in(file: Path) -> dict[str, str]:
    """What each name of a file stands for: `record` -> `steelyard.ledger.actions.record`."""
    found = {function.name: f"{module_of(file)}.{function.name}" for function in functions(file)}
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    return found


def calls(node: ast.AST, file: Path) -> set[str]:
    """Every function of ours that is called in `node`, by its whole name."""
    found, names = set(), names_in(file)
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            first, _dot, rest = ast.unparse(part.func).partition(".")
            if first in names:
                found.add(f"{names[first]}.{rest}" if rest else names[first])
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
