"""What a reader sees of a formatted body. One pass, in time that grows with its length and no faster.

Strangers write it. The standard library's reader stops with an error on `<![x`, and takes ten seconds for
half-open tags that fill one event; either would keep everybody's posts waiting behind that one.
"""

import html
import re

BREAKS = frozenset({"p", "br", "li", "div", "blockquote", "tr", "td"})
_TAG = re.compile(
    r"""<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)
    (?P<attributes>(?:[\s/]++|[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+|=)*+)>
    |<!--(?:-?>|.*?--!?>)
    |<[!?/][^>]*+>""",
    re.VERBOSE | re.DOTALL,
)
"""A tag, a comment, or what a browser takes for a comment. Possessive: nothing is tried twice."""
_OPENS = re.compile(r"<(?=[a-zA-Z!?/])")
_HREF = re.compile(
    r"""(?:^|[\s/"'])href\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+))""", re.IGNORECASE
)
_ZEROS = re.compile(r"&#([xX]?)0++(?=[0-9a-fA-F])")
_NO_CHARACTER = re.compile(r"&#(?:\d{8,}|[xX][0-9a-fA-F]{8,});?")
_QUOTED = re.compile(r"\s*+<mx-reply>.*?</mx-reply>", re.DOTALL)


def visible(markup: str, *, reply: bool = False) -> str:
    """The words of `markup`, with the addresses its links lead to, spaced by single spaces.

    Of a reply the quotation in front is left out, as clients do; anywhere else it is part of the post.
    """
    if reply:
        markup = _QUOTED.sub("", markup, count=1) if _QUOTED.match(markup) else markup
    parts: list[str] = []
    at = 0
    while opening := _OPENS.search(markup, at):
        parts.append(_characters(markup[at : opening.start()]))
        at = opening.start()
        tag = _TAG.match(markup, at)
        if tag is None:  # nothing closes it any more: what is left is text
            break
        parts.append(_of_tag(tag))
        at = tag.end()
    parts.append(_characters(markup[at:]))
    return " ".join("".join(parts).split())


def _of_tag(tag: re.Match[str]) -> str:
    """A break where readers see one, and where a link leads: that is part of what it says."""
    name = (tag["name"] or "").lower()
    link = _HREF.search(tag["attributes"]) if name == "a" and not tag["close"] else None
    if link:
        return f" {_characters(next(value for value in (*link.groups(), '') if value is not None))} "
    return " " if name in BREAKS and not tag["close"] else ""


def _characters(text: str) -> str:
    """With references resolved; one that names no character, however long, becomes the sign for that."""
    if "&#" in text:
        text = _NO_CHARACTER.sub("\ufffd", _ZEROS.sub(r"&#\1", text))
    return html.unescape(text)
