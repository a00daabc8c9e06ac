"""A compiled policy: batches of items in, verdicts with their reasons out."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from threading import Lock

from steelyard.screening.engine.cache import give_back
from steelyard.screening.engine.evaluation import Evaluation
from steelyard.screening.engine.findings import BUILT_IN, Finder, Finding
from steelyard.screening.engine.images.hashing import MediaHashes
from steelyard.screening.engine.images.lists import HashLists
from steelyard.screening.engine.images.scan import MediaScan
from steelyard.screening.engine.items import (
    CONTAINING,
    STRENGTH,
    Action,
    Item,
    RuleHit,
    RuleState,
    Verdict,
    live,
)
from steelyard.screening.engine.learned import fault_of_model
from steelyard.screening.engine.packed import Texts
from steelyard.screening.engine.patterns import Checked, fault_of
from steelyard.screening.engine.places import Place, PolicyProblems, Problem
from steelyard.screening.engine.plugged import Classifiers, PluggedScan
from steelyard.screening.engine.policy import STARTER, Policy, read_policy
from steelyard.screening.engine.rules import BadCondition, Conditions, Rule, named_signals
from steelyard.screening.engine.signals import Example

MAX_ITEMS = 4000
"""Judged, and put before a plug-in, at once."""
_NONE: Mapping[str, float] = {}
_TEXT, _MEDIA = attrgetter("text"), attrgetter("media")


class Screen:
    """A policy ready to work. Threads take turns: the matching library keeps one scratch space."""

    def __init__(
        self,
        policy: Policy,
        cache: Path | None = None,
        *,
        fast: bool = False,
        checked: Checked | None = None,
    ) -> None:
        """Compile. Raises BadCondition or BadPattern; `load_policy` has told those with their places, and hands over
        the patterns it `checked`."""
        self.policy = policy
        self._turn = Lock()
        self._finder = Finder(policy.signals, cache, fast=fast, checked=checked)
        self._media = MediaScan(policy.signals)
        self._plugged = PluggedScan(policy.signals)
        self.classifiers: Classifiers = {}
        """What plug-in signals ask, by name. The caller puts them in place."""
        self.hash_lists = HashLists()
        """What signals over hash lists look in. The caller puts others in place whenever they change."""
        names = [*BUILT_IN, *(signal.name for signal in policy.signals)]
        working = [rule for rule in policy.rules if rule.state != RuleState.RETIRED]
        self._rules = Evaluation(working, names, policy.facts)
        asked = [name for name in self._media.names if name in self._rules.names]
        self.lists_wanted = frozenset(one for name in asked for one in self._media.lists.get(name, ()))
        """Hash lists that a rule which works looks in."""
        self.pictures_wanted = any(name not in self._media.lists for name in asked)
        """Whether a rule asks about files themselves, listed or not."""
        self.facts_wanted = self._rules.facts_wanted

    @property
    def version(self) -> str:
        return self.policy.version

    @property
    def asks_plugins(self) -> bool:
        """Whether screening may wait for somebody else's classifier, within its budget."""
        return not self._plugged.names.isdisjoint(self._rules.names)

    @property
    def wants_media(self) -> bool:
        """Whether any rule that works asks about files: otherwise nobody needs to fetch and hash them."""
        return not self._rules.names.isdisjoint(self._media.names)

    def screen(self, items: Sequence[Item]) -> list[Verdict]:
        """One verdict for each item, in their order. Never raises for what a text or a fact holds."""
        with self._turn:
            told = self._told(items)
        allow, none, version = Action.ALLOW, _NONE, self.policy.version
        verdicts = [Verdict(item.id, allow, (), none, (), version) for item in items]
        for number, verdict in told.items():
            verdicts[number] = verdict
        return verdicts

    def noticed_items(self, items: Sequence[Item]) -> dict[int, Verdict]:
        """Verdicts of the items on which a signal fired, by their number. All others are clean, and cost
        nothing more."""
        with self._turn:
            return self._told(items)

    def noticed(self, texts: Texts) -> dict[int, Verdict]:
        """The same for public posts without facts, given as texts; their number is their `id` too."""
        with self._turn:
            found = self._finder.find(texts)
            return self._judged({number: Item(str(number), texts[number]) for number in found}, found)  # type: ignore[arg-type]

    def _told(self, items: Sequence[Item]) -> dict[int, Verdict]:
        found = self._finder.find(list(map(_TEXT, items)))
        media = list(map(_MEDIA, items))
        for number in range(len(items)) if any(media) else ():
            if media[number]:
                self._look_at_media(items[number], found.setdefault(number, Finding()))
        if self.asks_plugins:
            for first in range(0, len(items), MAX_ITEMS):
                self._ask_plugins(first, items[first : first + MAX_ITEMS], found)
        return self._judged(items, found)

    def _judged(
        self, items: Sequence[Item] | Mapping[int, Item], found: dict[int, Finding]
    ) -> dict[int, Verdict]:
        told: dict[int, Verdict] = {}
        numbers = list(found)
        for first in range(0, len(numbers), MAX_ITEMS):
            part = numbers[first : first + MAX_ITEMS]
            verdicts = self._verdicts([items[number] for number in part], [found[number] for number in part])
            told.update(zip(part, verdicts, strict=True))
        return told

    def _verdicts(self, items: Sequence[Item], findings: Sequence[Finding]) -> Iterator[Verdict]:
        hits = self._rules.hits(items, findings)
        return (self._verdict(*one) for one in zip(items, findings, hits, strict=True))

    def _ask_plugins(self, first: int, items: Sequence[Item], found: dict[int, Finding]) -> None:
        for number, signal, score in self._plugged.scan(items, self.classifiers):
            if score is not None:
                finding = found.setdefault(first + number, Finding())
                finding.scores[signal] = score
                finding.counts = _bare(items[number]) | finding.counts
            elif first + number in found:
                found[first + number].notes.append(f"{signal}: no answer")

    def _look_at_media(self, item: Item, finding: Finding) -> None:
        finding.counts = _bare(item) | finding.counts
        for signal, note in self._media.scan(item.media, self.hash_lists):
            finding.hits[signal] = finding.hits.get(signal, 0) + 1
            if note:
                finding.notes.append(note)

    def _verdict(self, item: Item, finding: Finding, hits: list[RuleHit]) -> Verdict:
        action = max(
            (hit.action for hit in hits if live(hit)), key=STRENGTH.__getitem__, default=Action.ALLOW
        )
        return Verdict(
            item.id,
            action,
            tuple(hits),
            finding.hits | finding.scores,
            tuple(finding.spans),
            self.version,
            tuple(finding.notes),
        )


