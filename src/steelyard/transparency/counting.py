"""The day's numbers, counted from the public ledger entries and nothing else: anyone can recompute them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

SOURCES = ("rule", "notice", "order", "complaint")
KINDS = ("post", "channel", "account")
RESTRICTS = ("contain", "remove", "label", "mute")


class HarmDay(msgspec.Struct, frozen=True, kw_only=True):
    """One harm on one day. Each number counts decisions that took effect on that day."""

    restricted: dict[str, dict[str, int]]
    """kind (post, channel, account) -> source (rule, notice, order) -> number"""
    reversed: dict[str, int]
    """kind -> number of restrictions lifted"""
    nothing_done: int
    """decided by a person, nothing restricted"""
    notices: int

    def total(self, kind: str) -> int:
        return sum(self.restricted[kind].values())


class OrderLine(msgspec.Struct, frozen=True, kw_only=True):
    country: str
    instrument: str
    received: int
    executed: int
    refused: int
    red_lines: int = 0
    """Attempts to have something done that nobody can be given"""


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    harms: dict[str, HarmDay]
    orders: tuple[OrderLine, ...]
    complaints: dict[str, int]
    """received, upheld, partly, rejected"""
    decided_by: dict[str, int]
    """machine, person, two"""
    statements: int
    receipts: int
    findings: int
    entries: int

    def total(self, kind: str) -> int:
        return sum(harm.total(kind) for harm in self.harms.values())

    @property
    def reversals(self) -> int:
        return sum(sum(harm.reversed.values()) for harm in self.harms.values())


TOTALS = (*KINDS, "reversals", "notices", "orders")


def totals(numbers: Numbers) -> dict[str, int]:
    """A day in six numbers, for lists of days and for long periods."""
    return {
        **{kind: numbers.total(kind) for kind in KINDS},
        "reversals": numbers.reversals,
        "notices": sum(harm.notices for harm in numbers.harms.values()),
        "orders": sum(line.received for line in numbers.orders),
    }


def count(leaves: Iterable[Mapping[str, Any]], harms: Iterable[str]) -> Numbers:
    """Count a day's leaves: read from the public tiles, or each kind once with its number in `n`."""
    seen: Counter[tuple[str, ...]] = Counter()
    for leaf in leaves:
        for mark in _marks(leaf):
            seen[mark] += int(leaf.get("n", 1))
    return Numbers(
        harms={harm: _harm(seen, harm) for harm in harms},
        orders=_orders(seen),
        complaints={
            state: seen["complaint", state] for state in ("received", "upheld", "partly", "rejected")
        },
        decided_by={by: seen["by", by] for by in ("machine", "person", "two")},
        statements=seen["type", "decisions:statement:issued"],
        receipts=seen["type", "letters:receipt:issued"],
        findings=seen["type", "screening:finding:made"],
        entries=seen["entry",],
    )  # fmt: skip


def _marks(leaf: Mapping[str, Any]) -> Iterable[tuple[str, ...]]:
    type_ = str(leaf["type"])
    yield ("entry",)
    yield ("type", type_)
    if type_ == "decisions:decision:made":
        yield from _decision(leaf)
    elif type_ == "notices:notice:received":
        yield ("notice", leaf["harm"])
    elif type_.startswith("orders:order:"):
        yield ("order", leaf["authority_country"], leaf["instrument"], type_.rsplit(":", 1)[1])
    elif type_ == "orders:redline:attempted":
        yield ("order", leaf["authority_country"], leaf["instrument"], "red_line")
    elif type_.startswith("decisions:complaint:"):
        yield ("complaint", type_.rsplit(":", 1)[1])


def _decision(leaf: Mapping[str, Any]) -> Iterable[tuple[str, ...]]:
    outcome, _, kind = str(leaf["verb"]).partition("_")
    yield ("by", leaf["by"])
    if leaf["reversal"]:
        yield ("reversed", leaf["harm"], kind)
    elif outcome in RESTRICTS:
        yield ("restricted", leaf["harm"], kind, leaf["source"])
    elif outcome == "none":
        yield ("nothing", leaf["harm"])


def _harm(seen: "Counter[tuple[str, ...]]", harm: str) -> HarmDay:
    return HarmDay(
        restricted={
            kind: {source: seen["restricted", harm, kind, source] for source in SOURCES[:3]} for kind in KINDS
        },
        reversed={kind: seen["reversed", harm, kind] for kind in KINDS},
        nothing_done=seen["nothing", harm],
        notices=seen["notice", harm],
    )


def _orders(seen: "Counter[tuple[str, ...]]") -> tuple[OrderLine, ...]:
    places = sorted({(key[1], key[2]) for key in seen if key[0] == "order"})
    return tuple(
        OrderLine(
            country=country, instrument=instrument,
            received=seen["order", country, instrument, "received"],
            executed=seen["order", country, instrument, "executed"] + seen["order", country, instrument, "partly"],
            refused=seen["order", country, instrument, "refused"],
            red_lines=seen["order", country, instrument, "red_line"],
        )
        for country, instrument in places
    )  # fmt: skip
