"""The addresses by which people name a post: matrix.to, matrix: and the bare event id."""

import re
from urllib.parse import unquote

from steelyard.enforcement.connector import Target

_TO = re.compile(r"^https://matrix\.to/#/([!#][^/?]+)/(\$[^/?]+)")
_URI = re.compile(r"^matrix:(roomid|r)/([^/?]+)/e/([^/?]+)")
_BARE = re.compile(r"^\$[A-Za-z0-9_\-+/.:]{10,255}$")


def read_link(text: str) -> Target | None:
    """The post a link names; its channel may be an alias, or "" for a bare id. None when it is none."""
    text = text.strip()
    if found := _TO.match(unquote(text)):
        return Target(found[2], found[1])
    if found := _URI.match(text):
        sigil = "!" if found[1] == "roomid" else "#"
        return Target("$" + unquote(found[3]), sigil + unquote(found[2]))
    return Target(text) if _BARE.match(text) else None
