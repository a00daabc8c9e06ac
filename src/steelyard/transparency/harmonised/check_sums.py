"""The rules between cells: parts of a whole add up to it, and a median needs something to be the median of."""

from collections.abc import Iterator

from steelyard.transparency.harmonised.faults import Fault, Table
from steelyard.transparency.harmonised.template import CATEGORY, SCOPE, TOTAL

_MEDIAN_OF = {
    "receipt_hours": "orders", "effect_hours": "orders", "action_hours": "notices",
    "data_receipt_hours": "data_orders", "data_effect_hours": "data_orders",
}  # fmt: skip


def sums(table: Table) -> Iterator[Fault]:
    """All of it for a table by category; nothing for the others."""
    if not table.measured:
        return
    for place, measure in enumerate(table.template.measures):
        if measure.endswith("hours"):
            yield from _median(table, place, measure)
        else:
            yield from (fault for scope in table.scopes for fault in _categories(table, place, scope))
            yield from _states(table, place)
    yield from _blanks(table)


def _categories(table: Table, place: int, scope: str) -> Iterator[Fault]:
    """Keywords add up to their category; categories to the total, or the context says what has none."""
    column = table.template.first + place
    name, groups = table.template.header[column], _groups(table, scope)
    for (at, head), below in groups:
        part, whole = sum(_read(row[column]) for row in below), _read(head[column])
        if below and part != whole:
            yield table.fault(at, name, f"The keywords below add up to {part}, not to {whole}.")
    totals = [(at, head) for (at, head), _ in groups if head[CATEGORY] == TOTAL]
    total = sum(_read(head[column]) for (_, head), _ in groups if head[CATEGORY] != TOTAL)
    for at, head in totals:
        stated, explained = _read(head[column]), head[column + len(table.template.measures)]
        if total > stated or (total < stated and not explained):
            rule = f"The categories add up to {total}, not to {stated}, and the context does not say why."
            yield table.fault(at, name, rule)


_Row = tuple[str, ...]


def _groups(table: Table, scope: str) -> list[tuple[tuple[int, _Row], list[_Row]]]:
    """Each category's row with its place, and the rows of its keywords."""
    groups: list[tuple[tuple[int, _Row], list[_Row]]] = []
    for at, row in enumerate(table.rows, 2):
        if table.name == "orders" and row[SCOPE] != scope:
            continue
        if groups and row[CATEGORY].startswith("KEYWORD_"):
            groups[-1][1].append(row)
        else:
            groups.append(((at, row), []))
    return groups


def _states(table: Table, place: int) -> Iterator[Fault]:
    """Part 3: the blocks of the States add up to the block in total."""
    if table.name != "orders":
        return
    column = table.template.first + place
    totals = {row[SCOPE]: _read(row[column]) for row in table.rows if row[CATEGORY] == TOTAL}
    states = sum(n for scope, n in totals.items() if scope != TOTAL)
    if totals and states != totals.get(TOTAL, 0):
        name = table.template.header[column]
        yield table.fault(2, name, f"The States add up to {states}, not to {totals.get(TOTAL, 0)}.")


def _median(table: Table, place: int, measure: str) -> Iterator[Fault]:
    whole = _MEDIAN_OF.get(measure)
    if whole is None:
        return
    column = table.template.first + place
    counted = table.template.first + table.template.measures.index(whole)
    for at, row in enumerate(table.rows, 2):
        if row[column] and row[counted] in ("", "0"):
            yield table.fault(at, table.template.header[column], "A median of nothing is left blank.")


def _blanks(table: Table) -> Iterator[Fault]:
    """A count that is blank in the total: named once, not for each row. None is written 0."""
    total = table.rows[0] if table.rows else ()
    for place, measure in enumerate(table.template.measures):
        column = table.template.first + place
        if total and not total[column] and not measure.endswith("hours"):
            rule = (
                "Only the operator knows this. None is 0; blank says that it does not apply to the service."
            )
            yield table.missing(2, table.template.header[column], rule)


def _read(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() else 0
