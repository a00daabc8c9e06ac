"""Rules alone: `python bench/bench_rules.py`. Events a second of CPU time with 100 and 1,000 rules.

Twice for each: every rule evaluated for every event, and rules skipped whose signals did not fire. Signals are given,
so no text is read; null handling (unknown facts), isolation of errors and explanations are on.

The peer is Osprey: the same rules in its own language, the same events, its verdicts compared one by one with ours.
STEELYARD_PEER_OSPREY names its checkout, with its environment in `.venv`; without it the line says "peer not run".
Bars: 400 times its events a CPU second at 100 rules, 650 times at 1,000.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from steelyard.screening.engine import Item, Policy, RuleState, Screen
from steelyard.screening.engine.behaviour import FACTS
from steelyard.screening.engine.findings import BUILT_IN, Finding
from steelyard.screening.engine.items import Action
from steelyard.screening.engine.places import Place
from steelyard.screening.engine.rules import Rule

EVENTS, PORTION, NAMES = 8000, 4000, [name for name in BUILT_IN if name.isidentifier()]
PARTS: dict[str, tuple[str, str, int, int]] = {}
"""What each rule was made of: signal, signal, hits, posts."""
HERE = Place("rules.yaml", 1, 1)


def made_rules(count: int, chance: random.Random) -> list[Rule]:
    found = []
    for number in range(count):
        one, two = chance.sample(NAMES, 2)
        hits, posts = chance.randint(1, 3), chance.randint(1, 99)
        PARTS[f"rule-{number}"] = (one, two, hits, posts)
        when = (
            f"signal.{one} && (hits.{two} >= {hits} || facts.author_posts_1h > {posts})"
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


QUIET = {"DD_TRACE_ENABLED": "false", "DD_DOGSTATSD_DISABLE": "true"}
"""The peer without its own telemetry, which would slow it."""
PEER_EVENTS = {100: 300, 1000: 40}
"""As many as take it some seconds."""
BARS = {100: 400, 1000: 650}


def in_its_words(rules: list[Rule]) -> str:
    """The same conditions in SML: an absent fact is null, and a rule that needs it does not fire."""
    lines = [
        "Surface: str = JsonData(path='$.surface', required=False)",
        "Join: str = JsonData(path='$.facts.join_policy', required=False)",
        "Posts: int = JsonData(path='$.facts.author_posts_1h', required=False)",
    ]
    lines += [f"H_{name}: int = JsonData(path='$.hits.{name}', required=False)" for name in NAMES]
    for number, rule in enumerate(rules):
        one, two, hits, posts = PARTS[rule.name]
        lines.append(
            f"R_{number} = Rule(when_all=[H_{one} >= 1, H_{two} >= {hits} or Posts > {posts}, "
            f"Join in ['open', 'request'], Surface == 'public_channel'], description='rule {number}')"
        )
    names = ", ".join(f"R_{number}" for number in range(len(rules)))
    return "\n".join([*lines, f"WhenRules(rules_any=[{names}], then=[])\n"])


def peer(
    rules: list[Rule], items: list[Item], findings: list[Finding]
) -> tuple[float, list[set[str]], str] | None:
    """Its events a CPU second, which rules fired for each event, and its commit; None where it is not there."""
    checkout = os.environ.get("STEELYARD_PEER_OSPREY")
    if not checkout:
        return None
    count = PEER_EVENTS[len(rules)]
    events = [
        {
            "surface": item.surface,
            "facts": dict(item.facts),
            "hits": {name: finding.hits.get(name, 0) for name in NAMES},
        }
        for item, finding in zip(items[:count], findings[:count], strict=True)
    ]
    job = {
        "sources": {"main.sml": in_its_words(rules)},
        "rules": [f"R_{number}" for number in range(len(rules))],
        "events": events,
    }
    sources = os.pathsep.join(f"{checkout}/{part}/src" for part in ("osprey_worker", "osprey_rpc"))
    done = subprocess.run(
        [f"{checkout}/.venv/bin/python", str(Path(__file__).with_name("peer_osprey.py"))],
        input=json.dumps(job), env=os.environ | QUIET | {"PYTHONPATH": sources},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    said = json.loads(done.stdout.splitlines()[-1])
    commit = subprocess.run(
        ["git", "-C", checkout, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return count / said["seconds"], [set(fired) for fired in said["fired"]], commit or "unknown commit"


def best(work: Callable[[], object]) -> float:
    rates = []
    for _ in range(3):
        began = time.process_time()
        work()
        rates.append(EVENTS / (time.process_time() - began))
    return max(rates)


def beside(  # noqa: PLR0917 - two rates and what they are of
    screen: Screen, rules: list[Rule], items: list[Item], findings: list[Finding], ours: float, quick: float
) -> str:
    """The peer's rate, the ratios, and whether it says the same of each event."""
    found = peer(rules, items, findings)
    if found is None:
        return "peer not run (STEELYARD_PEER_OSPREY)"
    rate, fired, commit = found
    held = screen._rules.hits(items[: len(fired)], findings[: len(fired)])
    mine = [{"R_" + hit.rule.removeprefix("rule-") for hit in hits} for hits in held]
    apart = sum(one != other for one, other in zip(mine, fired, strict=True))
    return (
        f"Osprey {commit}: {rate:,.1f} events/s, so {ours / rate:,.0f} and {quick / rate:,.0f} times (bar "
        f"{BARS[len(rules)]}); {apart} of {len(fired)} verdicts differ"
    )


def main() -> None:
    chance = random.Random(1)
    items, findings = made_events(chance)
    parts = [slice(first, first + PORTION) for first in range(0, EVENTS, PORTION)]
    for count in (100, 1000):
        rules = made_rules(count, chance)
        policy = Policy("bench", "bench", Path(), (), tuple(rules), dict(FACTS))
        screen = Screen(policy)

        def every(screen: Screen = screen) -> int:
            held = 0
            for part in parts:
                both = zip(items[part], findings[part], strict=True)
                columns = screen._rules.columns([screen._rules._row(*each) for each in both])
                for rule in screen._rules.rules:
                    assert rule.check is not None
                    places = np.flatnonzero(rule.check.yes(columns))
                    held += len([rule.hit(seen) for seen in rule.seen(rule.flags(columns), places)])
            return held

        def skipping(screen: Screen = screen) -> int:
            return sum(
                len(hits) for part in parts for hits in screen._rules.hits(items[part], findings[part])
            )

        assert every() == skipping()
        ours, quick = best(every), best(skipping)
        sys.stdout.write(
            f"{count} rules: {ours:,.0f} events/s with every rule evaluated, {quick:,.0f} with rules skipped whose "
            f"signals did not fire, both explained; {beside(screen, rules, items, findings, ours, quick)}\n"
        )


if __name__ == "__main__":
    main()
