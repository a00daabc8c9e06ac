"""Facts: what the caller counted or looked up about the author, the channel and the moment.

The engine keeps no counters. It types the facts, so that a rule that misspells one is refused at load, and it
leaves an absent fact unknown: a condition that needs it does not hold.
"""

from steelyard.screening.engine.items import Fact

FACTS: dict[str, type[Fact]] = {
    "author_posts_1h": int,
    "author_posts_24h": int,
    "author_channels_1h": int,
    "author_age_hours": int,
    "author_findings_30d": int,
    "first_message": bool,
    "same_text_authors_24h": int,
    "same_text_channels_24h": int,
    "channel_joins_1h": int,
    "channel_members": int,
    "join_policy": str,
    "is_forward": bool,
    "is_edit": bool,
    "via_bot": bool,
    "author_is_admin": bool,
    "author_is_member": bool,
    "language": str,
}
"""Counts over sliding windows, ages in whole hours, ISO 639-1 for the language."""

TEXT_FACTS = ("chars", "links", "mentions", "emoji")
"""Counted by the engine itself, always known: `text.chars` in code points, the rest in occurrences."""


def usable(facts: dict[str, Fact] | object, kinds: dict[str, type[Fact]]) -> dict[str, Fact]:
    """The facts of an item that have the type their name promises. A wrong type counts as unknown, and so does
    a number of more than 64 bits."""
    items = facts.items() if isinstance(facts, dict) else ()
    return {
        f"facts.{name}": value
        for name, value in items
        if kinds.get(name) is type(value) and (type(value) is not int or -(2**63) <= value < 2**63)
    }
