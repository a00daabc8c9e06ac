"""Rules alone: `python bench/bench_rules.py`. Events a second of CPU time with 100 and 1,000 rules.

Twice for each: every rule evaluated for every event, and rules skipped whose signals did not fire. Signals are given,
so no text is read; null handling (unknown facts), isolation of errors and explanations are on.
"""

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

from steelyard.screening.engine import Item, Policy, RuleState, Screen
from steelyard.screening.engine.behaviour import FACTS
from steelyard.screening.engine.columns import gathered
from steelyard.screening.engine.findings import BUILT_IN, Finding
from steelyard.screening.engine.items import Action
from steelyard.screening.engine.places import Place
from steelyard.screening.engine.rules import Rule

EVENTS, PORTION, NAMES = 8000, 4000, [name for name in BUILT_IN if name.isidentifier()]
HERE = Place("rules.yaml", 1, 1)


def made_rules(count: int, chance: random.Random) -> list[Rule]:
    found = []
    for number in range(count):
        one, two = chance.sample(NAMES, 2)
        when = (
            f"signal.{one} && (hits.{two} >= {chance.randint(1, 3)} || facts.author_posts_1h > {chance.randint(1, 99)})"
            f" && facts.join_policy in ['open', 'request'] && surface == 'public_channel'"
        )
        version = str(number)
        rule = Rule(
            f"rule-{number}",
            when,
            Action.COUNT,
            "other",
            "bench",
            RuleState.LIVE,
            "bench",
            version,
            HERE,
            HERE,
        )
        found.append(rule)
    return found


def made_events(chance: random.Random) -> tuple[list[Item], list[Finding]]:
    items, findings = [], []
    for number in range(EVENTS):
        facts: dict[str, int | str | bool] = {"join_policy": chance.choice(["open", "closed"])}
        if chance.random() < 0.8:
            facts["author_posts_1h"] = chance.randint(0, 100)
        items.append(Item(str(number), "", facts=facts))
        finding = Finding()
        finding.hits = {name: chance.randint(1, 4) for name in chance.sample(NAMES, chance.randint(1, 3))}
        findings.append(finding)
    return items, findings


def best(work: Callable[[], object]) -> float:
    rates = []
    for _ in range(3):
        began = time.process_time()
        work()
        rates.append(EVENTS / (time.process_time() - began))
    return max(rates)


def main() -> None:
    chance = random.Random(1)
    items, findings = made_events(chance)
    parts = [slice(first, first + PORTION) for first in range(0, EVENTS, PORTION)]
    for count in (100, 1000):
        policy = Policy("bench", "bench", Path(), (), tuple(made_rules(count, chance)), dict(FACTS))
        screen = Screen(policy)

        def every(screen: Screen = screen) -> int:
            held = 0
            for part in parts:
                rows = [
                    screen._row(item, finding)
                    for item, finding in zip(items[part], findings[part], strict=True)
                ]
                columns = gathered(rows, screen._always)
                for rule in screen._rules:
                    assert rule.check is not None
                    held += int(rule.check(columns).yes.sum())
            return held

        def skipping(screen: Screen = screen) -> int:
            return sum(len(hits) for part in parts for hits in screen._hits(items[part], findings[part]))

        assert every() == skipping()
        sys.stdout.write(
            f"{count} rules: {best(every):,.0f} events/s with every rule evaluated, {best(skipping):,.0f} with rules "
            f"skipped whose signals did not fire, explained; peer not run\n"
        )


if __name__ == "__main__":
    main()