def _bare(item: Item) -> dict[str, int]:
    """What is counted of a text in which nothing was found."""
    return {"chars": len(item.text), "links": 0, "mentions": 0, "emoji": 0}


def load_policy(folder: Path | str = STARTER) -> Policy:
    """Read and check a policy folder. Raises PolicyProblems with all of them, or BadInput for no policy."""
    return load_screen(folder).policy


def load_screen(folder: Path | str = STARTER, cache: Path | None = None, *, fast: bool = False) -> Screen:
    """Load, check and compile in one go: what a process does that starts screening. Long lists are kept
    compiled in the folder `cache`, and taken from there while they are the same. `fast`: by compiled code where
    Numba is installed, for 150 MB of memory."""
    folder, collecting = Path(folder), gc.isenabled()
    gc.disable()  # a long list is a million small things, none of them garbage
    try:
        screen = _loaded(folder, cache, fast=fast)
    finally:
        if collecting:
            gc.enable()
    give_back()
    return screen


def _loaded(folder: Path, cache: Path | None, *, fast: bool) -> Screen:
    policy, problems = read_policy(folder)
    checked: Checked = {}
    problems += [*_pattern_problems(policy, checked), *_model_problems(policy), *_rule_problems(policy)]
    if not problems:
        screen = Screen(policy, cache, fast=fast, checked=checked)
        problems += _example_problems(screen)
    if problems:
        raise PolicyProblems(folder, problems)
    return screen


def compile_policy(policy: Policy) -> Screen:
    """Make a checked policy ready to screen."""
    return Screen(policy)


def _pattern_problems(policy: Policy, checked: Checked) -> Iterator[Problem]:
    for signal in policy.signals:
        for pattern in signal.patterns:
            if fault := fault_of(pattern.pattern, checked):
                place = pattern.place
                yield Problem(Place(place.file, place.line, place.column + fault.column), str(fault))


def _model_problems(policy: Policy) -> Iterator[Problem]:
    for signal in policy.signals:
        if signal.model and (fault := fault_of_model(signal.model.file)):
            yield Problem(signal.place, fault)


def _rule_problems(policy: Policy) -> Iterator[Problem]:
    conditions = Conditions([*BUILT_IN, *(signal.name for signal in policy.signals)], policy.facts)
    learned = {signal.name for signal in policy.signals if signal.model or signal.plugin}
    for rule in policy.rules:
        yield from _condition_problems(conditions, rule)
        if rule.then in CONTAINING and rule.names & learned:
            what = f"A rule on a learned or plug-in signal may queue, label or count, not {rule.then}: "
            what += "a person decides."
            yield Problem(rule.place, what)


def _condition_problems(conditions: Conditions, rule: Rule) -> Iterator[Problem]:
    try:
        conditions.compile(rule.when)
    except BadCondition as fault:
        at = rule.when_place
        for line, column, what in fault.faults:
            yield Problem(
                Place(at.file, at.line + line - 1, column + (at.column - 1 if line == 1 else 0)), what
            )
        return
    if not named_signals(rule.when):
        yield Problem(
            rule.when_place, "Expected at least one signal: a rule is evaluated only when one fired."
        )


def _example_problems(screen: Screen) -> list[Problem]:
    """Examples of signals and rules that do not come out as they say."""
    promises = list(_promises(screen.policy))
    verdicts = screen.screen([_item(example) for _, example, _ in promises])
    return [
        _surprise(example, what, wanted)
        for (what, example, wanted), verdict in zip(promises, verdicts, strict=True)
        if (what in _said(verdict)) != wanted
    ]


def _item(example: Example) -> Item:
    media = (MediaHashes(b"", b"", signals=example.listed),) if example.listed else ()
    return Item("", example.text, example.surface, example.facts, media, example.scores)


def _promises(policy: Policy) -> Iterator[tuple[str, Example, bool]]:
    """(what, example, whether it must match)."""
    for kind, parts in (("signal", policy.signals), ("rule", policy.rules)):
        for part in parts:
            if not (isinstance(part, Rule) and part.state == RuleState.RETIRED):
                yield from ((f"{kind} “{part.name}”", example, True) for example in part.match)
                yield from ((f"{kind} “{part.name}”", example, False) for example in part.no_match)


def _said(verdict: Verdict) -> set[str]:
    return {f"signal “{name}”" for name in verdict.signals} | {f"rule “{hit.rule}”" for hit in verdict.rules}


def _surprise(example: Example, what: str, wanted: bool) -> Problem:
    return Problem(example.place, f"This example {'should' if wanted else 'should not'} match the {what}, "
                                  f"{'but does not' if wanted else 'but does'}.")  # fmt: skip
