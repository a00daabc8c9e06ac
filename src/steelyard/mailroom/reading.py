"""Read what was kept: parse, check, open the attachments in the sandbox, and have it put on its desk."""

from contextlib import suppress
from datetime import timedelta
from threading import Event
from typing import Any

from steelyard.arrivals.actions import Envelope, Read, kept
from steelyard.arrivals.sandbox.run import open_attachments
from steelyard.arrivals.threads import about_of, shown_refs
from steelyard.base.config import config
from steelyard.base.outbox import attempt, keep_delivering, try_later
from steelyard.flows.sort_arrival import Overtaken, hear, matter, next_unread, sort
from steelyard.mailroom.checks import Dns, check
from steelyard.mailroom.parsing import Parsed, parse
from steelyard.mailroom.silence import why_silent

LEASE = timedelta(seconds=120)
AT_ONCE = 10


def run(stop: Event) -> None:
    """Until `stop`. Without a configured address there is nothing to read and the thread only waits."""
    if config().mailroom.addresses:
        keep_delivering(stop, read_due)
    else:
        stop.wait()


def read_due(dns: Dns | None = None) -> int:
    """Read what is due; returns how many messages were taken."""
    rows = next_unread(limit=AT_ONCE, lease=LEASE)
    for row in rows:
        with attempt(row, refused=try_later), suppress(Overtaken):  # no message is ever given up
            _read(row, dns)
    return len(rows)


def _read(row: Any, dns: Dns | None) -> None:
    message = kept(row)
    parsed = parse(message.raw)
    checks = check(message.raw, message.envelope, dns)
    opened, signatures = open_attachments(parsed.attachments, message.raw if parsed.signed else b"")
    if signatures:
        checks["signatures"] = signatures
    if parsed.problems:
        checks["problems"] = parsed.problems
    read = Read(
        sender=parsed.sender or message.envelope.sender, name=parsed.name, subject=parsed.subject, text=parsed.text,
        attachments=tuple(opened), checks=checks, message_id=parsed.message_id, references=parsed.references,
        silent=why_silent(parsed, message.envelope.sender, checks), reply_to=parsed.reply_to,
    )  # fmt: skip
    about = _thread(parsed, message.envelope)
    if about:
        hear(row, read, about)
    else:
        sort(row, read)


def _thread(parsed: Parsed, envelope: Envelope) -> Any:
    """The matter that this answers, by our signed address or a reference of ours; never by its subject."""
    for ref in (about_of(*envelope.recipients, *parsed.to, parsed.references), *_refs(parsed)):
        if ref and (found := matter(ref)):
            return found
    return None


def _refs(parsed: Parsed) -> list[str]:
    """References in the Message-IDs it answers, then those that our letters print."""
    ids = [part.partition("@")[0].strip("<>").upper() for part in parsed.references.split()]
    return [*ids, *shown_refs(parsed.text[:20_000])]
