"""What another policy would have done: tried on stored findings and on the sample, before anybody goes Live.

Told as numbers by language and surface, and the references of a few posts. Nothing is decided and no words are shown.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from steelyard.base.errors import NoSuchThing
from steelyard.evidence.actions import words_of
from steelyard.evidence.marks import text_mark, words_put_away
from steelyard.flows.languages import language_of
from steelyard.screening.engine import Item, Screen, Verdict
from steelyard.screening.engine.items import CONTAINING, STRENGTH, Action, RuleState
from steelyard.screening.models import Finding
from steelyard.screening.sample import samples
from steelyard.subjects.models import Subject

AT_ONCE = 500
SHOWN = 20


class Past(NamedTuple):
    """A post and what was said of it."""

    ref: str
    item: Item
    language: str
    action: Action
    rules: frozenset[str]


class Line(msgspec.Struct, frozen=True):
    """One language on one surface."""

    language: str
    surface: str
    posts: int
    newly_contained: int
    no_longer_contained: int
    newly_asked: int
    no_longer_asked: int


class Replayed(msgspec.Struct, frozen=True):
    policy: str
    posts: int
    gone: int
    """Posts whose words were erased or put away, so that nothing can be said of them."""
    lines: tuple[Line, ...]
    rules: dict[str, tuple[int, int]]
    """How often each rule matched: then, and under the other policy."""
    changed: tuple[str, ...]
    """References of a few posts that would be treated otherwise."""


def replay(screen: Screen, *, sample: bool = True) -> Replayed:
    """Try `screen` on the past. Reads only."""
    counts: Counter[tuple[str, str, str]] = Counter()
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    changed: list[str] = []
    gone = 0
    for batch in _batches(sample=sample):
        known = [past for past in batch if past is not None]
        gone += len(batch) - len(known)
        for past, verdict in zip(known, screen.screen([past.item for past in known]), strict=True):
            before.update(past.rules)
            after.update(hit.rule for hit in verdict.rules)
            what = _differences(past, verdict)
            counts.update((past.language, past.item.surface, each) for each in ("posts", *what))
            if what and past.ref and len(changed) < SHOWN:
                changed.append(past.ref)
    places = sorted({(language, surface) for language, surface, _ in counts})
    names = Line.__struct_fields__[2:]
    lines = tuple(Line(*place, *(counts[(*place, name)] for name in names)) for place in places)
    rules = {rule: (before[rule], after[rule]) for rule in sorted({*before, *after})}
    posts = sum(line.posts for line in lines)
    return Replayed(screen.version, posts, gone, lines, rules, tuple(changed))


def _differences(past: Past, verdict: Verdict) -> list[str]:
    was, is_ = past.action in CONTAINING, verdict.action in CONTAINING
    asked, asks = past.action == Action.QUEUE, verdict.action == Action.QUEUE
    found = [
        ("newly_contained", is_ and not was), ("no_longer_contained", was and not is_),
        ("newly_asked", asks and not asked), ("no_longer_asked", asked and not asks),
    ]  # fmt: skip
    return [name for name, happens in found if happens]


def _batches(*, sample: bool) -> Iterator[list[Past | None]]:
    batch: list[Past | None] = []
    for past in _past(sample=sample):
        batch.append(past)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    yield batch


def _past(*, sample: bool) -> Iterator[Past | None]:
    found = Subject.objects.filter(kind="post", findings__isnull=False).distinct().order_by("pk")
    for subject in found.select_related("key").prefetch_related("findings").iterator(chunk_size=AT_ONCE):
        yield _of(subject)
    away = words_put_away() if sample else set()
    for kept in samples() if sample else ():
        if text_mark(kept.text)[1] in away:
            yield None
            continue
        item = Item("", kept.text, kept.surface, kept.facts, scores=kept.scores)
        yield Past("", item, language_of(kept.text), Action(kept.action), frozenset(kept.rules))


def _of(subject: Subject) -> Past | None:
    try:
        text = words_of(subject)
    except NoSuchThing:
        return None
    findings = [each for each in subject.findings.all() if not each.rule.startswith("campaign:")]
    facts = max(findings, key=lambda each: each.pk).facts if findings else {}
    item = Item(subject.ref, text, subject.surface, facts)
    return Past(
        subject.ref, item, subject.language, _decided(findings), frozenset(each.rule for each in findings)
    )


def _decided(findings: list[Finding]) -> Action:
    live = [Action(each.action) for each in findings if each.rule_state == RuleState.LIVE]
    return max(live, key=STRENGTH.__getitem__, default=Action.ALLOW)
