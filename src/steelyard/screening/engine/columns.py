"""Conditions over columns: one rule for a whole batch at once, with the interpreter's results.

Only a part of CEL is read here: names, literals, comparisons, `in` a list, `!`, `&&`, `||` and brackets. A
condition that uses more is left to the interpreter. As in CEL, an unknown fact is an error that `&&` and `||`
absorb where the other side decides alone; so every part says where it is surely true and where surely false.
"""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

Column = Any
"""An array with one value per item, or a single value that is the same for all of them."""


class Known(NamedTuple):
    """A fact: `values`, and where they are known."""

    values: Column
    known: Column


class Truth(NamedTuple):
    """Where a condition surely holds and surely does not; elsewhere it is an error."""

    yes: Column
    no: Column


Columns = Mapping[str, Column | Known]
Check = Callable[[Columns], Truth]
"""Names without a column are quiet signals: false, 0 or 0.0; or unknown facts."""
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


class _Reader:
    def __init__(self, condition: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        place, condition = 0, condition.rstrip()
        while place < len(condition):
            found = _TOKEN.match(condition, place)
            if found is None:
                raise Beyond
            self._tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            place = found.end()
        self._tokens.append(("end", ""))
        self._at = 0

    def finish(self) -> None:
        if self._tokens[self._at][0] != "end":
            raise Beyond

    def _take(self, *signs: str) -> str:
        if self._tokens[self._at][1] in signs and self._tokens[self._at][0] in ("sign", "name"):
            self._at += 1
            return self._tokens[self._at - 1][1]
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
            if self._tokens[self._at][1] in _COMPARE:
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
        kind, text = self._tokens[self._at]
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
    def check(columns: Columns) -> Truth:
        values, known = left(columns)
        return Truth(known & values, known & (values ^ True)) if known is not False else Truth(False, False)

    return check


def _compared(compare: Callable[[Any, Any], Any], left: Value, right: Value) -> Check:
    def check(columns: Columns) -> Truth:
        (a, known_a), (b, known_b) = left(columns), right(columns)
        known = known_a & known_b
        if known is False:
            return Truth(False, False)
        yes = compare(a, b)
        return Truth(known & yes, known & (yes ^ True))

    return check


def _listed(left: Value, members: list[Value]) -> Check:
    checks = [_compared(operator.eq, left, member) for member in members]

    def check(columns: Columns) -> Truth:
        found = checks[0](columns)
        for one in checks[1:]:
            found = _or(found, one(columns))
        return found

    return check


def _or(a: Truth, b: Truth) -> Truth:
    return Truth(a.yes | b.yes, a.no & b.no)


def _either(left: Check, right: Check) -> Check:
    return lambda columns: _or(left(columns), right(columns))


def _both(left: Check, right: Check) -> Check:
    def check(columns: Columns) -> Truth:
        a, b = left(columns), right(columns)
        return Truth(a.yes & b.yes, a.no | b.no)

    return check


def _opposite(inner: Check) -> Check:
    def check(columns: Columns) -> Truth:
        yes, no = inner(columns)
        return Truth(no, yes)

    return check


_FILL: dict[type, Any] = {bool: False, int: 0, float: 0.0, str: ""}
_KINDS: dict[type, Any] = {bool: np.bool_, int: np.int64, float: np.float64, str: object}


def gathered(rows: list[dict[str, Any]], always: frozenset[str]) -> dict[str, Column | Known]:
    """Columns of what the rows hold. A name in `always` is quiet where a row lacks it; another is unknown."""
    if len(rows) == 1:
        return dict(rows[0])
    found: dict[str, Column | Known] = {}
    for name in {name for row in rows for name in row}:
        first = next(row[name] for row in rows if name in row)
        kind = next(kind for kind in _FILL if isinstance(first, kind))  # a StrEnum is a string
        values = np.full(len(rows), _FILL[kind], _KINDS[kind])
        places = [number for number, row in enumerate(rows) if name in row]
        values[places] = [rows[number][name] for number in places]
        if len(places) == len(rows) or name in always:
            found[name] = values
        else:
            known = np.zeros(len(rows), np.bool_)
            known[places] = True
            found[name] = Known(values, known)
    return found
