"""Conditions over columns: one rule for a whole batch at once, with the interpreter's results.

Only a part of CEL is read here: names, literals, comparisons, `in` a list, `!`, `&&`, `||` and brackets. A
condition that uses more is left to the interpreter. As in CEL, an unknown fact is an error that `&&` and `||`
absorb where the other side decides alone; so every part says where it is surely true and where surely false.
"""

import operator
import re
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

Column = Any
"""An array with one value per item, `Strings`, or a single value that is the same for all of them."""


class Strings:
    """A column of strings: each different one once, and its number for every item. They are compared once each."""

    def __init__(self, values: list[str]) -> None:
        numbers: dict[str, int] = {}
        self._numbers = np.array([numbers.setdefault(value, len(numbers)) for value in values], np.int64)
        self._different = list(numbers)

    def _against(self, compare: Callable[[Any, Any], Any], other: "Strings | str") -> Column:
        if isinstance(other, Strings):
            return compare(self._spelled(), other._spelled())
        return np.array([compare(each, other) for each in self._different], np.bool_)[self._numbers]

    def _spelled(self) -> Column:
        return np.array(self._different, object)[self._numbers]

    def __eq__(self, other: Any) -> Any:
        return self._against(operator.eq, other)

    def __ne__(self, other: Any) -> Any:
        return self._against(operator.ne, other)

    def __lt__(self, other: Any) -> Any:
        return self._against(operator.lt, other)

    def __le__(self, other: Any) -> Any:
        return self._against(operator.le, other)

    def __gt__(self, other: Any) -> Any:
        return self._against(operator.gt, other)

    def __ge__(self, other: Any) -> Any:
        return self._against(operator.ge, other)

    __hash__ = None  # type: ignore[assignment]


class Known(NamedTuple):
    """A fact: `values`, and where they are known."""

    values: Column
    known: Column


Columns = Mapping[str, Column | Known]


class Check(NamedTuple):
    """Where a condition surely holds and where it surely does not; elsewhere it is an error. Names without a column are
    quiet signals: false, 0 or 0.0; or unknown facts. Two functions, because hardly anybody asks both."""

    yes: Callable[[Columns], Column]
    no: Callable[[Columns], Column]


Value = Callable[[Columns], Known]

_TOKEN = re.compile(
    r"""\s*(?:(?P<name>[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)?)(?![\w.(\[])|(?P<double>\d+\.\d+)(?![\w.])"""
    r"""|(?P<int>\d{1,18})(?![\w.])|(?P<string>"[^"\\\n]*"|'[^'\\\n]*')|(?P<sign>&&|\|\||[=!<>]=|[!<>()\[\],]))""",
    re.ASCII,
)
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_QUIET: dict[str, bool | int | float] = {"signal": False, "hits": 0, "score": 0.0}


class Beyond(Exception):
    """The condition uses more of CEL than is read here."""


def check_of(condition: str) -> Check | None:
    """A checked condition over columns; None where only the interpreter can evaluate it."""
    try:
        reader = _Reader(condition)
        check = reader.either()
        reader.finish()
    except Beyond:
        return None
    return check


def names_of(condition: str) -> frozenset[str]:
    """What a condition over columns reads. Raises Beyond where only the interpreter can evaluate it."""
    return frozenset(text for kind, text in _Reader(condition).tokens if kind == "name")


