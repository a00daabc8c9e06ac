"""Read what was kept: parse, check, open the attachments in the sandbox, and have it put on its desk."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Any

from django.db import DatabaseError

from steelyard.arrivals.actions import Envelope, Kept, Read, kept
from steelyard.arrivals.sandbox.run import open_attachments
from steelyard.arrivals.threads import about_of, shown_refs
from steelyard.base.config import config
from steelyard.base.outbox import attempt, keep_delivering, try_later
from steelyard.flows.sort_arrival import (
    Arrival,
    Overtaken,
    free_unread,
    hear,
    matter,
    next_unread,
    sort,
    typed,
)
from steelyard.mailroom.checks import Dns, check
from steelyard.mailroom.parsing import Parsed, parse
from steelyard.mailroom.silence import why_silent

LEASE = timedelta(seconds=120)
AT_ONCE = 10
LOOKED_AT_TOGETHER = 3
"""Messages: while one waits for the sandbox or for a name server, the next is read and sorted."""


def run(stop: Event) -> None:
    """Until `stop`. Without a configured address there is nothing to read and the thread only waits."""
    if config().mailroom.addresses:
        keep_delivering(stop, _Reader().read_mail)
    else:
        stop.wait()


class _Reader:
    """Reads on. Where it begins, and after the database was away, what was taken up and not finished is free at once:
    whoever had it is dead, or was this one; and should somebody have it all the same, the fence lets one finish."""

    def __init__(self) -> None:
        self._begun = False

    def read_mail(self) -> int:
        if not self._begun:
            free_unread()
            self._begun = True
        try:
            return read_due()
        except DatabaseError:
            self._begun = False
            raise


def read_due(dns: Dns | None = None) -> int:
    """Read what is due; returns how many messages were taken."""
    rows = next_unread(limit=AT_ONCE, lease=LEASE)
    for row in [
        row for row in rows if row.door != "mail"
    ]:  # a form's own request did not get as far as its desk
        with attempt(row, refused=try_later), suppress(Overtaken):
            sort(row, typed(kept(row)))
    for row, looked in _looked_at([row for row in rows if row.door == "mail"], dns):
        with attempt(row, refused=try_later), suppress(Overtaken):  # no message is ever given up
            _put(row, looked.result())
    return len(rows)


@dataclass(frozen=True)
class _Looked:
    """What there is to know about a message before anything is looked up in our own database."""

    envelope: Envelope
    parsed: Parsed
    checks: dict[str, Any]
    opened: Sequence[dict[str, Any]]


def _looked_at(rows: Sequence[Arrival], dns: Dns | None) -> Iterator[tuple[Arrival, Future[_Looked]]]:
    """Each message as soon as it is done; what takes long (names, the sandbox) waits for no other."""
    with ThreadPoolExecutor(LOOKED_AT_TOGETHER, "mail") as pool:
        looking = {pool.submit(copy_context().run, _look, kept(row), dns): row for row in rows}
        for done in as_completed(looking):
            yield looking[done], done


def _look(message: Kept, dns: Dns | None) -> _Looked:
    """In a thread of its own, so nothing here asks the database."""
    parsed = parse(message.raw)
    checks = check(message.raw, message.envelope, dns)
    opened, signatures = open_attachments(parsed.attachments, message.raw if parsed.signed else b"")
    if parsed.several:  # whoever vouches for one of them vouches for none of the others
        checks["dmarc"] = "several senders"
    if signatures:
        checks["signatures"] = signatures
    if parsed.problems:
        checks["problems"] = parsed.problems
    return _Looked(message.envelope, parsed, checks, opened)


def _put(row: Arrival, looked: _Looked) -> None:
    parsed, checks, envelope = looked.parsed, looked.checks, looked.envelope
    read = Read(
        sender=parsed.sender or envelope.sender, name=parsed.name, subject=parsed.subject, text=parsed.text,
        attachments=tuple(looked.opened), checks=checks, message_id=parsed.message_id, references=parsed.references,
        silent=why_silent(parsed, envelope.sender, checks), reply_to=parsed.reply_to,
    )  # fmt: skip
    ours = _signed(parsed, envelope)
    about = _thread(parsed, ours)
    if about:
        hear(row, read, about, by_our_address=about.ref == ours)
    else:
        sort(row, read)


def _signed(parsed: Parsed, envelope: Envelope) -> str:
    """The reference that our own signed address leads to; "" when it came to none."""
    return about_of(*envelope.recipients, *parsed.to, parsed.references)


def _thread(parsed: Parsed, ours: str) -> Any:
    """The matter that this answers, by our signed address or a reference of ours; never by its subject."""
    for ref in (ours, *_refs(parsed)):
        if ref and (found := matter(ref)):
            return found
    return None


def _refs(parsed: Parsed) -> list[str]:
    """References in the Message-IDs it answers, then those that our letters print."""
    ids = [part.partition("@")[0].strip("<>").upper() for part in parsed.references.split()]
    return [*ids, *shown_refs(parsed.text[:20_000])]
