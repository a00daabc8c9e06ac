"""Reporters who act as one: found by what they report together, when, in whose words and on how young accounts.

Pure: reports in, clusters out, each with reasons that a person can check. No table, no network. One thing alone
never joins two reporters: many people report the same bad post, and many write two words. Sharing several items
has to agree with the minutes, with the words, or with accounts made just before.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations


@dataclass(frozen=True)
class Report:
    """One report: who, about what, when, in which words. `account_days`: None where the platform does not say."""

    reporter: str
    item: str
    at: datetime
    words: str = ""
    account_days: float | None = None


@dataclass(frozen=True)
class Bounds:
    """From the rulebook (`house.puppets`): none of these numbers stands in code."""

    crowd: int
    """An item with fewer reports than this is nobody's crowd"""
    shared: int
    """Items that two reporters have in common"""
    within: timedelta
    """Two reports on one item as near as this are at the same time"""
    alike: float
    """Share of common words from which two texts are near copies"""
    young: float
    """Days; an account younger than this is young"""
    least: int
    """Fewer reporters than this are no cluster"""


@dataclass(frozen=True)
class Cluster:
    """Reporters who act as one, and why we think so."""

    reporters: frozenset[str]
    items: frozenset[str]
    same_minutes: float
    """Share of the pairs joined that reported at the same time"""
    same_words: float
    young: float
    """Share of the reporters whose account is known to be young"""


@dataclass(frozen=True)
class _Tie:
    one: str
    other: str
    minutes: bool
    words: bool


Mine = Mapping[str, Report]


def clusters(reports: Iterable[Report], bounds: Bounds) -> list[Cluster]:
    """The clusters among the reporters of crowded items, the largest first."""
    by_item: dict[str, dict[str, Report]] = defaultdict(dict)
    for report in reports:
        by_item[report.item].setdefault(report.reporter, report)
    crowded = {item: found for item, found in by_item.items() if len(found) >= bounds.crowd}
    mine: dict[str, dict[str, Report]] = defaultdict(dict)
    for item, found in crowded.items():
        for reporter, report in found.items():
            mine[reporter][item] = report
    ties = [tie for tie in _ties(mine, crowded, bounds) if tie]
    return _grown(ties, mine, bounds)


def _ties(mine: Mapping[str, Mine], crowded: Mapping[str, Mine], bounds: Bounds) -> Iterable[_Tie | None]:
    together: dict[tuple[str, str], int] = defaultdict(int)
    often = {reporter for reporter, items in mine.items() if len(items) >= bounds.shared}
    for found in crowded.values():
        for pair in combinations(sorted(often.intersection(found)), 2):
            together[pair] += 1
    bags = {report: _bag(report.words) for items in mine.values() for report in items.values()}
    for (one, other), shared in together.items():
        if shared >= bounds.shared:
            yield _tie(one, other, mine, bags, bounds)


def _tie(
    one: str, other: str, mine: Mapping[str, Mine], bags: Mapping[Report, frozenset[str]], bounds: Bounds
) -> _Tie | None:
    """Joined when what they share agrees with most of the minutes, the words, or young accounts: two of three."""
    shared = mine[one].keys() & mine[other].keys()
    pairs = [(mine[one][item], mine[other][item]) for item in shared]
    minutes = sum(abs(a.at - b.at) <= bounds.within for a, b in pairs) * 2 > len(pairs)
    words = any(_alike(bags[a], bags[b]) >= bounds.alike for a, b in pairs)
    young = all(_young(report, bounds) for pair in pairs for report in pair)
    return _Tie(one, other, minutes, words) if minutes + words + young > 1 else None


def _grown(ties: Sequence[_Tie], mine: Mapping[str, Mine], bounds: Bounds) -> list[Cluster]:
    """Whoever is tied to two of a cluster belongs to it; a single tie may be chance."""
    near: dict[str, set[str]] = defaultdict(set)
    for tie in ties:
        near[tie.one].add(tie.other)
        near[tie.other].add(tie.one)
    core = {reporter for reporter, others in near.items() if len(others) > 1}
    found, seen = [], set[str]()
    for start in sorted(core):
        if start in seen:
            continue
        group, todo = {start}, [start]
        while todo:
            for other in near[todo.pop()] & core - group:
                group.add(other)
                todo.append(other)
        seen |= group
        if len(group) >= bounds.least:
            found.append(_described(group, ties, mine, bounds))
    return sorted(found, key=lambda one: -len(one.reporters))


def _described(group: set[str], ties: Sequence[_Tie], mine: Mapping[str, Mine], bounds: Bounds) -> Cluster:
    inside = [tie for tie in ties if tie.one in group]
    every = [next(iter(mine[reporter].values())) for reporter in group]
    return Cluster(
        reporters=frozenset(group),
        items=frozenset(item for reporter in group for item in mine[reporter]),
        same_minutes=round(sum(tie.minutes for tie in inside) / len(inside), 2),
        same_words=round(sum(tie.words for tie in inside) / len(inside), 2),
        young=round(sum(_young(report, bounds) for report in every) / len(every), 2),
    )


def _young(report: Report, bounds: Bounds) -> bool:
    return report.account_days is not None and report.account_days < bounds.young


def _bag(words: str) -> frozenset[str]:
    """The words; numbers and names change from copy to copy, so what is not letters is dropped."""
    return frozenset(re.findall(r"[^\W\d_]{2,}", words.casefold()))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard; two words or fewer are said by anybody."""
    if min(len(one), len(other)) <= 2:  # noqa: PLR2004 - what the docstring says
        return 0.0
    return len(one & other) / len(one | other)
