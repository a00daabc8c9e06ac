"""YAML read with its places, so that every problem can name file, line, column and what was expected."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from steelyard.base.errors import BadInput
from steelyard.base.written import LOADER

MAX_FILE = 32 * 1024 * 1024
"""Bytes of one file; anything larger is refused."""
T = TypeVar("T")


class Place(msgspec.Struct, frozen=True):
    """Line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Problem(msgspec.Struct, frozen=True):
    place: Place
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


class PolicyProblems(BadInput):
    """A policy that cannot be used, with all its problems at once."""

    def __init__(self, folder: Path, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.place.file, p.place.line, p.place.column)))
        count = len(self.problems)
        super().__init__(
            f"The policy in {folder.name} has {count} problem{'s' * (count != 1)}.",
            "\n".join(str(problem) for problem in self.problems),
            "Correct them and check again with `steelyard check`.",
        )


class Sheet:
    """One YAML file being read. Problems go to the shared list; readers return a default and go on."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.name = name
        self.problems = problems

    def root(self, content: bytes) -> yaml.Node | None:
        if len(content) > MAX_FILE:
            self._add(1, 1, f"This file is larger than {MAX_FILE} bytes. Split it.")
            return None
        try:
            return yaml.compose(content.decode("utf-8"), Loader=LOADER)
        except UnicodeDecodeError as fault:
            self._add(content[: fault.start].count(b"\n") + 1, 1, "Expected UTF-8 text.")
        except yaml.MarkedYAMLError as fault:
            mark = fault.problem_mark or fault.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            self._add(line, column, f"This is not YAML: {fault.problem or fault.context}.")
        except (yaml.YAMLError, RecursionError) as fault:
            self._add(1, 1, f"This is not YAML we can read: {type(fault).__name__}.")
        return None

    def _add(self, line: int, column: int, what: str) -> None:
        self.problems.append(Problem(Place(self.name, line, column), what))

    def place(self, node: yaml.Node) -> Place:
        return Place(self.name, node.start_mark.line + 1, node.start_mark.column + 1)

    def problem(self, node: yaml.Node, what: str) -> None:
        self.problems.append(Problem(self.place(node), what))

    def fields(self, node: yaml.Node, needed: set[str], optional: set[str]) -> dict[str, yaml.Node]:
        """The fields of a mapping. Unknown, doubled and missing ones become problems."""
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, f"Expected a mapping with {', '.join(sorted(needed))}.")
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name not in needed | optional:
                self.problem(
                    key, f"Unknown field “{name}”. Expected one of {', '.join(sorted(needed | optional))}."
                )
            elif name in found:
                self.problem(key, f"“{name}” is given twice.")
            else:
                found[name] = value
        for name in sorted(needed - found.keys()):
            self.problem(node, f"Expected the field “{name}”.")
        return found

    def items(self, node: yaml.Node | None) -> list[yaml.Node]:
        if node is None:
            return []
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        self.problem(node, "Expected a list.")
        return []

    def text(self, node: yaml.Node | None, default: str = "") -> str:
        """A non-empty scalar as written: numbers and `no` in a term list are words, too."""
        if node is None:
            return default
        if isinstance(node, yaml.ScalarNode) and node.value.strip():
            return str(node.value).strip()
        self.problem(node, "Expected a text.")
        return default

    def value(self, node: yaml.Node | None, kind: type[T], default: T) -> T:
        """A typed scalar: int, float or bool."""
        if node is None:
            return default
        plain = plain_value(node)
        if kind is float and isinstance(plain, int) and not isinstance(plain, bool):
            plain = float(plain)
        if type(plain) is kind:
            return plain
        self.problem(node, f"Expected a value of type {kind.__name__}.")
        return default

    def choice(self, node: yaml.Node | None, make: Callable[[str], T], allowed: Iterable[str]) -> T | None:
        if node is None:
            return None
        found = self.text(node)
        if found in set(allowed):
            return make(found)
        if found:
            self.problem(node, f"“{found}” is not possible here. Expected one of {', '.join(allowed)}.")
        return None


def plain_value(node: yaml.Node) -> Any:
    """The plain Python value of a scalar, by YAML's own rules; None for anything else."""
    if not isinstance(node, yaml.ScalarNode):
        return None
    loader = LOADER("")
    try:
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError):
        return None
    finally:
        loader.dispose()
