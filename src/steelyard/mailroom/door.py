"""SMTP and LMTP with aiosmtpd. `250` goes out when the message is sealed and committed, not before."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP
from django.db import connection

from steelyard.arrivals.actions import Envelope, keep
from steelyard.base.config import config

_log = logging.getLogger(__name__)
MINUTE = 60.0
NETWORKS = 10_000
MOST_RECIPIENTS = 20


class Letterbox:
    """What one conversation may do: hand in a message for an address of ours, within bounds."""

    def __init__(self) -> None:
        self.times: dict[str, deque[float]] = {}

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if not role_of(address):
            return "550 5.1.1 No such address here"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        peer = str(session.peer[0]) if isinstance(session.peer, tuple) else "local"
        if self._too_many(peer):
            return _each(server, envelope, "451 4.7.1 Too many messages in a minute; please try again later")
        seen = Envelope(
            sender=envelope.mail_from or "", recipients=tuple(envelope.rcpt_tos), peer=peer,
            helo=session.host_name or "",
        )  # fmt: skip
        raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        try:
            await asyncio.to_thread(_keep, raw, seen)
        except Exception as trouble:  # ours, whatever it is: nothing is turned away for good
            return _each(server, envelope, await self.handle_exception(trouble))
        return _each(server, envelope, "250 2.0.0 Kept; a receipt follows by mail")

    async def handle_exception(self, trouble: Exception) -> str:
        """A fault of ours in any step: the sender keeps the message and tries again."""
        _log.warning("A mail was put off: %s", type(trouble).__name__)
        return "451 4.3.0 We cannot keep it at the moment; please try again"

    def _too_many(self, peer: str) -> bool:
        moment = time.monotonic()
        times = self.times.pop(peer, None) or deque()
        while times and times[0] <= moment - MINUTE:
            times.popleft()
        full = len(times) >= config().mailroom.per_minute
        if not full:
            times.append(moment)
        self.times[peer] = times
        if len(self.times) > NETWORKS:
            del self.times[next(iter(self.times))]
        return full


def role_of(address: str) -> str:
    """Whom an address of ours is for; "" when it is none. What follows a `+` is a thread's token."""
    local, _, domain = address.strip().casefold().rpartition("@")
    known = {name.casefold(): role for name, role in config().mailroom.addresses.items()}
    return known.get(f"{local.partition('+')[0]}@{domain}", "")


def _keep(raw: bytes, seen: Envelope) -> None:
    """In a thread of its own connection; returns when the transaction has committed."""
    try:
        keep(raw, door="mail", role=role_of(seen.recipients[0]), envelope=seen)
    finally:
        connection.close()  # the pool's thread may never come back


def _each(server: SMTP, envelope: Any, reply: str) -> str:
    """LMTP answers once for each recipient (RFC 2033, section 4.2)."""
    times = len(envelope.rcpt_tos) if isinstance(server, LMTP) else 1
    return "\r\n".join([reply] * max(times, 1))


class _Smtp(SMTP):
    line_length_limit = 65_536  # some programs break no lines; what they send is mail all the same


class _Lmtp(LMTP):
    line_length_limit = 65_536


class _Bounded(Controller):
    protocol: type[SMTP] = _Smtp

    def factory(self) -> SMTP:
        return self.protocol(
            self.handler, data_size_limit=config().mailroom.largest, enable_SMTPUTF8=True,
            ident="Steelyard", timeout=120,
        )  # fmt: skip


class _Local(_Bounded):
    protocol = _Lmtp


@contextmanager
def open_door() -> Iterator[list[Controller]]:
    """Listen while the block runs. Nothing listens until addresses are configured."""
    wanted = config().mailroom
    doors = [(_Bounded, wanted.smtp), (_Local, wanted.lmtp)]
    opened: list[Controller] = []
    try:
        for kind, where in doors:
            if where and wanted.addresses:
                host, _, port = where.rpartition(":")
                opened.append(kind(Letterbox(), hostname=host or "127.0.0.1", port=int(port)))
                opened[-1].start()
        yield opened
    finally:
        for each in opened:
            each.stop()
