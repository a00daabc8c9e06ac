"""A compiled policy: batches of items in, verdicts with their reasons out."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock

from steelyard.screening.engine.behaviour import usable
from steelyard.screening.engine.findings import BUILT_IN, Finder, Finding
from steelyard.screening.engine.folding import MAX_CHARS
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
from steelyard.screening.engine.patterns import fault_of
from steelyard.screening.engine.places import Place, PolicyProblems, Problem
from steelyard.screening.engine.policy import STARTER, Policy, read_policy
from steelyard.screening.engine.rules import BadCondition, Conditions, Rule, holds, named_signals
from steelyard.screening.engine.signals import Example

MAX_ITEMS, MAX_BATCH_CHARS = 4000, 2_000_000


class Screen:
    """A policy ready to work. Threads take turns: the matching library keeps one scratch space."""

    def __init__(self, policy: Policy) -> None:
        """Compile. Raises BadCondition or BadPattern; `load_policy` has told those with their places."""
        self.policy = policy
        self._turn = Lock()
        self._finder = Finder(policy.signals)
        self._media = MediaScan(policy.signals)
        self.hash_lists = HashLists()
        """What signals over hash lists look in. The caller puts others in place whenever they change."""
        names = [*BUILT_IN, *(signal.name for signal in policy.signals)]
        self._conditions = Conditions(names, policy.facts)
        working = [rule for rule in policy.rules if rule.state != RuleState.RETIRED]
        self._rules = [(rule, self._conditions.compile(rule.when)) for rule in working]
        self._naming: dict[str, list[int]] = {}
        for number, rule in enumerate(working):
            for name in rule.names:
                self._naming.setdefault(name, []).append(number)
        self._quiet: dict[str, int | float | bool | str] = {}
        for name in names:
            self._quiet |= {f"signal.{name}": False, f"hits.{name}": 0, f"score.{name}": 0.0}

    @property
    def version(self) -> str:
        return self.policy.version

    def screen(self, items: Sequence[Item]) -> list[Verdict]:
        """One verdict for each item, in their order. Never raises for what a text or a fact holds."""
        with self._turn:
            return [verdict for part in _portions(items) for verdict in self._portion(part)]

    def _portion(self, items: Sequence[Item]) -> Iterator[Verdict]:
        findings = self._finder.find([item.text for item in items])
        for number, item in enumerate(items):
            if item.media:
                self._look_at_media(item, findings.setdefault(number, Finding()))
            finding = findings.get(number)
            if finding is None:
                yield Verdict(item.id, Action.ALLOW, policy=self.version)
            else:
                yield self._verdict(item, finding)

    def _look_at_media(self, item: Item, finding: Finding) -> None:
        finding.counts = {"chars": len(item.text), "links": 0, "mentions": 0} | finding.counts
        for signal, note in self._media.scan(item.media, self.hash_lists):
            finding.hits[signal] = finding.hits.get(signal, 0) + 1
            if note:
                finding.notes.append(note)

    def _verdict(self, item: Item, finding: Finding) -> Verdict:
        hits = self._hits(item, finding)
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

    def _hits(self, item: Item, finding: Finding) -> list[RuleHit]:
        """The rules that hold, in the policy's order. Only those that name a fired signal are evaluated."""
        numbers = sorted({number for name in finding.fired for number in self._naming.get(name, ())})
        if not numbers:
            return []
        values = self._quiet | finding.values() | usable(item.facts, self.policy.facts)
        facts = self._conditions.facts(values | {"surface": item.surface})
        return [
            _hit(rule, finding)
            for rule, condition in (self._rules[number] for number in numbers)
            if holds(condition, facts)
        ]


def _hit(rule: Rule, finding: Finding) -> RuleHit:
    signals = tuple(sorted(rule.names & finding.fired))
    return RuleHit(
        rule.name, rule.state, rule.version, rule.then, rule.harm, rule.policy_ref, rule.commercial, signals
    )


def _portions(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Parts small enough that a batch of huge texts stays within memory."""
    first, chars = 0, 0
    for number, item in enumerate(items):
        chars += min(len(item.text), MAX_CHARS)
        if number > first and (chars > MAX_BATCH_CHARS or number - first >= MAX_ITEMS):
            yield items[first:number]
            first, chars = number, min(len(item.text), MAX_CHARS)
    if first < len(items):
        yield items[first:]


def load_policy(folder: Path | str = STARTER) -> Policy:
    """Read and check a policy folder. Raises PolicyProblems with all of them, or BadInput for no policy."""
    return load_screen(folder).policy


def load_screen(folder: Path | str = STARTER) -> Screen:
    """Load, check and compile in one go: what a process does that starts screening."""
    folder = Path(folder)
    policy, problems = read_policy(folder)
    problems += [*_pattern_problems(policy), *_model_problems(policy), *_rule_problems(policy)]
    if not problems:
        screen = Screen(policy)
        problems += _example_problems(screen)
    if problems:
        raise PolicyProblems(folder, problems)
    return screen


def compile_policy(policy: Policy) -> Screen:
    """Make a checked policy ready to screen."""
    return Screen(policy)


def _pattern_problems(policy: Policy) -> Iterator[Problem]:
    for signal in policy.signals:
        for pattern in signal.patterns:
            if fault := fault_of(pattern.pattern):
                place = pattern.place
                yield Problem(Place(place.file, place.line, place.column + fault.column), str(fault))


def _model_problems(policy: Policy) -> Iterator[Problem]:
    for signal in policy.signals:
        if signal.model and (fault := fault_of_model(signal.model.file)):
            yield Problem(signal.place, fault)


def _rule_problems(policy: Policy) -> Iterator[Problem]:
    conditions = Conditions([*BUILT_IN, *(signal.name for signal in policy.signals)], policy.facts)
    learned = {signal.name for signal in policy.signals if signal.model}
    for rule in policy.rules:
        yield from _condition_problems(conditions, rule)
        if rule.then in CONTAINING and rule.names & learned:
            what = f"A rule on a learned signal may queue, label or count, not {rule.then}: a person decides."
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
    return Item("", example.text, example.surface, example.facts, media)


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
