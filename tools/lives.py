"""One page per state table, written from the table itself: `lives.py write`, and `lives.py check`.

A table is a dictionary in a room's `states.py` whose name ends in MOVES: (move, state) -> state. The first
state of its enumeration is where a life begins.
"""

import ast
import importlib
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "steelyard"
PAGES = ROOT / "docs" / "lives"
sys.path[:0] = [str(ROOT / "src")]
Moves = Mapping[tuple[str, StrEnum], StrEnum]


@dataclass(frozen=True)
class Life:
    """One state table and what is said about it."""

    room: str
    table: str
    about: str
    states: type[StrEnum]
    moves: Moves
    remarks: Mapping[str, str]
    who: Mapping[StrEnum, str]

    @property
    def name(self) -> str:
        """“sign in” for SignInState."""
        words = re.findall(r"[A-Z][a-z0-9]*", self.states.__name__.removesuffix("State"))
        return " ".join(words).lower()

    @property
    def page(self) -> Path:
        return PAGES / f"{self.room}-{self.name.replace(' ', '-')}.md"

    def reachable(self) -> set[StrEnum]:
        """Every state that a life can come to from its beginning."""
        seen, todo = set(), [next(iter(self.states))]
        while todo:
            state = todo.pop()
            if state not in seen:
                seen.add(state)
                todo += [after for (_move, before), after in self.moves.items() if before == state]
        return seen

    def ends(self) -> list[StrEnum]:
        begun = {before for _move, before in self.moves}
        return [state for state in self.states if state not in begun]


def lives() -> Iterator[Life]:
    for file in sorted(SOURCE.rglob("states.py")):
        if file.parent.name == "base":
            continue
        module = importlib.import_module(".".join(file.relative_to(SOURCE.parent).with_suffix("").parts))
        tree = ast.parse(file.read_text())
        for name, value in vars(module).items():
            if name.endswith("MOVES") and isinstance(value, dict) and not name.startswith("WHO"):
                states = type(next(iter(value.values())))
                who = getattr(module, "WHO_MOVES", {})
                yield Life(
                    file.parent.name, name, module.__doc__ or "", states, value, _remarks(tree, states), who
                )


def _remarks(tree: ast.Module, states: type[StrEnum]) -> dict[str, str]:
    """The sentence under each state, where somebody wrote one."""
    found, last = {}, ""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == states.__name__:
            for part in node.body:
                if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name):
                    last = part.targets[0].id
                elif isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant) and last:
                    found[last] = " ".join(str(part.value.value).split())
    return found


def text_of(life: Life) -> str:
    lines = [
        f"# The life of a {life.name}" if life.name[0] not in "aeiou" else f"# The life of an {life.name}",
        "",
        f"Written from `{life.table}` in `steelyard/{life.room}/states.py` by `make lives`.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {next(iter(life.states)).value}",
        *(f"    {before.value} --> {after.value}: {move}" for (move, before), after in life.moves.items()),
        *(f"    {state.value} --> [*]" for state in life.ends()),
        "```",
        "",
        "| State | What it means | Who moves next |",
        "|---|---|---|",
    ]
    for state in life.states:
        who = life.who.get(state, "nobody: it is over" if state in life.ends() else "")
        lines.append(f"| {state.value} | {life.remarks.get(state.name, '')} | {who} |")
    lines += ["", "| Move | From | To |", "|---|---|---|"]
    lines += [f"| {move} | {before.value} | {after.value} |" for (move, before), after in life.moves.items()]
    return "\n".join(lines) + "\n"


def pages() -> dict[Path, str]:
    found = list(lives())
    index = [
        "# Lives",
        "",
        "One page per state table. A move that is missing from the table cannot happen.",
        "",
    ]
    index += [f"- [{life.name}]({life.page.name}) ({life.room})" for life in found]
    return {PAGES / "README.md": "\n".join(index) + "\n"} | {life.page: text_of(life) for life in found}


def stale() -> list[str]:
    """Pages that are not what the tables say, and pages without a table."""
    wanted = pages()
    there = set(PAGES.glob("*.md"))
    wrong = {page for page, text in wanted.items() if page not in there or page.read_text() != text}
    return sorted(str(page.relative_to(ROOT)) for page in wrong | (there - wanted.keys()))


def main(words: list[str]) -> int:
    match words:
        case ["write"]:
            PAGES.mkdir(parents=True, exist_ok=True)
            for page in set(PAGES.glob("*.md")) - pages().keys():
                page.unlink()
            for page, text in pages().items():
                page.write_text(text)
            return 0
        case ["check"]:
            found = stale()
            print(
                f"Not as the tables say, run `make lives`: {', '.join(found)}"
                if found
                else "as the tables say"
            )
            return bool(found)
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
