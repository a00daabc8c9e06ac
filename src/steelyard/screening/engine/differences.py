"""What a policy changes against another one, in lines for people: which rules and signals came, went and changed.

rule scam-offer: state draft -> shadow
signal offers: 2 terms (ru) more: заработок, легкие деньги
"""

from collections.abc import Iterator

from steelyard.screening.engine.policy import Policy
from steelyard.screening.engine.rules import Rule
from steelyard.screening.engine.signals import Example, Signal

_SHOWN = 10
"""Entries of a list named in a line; the others are counted."""
_OF_A_RULE = ("state", "then", "when", "harm", "policy_ref", "commercial", "owner", "about")


def differences(old: Policy, new: Policy) -> list[str]:
    """One line a change: rules, then signals, then facts, each by name. Empty where the two say the same."""
    rules = [{rule.name: rule for rule in policy.rules} for policy in (old, new)]
    signals = [{signal.name: signal for signal in policy.signals} for policy in (old, new)]
    lines: list[str] = []
    for name in sorted(rules[0].keys() | rules[1].keys()):
        lines += [f"rule {name}: {what}" for what in _of_rules(rules[0].get(name), rules[1].get(name))]
    for name in sorted(signals[0].keys() | signals[1].keys()):
        lines += [
            f"signal {name}: {what}" for what in _of_signals(signals[0].get(name), signals[1].get(name))
        ]
    return [*lines, *_of_lists("fact", set(old.facts), set(new.facts))]


def _of_rules(old: Rule | None, new: Rule | None) -> Iterator[str]:
    if new is None:
        yield "gone"
    elif old is None:
        yield f"new, {new.state}, {new.then} when {_line(new.when)}"
    else:
        for part in _OF_A_RULE:
            if (was := getattr(old, part)) != (is_ := getattr(new, part)):
                yield f"{part} {_line(was)} -> {_line(is_)}"
        yield from _of_examples(old, new)


def _of_signals(old: Signal | None, new: Signal | None) -> Iterator[str]:
    if new is None or old is None:
        yield "gone" if new is None else f"new: {_line(new.about)}"
        return
    listed = [_lists(old), _lists(new)]
    for kind in dict.fromkeys([*listed[0], *listed[1]]):
        yield from _of_lists(kind, *(lists.get(kind, set()) for lists in listed))
    for part in ("about", "hashes", "plugin"):
        if (was := getattr(old, part)) != (is_ := getattr(new, part)):
            yield f"{part} {_line(was)} -> {_line(is_)}"
    yield from _of_models(old, new)
    yield from _of_examples(old, new)


def _lists(signal: Signal) -> dict[str, set[str]]:
    """Its terms and expressions by language, and its links."""
    found: dict[str, set[str]] = {}
    for words in signal.words:
        found.setdefault(_in("term", words.languages), set()).update(words.terms)
    for pattern in signal.patterns:
        found.setdefault(_in("expression", pattern.languages), set()).add(pattern.pattern)
    return found | {"link": set(signal.links)}


def _in(kind: str, languages: tuple[str, ...]) -> str:
    return f"{kind} ({', '.join(languages) or 'any language'})"


def _of_lists(kind: str, old: set[str], new: set[str]) -> Iterator[str]:
    for entries, more in ((new - old, "more"), (old - new, "fewer")):
        if entries:
            shown = ", ".join(sorted(entries)[:_SHOWN])
            others = f" and {len(entries) - _SHOWN} others" if len(entries) > _SHOWN else ""
            noun, _, where = kind.partition(" ")
            counted = f"{len(entries)} {noun}{'s' * (len(entries) != 1)} {where}".rstrip()
            yield f"{counted} {more}: {shown}{others}"


def _of_models(old: Signal, new: Signal) -> Iterator[str]:
    was, is_ = (
        (each.model.file.read_bytes(), each.model.threshold, each.model.beside) if each.model else None
        for each in (old, new)
    )
    if was != is_:
        yield "the model is another, or fires from another threshold"


def _of_examples(old: Rule | Signal, new: Rule | Signal) -> Iterator[str]:
    for kind in ("match", "no_match"):
        was, is_ = ({_said(example) for example in getattr(each, kind)} for each in (old, new))
        yield from _of_lists(f"example ({kind})", was, is_)


def _said(example: Example) -> str:
    """Without its place, which moves with every line above it."""
    around = {**example.facts, **example.scores} | ({"listed": example.listed} if example.listed else {})
    return _line(example.text) + (f" {around}" if around else "")


def _line(value: object) -> str:
    return " ".join(str(value).split())