class _Reader:
    def __init__(self, condition: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        place, condition = 0, condition.rstrip()
        while place < len(condition):
            found = _TOKEN.match(condition, place)
            if found is None:
                raise Beyond
            self.tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            place = found.end()
        self.tokens.append(("end", ""))
        self._at = 0

    def finish(self) -> None:
        if self.tokens[self._at][0] != "end":
            raise Beyond

    def _take(self, *signs: str) -> str:
        if self.tokens[self._at][1] in signs and self.tokens[self._at][0] in ("sign", "name"):
            self._at += 1
            return self.tokens[self._at - 1][1]
        return ""

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise Beyond

    def either(self) -> Check:
        check = self._both()
        while self._take("||"):
            check = _either(check, self._both())
        return check

    def _both(self) -> Check:
        check = self._single()
        while self._take("&&"):
            check = _both(check, self._single())
        return check

    def _single(self) -> Check:
        if self._take("!"):
            return _opposite(self._single())
        if self._take("("):
            check = self.either()
            self._need(")")
            if self.tokens[self._at][1] in _COMPARE:
                raise Beyond
            return check
        left = self._value()
        if sign := self._take(*_COMPARE):
            return _compared(_COMPARE[sign], left, self._value())
        if self._take("in"):
            return _listed(left, self._list())
        return _plain(left)

    def _list(self) -> list[Value]:
        self._need("[")
        members = [self._value()]
        while self._take(","):
            members.append(self._value())
        self._need("]")
        return members

    def _value(self) -> Value:
        kind, text = self.tokens[self._at]
        self._at += 1
        if kind == "int":
            return _same(int(text))
        if kind == "double":
            return _same(float(text))
        if kind == "string":
            return _same(text[1:-1])
        if kind == "name" and text in ("true", "false"):
            return _same(text == "true")
        if kind == "name" and text not in ("in", "null"):
            return _named(text)
        raise Beyond


def _same(value: object) -> Value:
    known = Known(value, True)
    return lambda columns: known


def _named(name: str) -> Value:
    kind = name.partition(".")[0]
    absent = Known(_QUIET[kind], True) if kind in _QUIET else Known(0, False)

    def value(columns: Columns) -> Known:
        found = columns.get(name)
        if found is None:
            return absent
        return found if isinstance(found, Known) else Known(found, True)

    return value


def _plain(left: Value) -> Check:
    return _told(left, lambda found: found, lambda found: found ^ True)


def _compared(compare: Callable[[Any, Any], Any], left: Value, right: Value) -> Check:
    def both(columns: Columns) -> Known:
        (a, known_a), (b, known_b) = left(columns), right(columns)
        known = _and(known_a, known_b)
        return Known(False if known is False else compare(a, b), known)

    return _told(both, lambda found: found, lambda found: found ^ True)


def _told(value: Value, yes: Callable[[Any], Any], no: Callable[[Any], Any]) -> Check:
    def check(columns: Columns, told: Callable[[Any], Any]) -> Column:
        values, known = value(columns)
        return False if known is False else _and(known, told(values))

    return Check(lambda columns: check(columns, yes), lambda columns: check(columns, no))


def _listed(left: Value, members: list[Value]) -> Check:
    return reduce(_either, (_compared(operator.eq, left, member) for member in members))


def _either(left: Check, right: Check) -> Check:
    return Check(
        lambda columns: _or(left.yes(columns), right.yes(columns)),
        lambda columns: _and(left.no(columns), right.no(columns)),
    )


def _both(left: Check, right: Check) -> Check:
    return Check(
        lambda columns: _and(left.yes(columns), right.yes(columns)),
        lambda columns: _or(left.no(columns), right.no(columns)),
    )


def _opposite(inner: Check) -> Check:
    return Check(inner.no, inner.yes)


def _and(a: Column, b: Column) -> Column:
    """What is the same for all items needs no pass over them."""
    if a is False or b is False:
        return False
    return b if a is True else a if b is True else a & b


def _or(a: Column, b: Column) -> Column:
    if a is True or b is True:
        return True
    return b if a is False else a if b is False else a | b


_FILL: dict[type, Any] = {bool: False, int: 0, float: 0.0, str: ""}
_KINDS: dict[type, Any] = {bool: np.bool_, int: np.int64, float: np.float64}


def gathered(
    rows: list[dict[str, Any]], always: frozenset[str], asked: frozenset[str] | None = None
) -> dict[str, Column | Known]:
    """Columns of what the rows hold, of the names in `asked` where somebody says which are read: a column that nobody
    reads costs as much as one that all do. A name in `always` is quiet where a row lacks it; another is unknown."""
    if len(rows) == 1:
        return dict(rows[0])
    held: dict[str, tuple[list[int], list[Any]]] = {}
    for number, row in enumerate(rows):
        for name, value in row.items():
            if asked is not None and name not in asked:
                continue
            if (entry := held.get(name)) is None:
                entry = held[name] = ([], [])
            entry[0].append(number)
            entry[1].append(value)
    return {
        name: _column(len(rows), places, values, quiet=name in always)
        for name, (places, values) in held.items()
    }


def _column(count: int, places: list[int], values: list[Any], *, quiet: bool) -> Column | Known:
    kind = next(kind for kind in _FILL if isinstance(values[0], kind))  # a StrEnum is a string
    if len(places) == count:
        return Strings(values) if kind is str else np.array(values, _KINDS[kind])
    known = np.zeros(count, np.bool_)
    known[places] = True
    if kind is str:
        spelled = [""] * count
        for place, value in zip(places, values, strict=True):
            spelled[place] = value
        return Known(Strings(spelled), known)
    column = np.full(count, _FILL[kind], _KINDS[kind])
    column[places] = values
    return column if quiet else Known(column, known)
