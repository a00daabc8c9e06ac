"""What had to be undone in a stretch of text before a signal could be seen in it."""

from steelyard.screening.engine.alphabet import CYRILLIC, GREEK, LATIN, tables

_SHOWN = 300
"""Characters looked at: enough to name every disguise, bounded for a hit across a huge gap."""


def undone(original: str, script: int | None = None) -> tuple[str, ...]:
    """The foldings a span took: case, confusables, tatweel, invisible, marks, styled. None: as written."""
    table, part = tables(), original[:_SHOWN]
    rows = [min(ord(char), 0x20000) for char in part]
    scripts = {int(table.script[row]) for row in rows} & {LATIN, CYRILLIC, GREEK}
    found = []
    if part != part.casefold():
        found.append("case")
    if len(scripts) > 1 or (script in (LATIN, CYRILLIC, GREEK) and scripts and script not in scripts):
        found.append("confusables")
    if "\u0640" in part:
        found.append("tatweel")
    if any(table.invisible[row] for row, char in zip(rows, part, strict=True) if char != "\u0640"):
        found.append("invisible")
    if any(table.mark[row] for row in rows):
        found.append("marks")
    if any(table.styled[row] for row in rows):
        found.append("styled")
    return tuple(found)
