"""Which rules hold for which items: over columns of a whole batch, or by the interpreter where a rule says what
columns cannot.

A rule is evaluated only where a signal it names fired, and over all those items at once.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

import numpy as np

from steelyard.screening.engine.behaviour import usable
from steelyard.screening.engine.columns import Column, Columns, check_of, gathered, names_of
from steelyard.screening.engine.findings import Finding
from steelyard.screening.engine.items import Fact, Item, RuleHit
from steelyard.screening.engine.rules import Conditions, Rule, holds, named_facts

_MANY = 60
"""Signals whose flags fit into one number."""
Row = dict[str, Any]
"""Every name that conditions may use and that has a value for an item."""


class Evaluation:
    """The rules of a policy that work, in its order."""

    def __init__(
        self, rules: Sequence[Rule], signals: Sequence[str], facts: Mapping[str, type[Fact]]
    ) -> None:
        self._conditions, self._facts = Conditions(signals, facts), dict(facts)
        self.rules = [Working(rule, self._conditions) for rule in rules]
        self.facts_wanted = frozenset(name for rule in self.rules for name in rule.facts)
        """Facts that a rule asks for: nobody needs to count others."""
        self.names = frozenset(name for rule in self.rules for name in rule.names)
        """Signals that a rule asks for."""
        self._asked = frozenset(name for rule in self.rules for name in rule.columns)
        self._words = {name: (f"signal.{name}", f"hits.{name}", f"score.{name}") for name in signals}
        self._quiet: Row = {}
        for fired, hits, score in self._words.values():
            self._quiet |= {fired: False, hits: 0, score: 0.0}
        self._always = frozenset(self._quiet)

    def hits(self, items: Sequence[Item], findings: Sequence[Finding]) -> list[list[RuleHit]]:
        """For each item the rules that hold, in the policy's order."""
        held: list[list[RuleHit]] = [[] for _ in findings]
        concerned = [n for n, finding in enumerate(findings) if self._concerns(finding)]
        rows = [self._row(items[number], findings[number]) for number in concerned]
        columns, mine = self.columns(rows) if rows else {}, [held[number] for number in concerned]
        for rule in self.rules:
            if flags := rule.flags(columns):
                self._note(rule, flags, columns, rows, mine)
        return held

    def _concerns(self, finding: Finding) -> bool:
        """Whether any signal fired that a rule names."""
        return not (self.names.isdisjoint(finding.hits) and self.names.isdisjoint(finding.scores))

    def columns(self, rows: list[Row]) -> Columns:
        return gathered(rows, self._always, self._asked)

    def _row(self, item: Item, finding: Finding) -> Row:
        row: Row = {f"text.{name}": count for name, count in finding.counts.items()}
        for name, hits in finding.hits.items():
            fired, number, _ = self._words[name]
            row[fired], row[number] = True, hits
        for name, score in finding.scores.items():
            fired, _, number = self._words[name]
            row[fired], row[number] = True, score
        if item.facts:
            row |= usable(item.facts, self._facts)
        row["surface"] = item.surface
        return row

    def _note(
        self,
        rule: "Working",
        flags: dict[int, Column],
        columns: Columns,
        rows: list[Row],
        held: list[list[RuleHit]],
    ) -> None:
        """Write down where a rule holds, given which of its signals fired where."""
        fired = reduce(or_, flags.values())
        if rule.check is not None:
            fired = fired & rule.check.yes(columns)
        places = np.flatnonzero(fired)  # of a single item, which has no arrays, too
        if rule.check is None:
            places = np.array([n for n in places.tolist() if self._holds(rule, rows[n])], np.int64)
        if len(places):
            for place, seen in zip(places.tolist(), rule.seen(flags, places), strict=True):
                held[place].append(rule.hit(seen))

    def _holds(self, rule: "Working", row: Row) -> bool:
        return holds(rule.condition, self._conditions.facts(self._quiet | row))


class Working:
    """A rule that is evaluated."""

    def __init__(self, rule: Rule, conditions: Conditions) -> None:
        self.rule, self.names, self.facts = rule, rule.names, named_facts(rule.when)
        self.condition, self.check = conditions.compile(rule.when), check_of(rule.when)
        self._ordered = sorted(self.names)
        self._flags = [f"signal.{name}" for name in self._ordered]
        self.columns = {*self._flags, *(names_of(rule.when) if self.check else ())}
        """What is read of a batch. The interpreter reads each row, which holds everything."""
        self._hits: dict[int, RuleHit] = {}

    def flags(self, columns: Columns) -> dict[int, Column]:
        """Where its signals fired, each by its number among them. Empty where none did."""
        return {n: columns[flag] for n, flag in enumerate(self._flags) if flag in columns}

    def seen(self, flags: dict[int, Column], places: np.ndarray) -> list[int]:
        """Which signals fired at each place, as a number with a bit for each."""
        kind = np.int64 if len(self._flags) <= _MANY else object
        return list(sum(np.atleast_1d(flag)[places].astype(kind) << n for n, flag in flags.items()).tolist())

    def hit(self, seen: int) -> RuleHit:
        if (known := self._hits.get(seen)) is None:
            rule, signals = self.rule, tuple(name for n, name in enumerate(self._ordered) if seen >> n & 1)
            known = self._hits[seen] = RuleHit(
                rule.name,
                rule.state,
                rule.version,
                rule.then,
                rule.harm,
                rule.policy_ref,
                rule.commercial,
                signals,
            )
        return known
