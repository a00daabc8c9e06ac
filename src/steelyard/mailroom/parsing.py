"""A message as a person would see it. Attachments are only set apart here; the sandbox opens them."""

import email
import email.header
import email.policy
from dataclasses import dataclass, field
from email.message import Message
from email.utils import getaddresses
from html.parser import HTMLParser

MOST_PARTS, DEEPEST = 200, 20
LONGEST = 200_000
_TEXTS = ("text/plain", "text/html")


@dataclass
class Parsed:
    sender: str = ""
    name: str = ""
    several: bool = False
    """It names more than one sender, so no domain vouches for it"""
    reply_to: str = ""
    subject: str = ""
    text: str = ""
    message_id: str = ""
    references: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    to: tuple[str, ...] = ()
    attachments: list[tuple[str, str, bytes]] = field(default_factory=list)
    """Name, media type, bytes"""
    problems: list[str] = field(default_factory=list)
    signed: bool = False


def parse(raw: bytes) -> Parsed:
    """Whatever can be read. A message that no parser understands is one with its bytes as text."""
    found = Parsed()
    try:
        message = email.message_from_bytes(raw, policy=email.policy.compat32)
        _heads(message, found)
        _parts(message, found, 0)
    except Exception as fault:  # every parser has its faults; the message stays, and a person sees it
        found.problems.append(f"parser: {type(fault).__name__}")
        found.text = found.text or raw[:LONGEST].decode("utf-8", "replace")
    found.text = found.text[:LONGEST]
    return found


def _heads(message: Message, found: Parsed) -> None:
    given = [one for line in message.get_all("From", []) for one in _addresses(line)]
    # "County police, west <post@police.example>" without quotation marks reads as two: the first is no address.
    senders = [one for one in given if "@" in one[1]] or given
    found.name, found.sender = senders[0] if senders else ("", "")
    found.several = len(senders) > 1
    found.reply_to = next((address for _, address in _addresses(message.get("Reply-To"))), "")
    found.subject = _header(message, "Subject")[:998]
    found.message_id = _header(message, "Message-ID").strip()[:998]
    found.references = f"{_header(message, 'References')} {_header(message, 'In-Reply-To')}".strip()[:4000]
    addressed = [_addresses(message.get(name)) for name in ("To", "Cc", "Delivered-To")]
    found.to = tuple(address for line in addressed for _, address in line)[:50]
    for name in ("Auto-Submitted", "Precedence", "List-Id", "List-Unsubscribe", "X-Auto-Response-Suppress",
                 "X-Autoreply", "Reply-To", "Date", "Return-Path"):  # fmt: skip
        if value := _header(message, name):
            found.headers[name.lower()] = value[:500]


def _header(message: Message, name: str) -> str:
    """Decoded; control characters gone, so that nothing of it can become a header of ours."""
    raw = message.get(name)
    return "" if raw is None else _words(raw)


def _addresses(raw: object) -> list[tuple[str, str]]:
    """Each name and address in a header. Addresses are read before anything is decoded, as those do who vouch for
    their domain: what an encoded name says is no address."""
    found = getaddresses([_plain_line("" if raw is None else str(raw)[:LONGEST])])
    return [(_words(name), address[:320]) for name, address in found if address]


def _words(raw: object) -> str:
    pieces = (
        email.header.decode_header(str(raw))
        if not isinstance(raw, email.header.Header)
        else [(str(raw), None)]
    )
    return _plain_line("".join(_decoded(piece, charset) for piece, charset in pieces))


def _plain_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text).strip()


def _decoded(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    try:
        return piece.decode(charset or "utf-8", "replace")
    except LookupError:
        return piece.decode("utf-8", "replace")


def _parts(message: Message, found: Parsed, depth: int) -> None:
    if depth > DEEPEST or len(found.attachments) >= MOST_PARTS:
        found.problems.append("too many parts")
        return
    kind = message.get_content_type()
    found.signed = found.signed or kind == "multipart/signed" or kind.endswith("pkcs7-mime")
    if kind == "multipart/alternative":
        _alternative(message, found, depth)
    elif message.is_multipart() and kind != "message/rfc822":
        for part in message.get_payload():
            if isinstance(part, Message):
                _parts(part, found, depth + 1)
    else:
        _leaf(message, found, kind)


def _alternative(message: Message, found: Parsed, depth: int) -> None:
    """The plain text where there is one; several ways to say the same are one."""
    parts = [part for part in message.get_payload() if isinstance(part, Message)]
    plain = [part for part in parts if part.get_content_type() == "text/plain" and _content(part).strip()]
    for part in plain or parts:
        _parts(part, found, depth + 1)


def _leaf(message: Message, found: Parsed, kind: str) -> None:
    name = _filename(message)
    if kind in _TEXTS and message.get_content_disposition() != "attachment" and not name:
        text = _content(message).decode(_charset(message), "replace")
        found.text += (plain_of(text) if kind == "text/html" else text) + "\n"
        return
    found.attachments.append((name or "unnamed", kind, _content(message)))


def _filename(message: Message) -> str:
    """Never used as a path; only shown, without what could pass for another ending."""
    given = message.get_filename() or ""
    return "".join(c for c in str(given) if c.isprintable()).replace("/", "_").replace("\\", "_")[:200]


def _content(message: Message) -> bytes:
    if message.get_content_type() == "message/rfc822":
        inner = message.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        return first.as_bytes() if isinstance(first, Message) else str(inner).encode()
    payload = message.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _charset(message: Message) -> str:
    try:
        b"".decode(name := message.get_content_charset() or "utf-8")
    except LookupError:
        return "utf-8"
    return name


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.out: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "head"):
            self.hidden += 1
        elif tag in ("br", "p", "div", "tr", "li", "h1", "h2", "h3"):
            self.out.append("\n")
        if tag == "a" and (link := dict(attrs).get("href")):
            self.out.append(f" {link} ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "head") and self.hidden:
            self.hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.out.append(data)


def plain_of(html: str) -> str:
    """What a reader of the page would see, and where its links lead."""
    reader = _Plain()
    reader.feed(html[:2_000_000])
    return "".join(reader.out)


__all__ = ["Parsed", "parse", "plain_of"]
