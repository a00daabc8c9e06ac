"""What goes in and what comes out: items, verdicts, and the reasons for them."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from steelyard.screening.engine.images.hashing import MediaHashes


class Action(StrEnum):
    """What a rule may ask for a single post. Channels and accounts need a person and have no action here."""

    ALLOW = "allow"
    COUNT = "count"
    QUEUE = "queue"
    LABEL = "label"
    LIMIT = "limit"
    HOLD = "hold"
    REMOVE = "remove"


STRENGTH = {action: strength for strength, action in enumerate(Action)}
"""By effect on the post: `queue` only asks for a person, so anything that contains the post outranks it."""

CONTAINING = frozenset({Action.LIMIT, Action.HOLD, Action.REMOVE})
"""These take a post away from its readers. Each is undone by showing the post again."""


class RuleState(StrEnum):
    DRAFT = "draft"
    SHADOW = "shadow"
    LIVE = "live"
    RETIRED = "retired"


Fact = int | str | bool


class Item(msgspec.Struct, frozen=True, gc=False):
    """One post as the caller knows it.

    `facts` are what the caller counted or looked up: see `behaviour.FACTS` for the names and their units.
    A fact that is absent is unknown, never zero.
    """

    id: str
    text: str
    surface: str = "public_channel"
    facts: Mapping[str, Fact] = {}
    media: tuple[MediaHashes, ...] = ()
    """Hashes of the files posted with it, made by `images.hashing.hash_media`."""
    scores: Mapping[str, float] = {}
    """Scores of plug-ins that the caller has already; the others are asked for."""


class Span(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Where a signal was seen: code points `start` to `end` of the original, and what had to be undone."""

    signal: str
    start: int
    end: int
    folding: tuple[str, ...] = ()


class RuleHit(msgspec.Struct, frozen=True, gc=False):
    """A rule that matched, and what it would do. Only a Live rule's action counts."""

    rule: str
    state: RuleState
    version: str
    action: Action
    harm: str
    policy_ref: str
    commercial: bool = False
    """Deceptive high-volume commercial content, which Art. 17(2) DSA treats apart."""
    signals: tuple[str, ...] = ()


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What the policy says about one item, with everything needed to explain it."""

    id: str
    action: Action
    rules: tuple[RuleHit, ...] = ()
    signals: Mapping[str, float] = {}
    """Signal to its number of hits, or to its probability where it was learned."""
    spans: tuple[Span, ...] = ()
    policy: str = ""
    """Version of the policy that spoke."""
    notes: tuple[str, ...] = ()
    """What limited the screening: `cut` when only the beginning of a huge text was read, `hits_capped`."""

    @property
    def deciding(self) -> RuleHit | None:
        """The Live rule whose action this is; the first in the policy's order among equals."""
        return next((hit for hit in self.rules if live(hit) and hit.action == self.action), None)

    @property
    def wants_person(self) -> bool:
        """A Live rule asks for a person, whatever else was done to the post."""
        return any(live(hit) and hit.action == Action.QUEUE for hit in self.rules)


def live(hit: RuleHit) -> bool:
    return hit.state == RuleState.LIVE
