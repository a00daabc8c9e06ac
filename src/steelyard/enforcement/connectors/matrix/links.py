"""The addresses by which people name a post, a channel or an account: matrix.to, matrix: and bare ids."""

import re
from urllib.parse import unquote

from steelyard.enforcement.connector import Target

_TO = re.compile(r"^https://matrix\.to/#/([!#][^/?]+)/(\$[^/?]+)")
_URI = re.compile(r"^matrix:(roomid|r)/([^/?]+)/e/([^/?]+)")
_PLACE_TO = re.compile(r"^https://matrix\.to/#/([!#@][^/?]+)/?(?:\?.*)?$")
_PLACE_URI = re.compile(r"^matrix:(roomid|r|u)/([^/?]+)/?(?:\?.*)?$")
_PLACE_BARE = re.compile(r"^[!#@][^\s/?]{1,200}:[A-Za-z0-9.\-:\[\]]{1,230}$|^![A-Za-z0-9_\-]{20,100}$")
_SIGILS = {"roomid": "!", "r": "#", "u": "@"}
_BARE = re.compile(r"^\$[A-Za-z0-9_\-+/.:]{10,255}$")

_FILE = re.compile(r"^mxc://([A-Za-z0-9.\-:\[\]]{1,255})/([A-Za-z0-9_\-]{1,255})$")


def read_media(uri: str) -> tuple[str, str] | None:
    """Server and name of a file, or None where an address is none."""
    found = _FILE.match(uri)
    return (found[1], found[2]) if found else None


def read_link(text: str) -> Target | None:
    """What a link names; a channel may be an alias, and is "" for a post's bare id. None when it is none."""
    text = text.strip()
    if found := _TO.match(unquote(text)):
        return Target(found[2], found[1])
    if found := _URI.match(text):
        sigil = "!" if found[1] == "roomid" else "#"
        return Target("$" + unquote(found[3]), sigil + unquote(found[2]))
    return Target(text) if _BARE.match(text) else _place(text)


def _place(text: str) -> Target | None:
    """A channel or an account. Version 12 rooms have ids without a server's name."""
    if found := _PLACE_TO.match(unquote(text)):
        name = found[1]
    elif found := _PLACE_URI.match(text):
        name = _SIGILS[found[1]] + unquote(found[2])
    else:
        name = text
    if not _PLACE_BARE.match(name):
        return None
    return Target(name, kind="account" if name.startswith("@") else "channel")
