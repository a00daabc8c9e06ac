"""Take a partner's batch down, sealed; its lines wait in the outbox until each has become a notice."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from steelyard.base.models import DispatchState
from steelyard.base.outbox import ring
from steelyard.ledger.actions import Facts, record, seal_off
from steelyard.notices.models import BatchLine, LineMessage, Notice, NoticeBatch
from steelyard.people.partners import Partner
from steelyard.vault.actions import SEALED, keyed_hash, new_key, seal, unseal
from steelyard.vault.models import DataKey

MOST_LINES = 500
_BATCH, _LINE, _RECEIPT, _MESSAGE = (
    "notices.batch", "notices.batch_line", "notices.batch_receipt", "notices.line_message",
)  # fmt: skip


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line as it is kept. `what` is a link, an identifier, or `sha256:…`, `md5:…`, `pdq:…`."""

    what: str
    harm: str
    code: str = ""
    note: str = ""
    urgency: str = ""


class _Kept(msgspec.Struct, frozen=True):
    what: str
    note: str = ""


def digest_of(content: bytes) -> str:
    """Recognises the same content again, and tells nobody what it was."""
    return keyed_hash(content.hex(), purpose="notices.batch")


def take_batch(
    partner: Partner, lines: Sequence[Line], *, explanation: str, sent_by: str, door: str, language: str,
    imminent: bool, digest: str, idempotency_key: str = "", arrived_at: datetime, key: DataKey | None = None,
) -> NoticeBatch:  # fmt: skip
    """Keep a batch and its lines, in the caller's transaction. The worker turns the lines into notices.

    `key`: that of an order under secrecy which came as a batch, and lies with it.
    """
    key = key or new_key()
    batch = NoticeBatch.objects.create(
        partner=partner, sent_by=sent_by, door=door, language=language, imminent=imminent, key=key,
        sealed=seal(key, explanation.encode(), place=_BATCH), digest=digest,
        idempotency_key=idempotency_key or None, created_at=arrived_at,
    )  # fmt: skip
    BatchLine.objects.bulk_create(
        BatchLine(
            batch=batch, place=place, code=line.code, harm=line.harm, urgency=line.urgency,
            sealed=seal(key, msgspec.msgpack.encode(_Kept(line.what, line.note)), place=_LINE),
        )
        for place, line in enumerate(lines, start=1)
    )  # fmt: skip
    if key.ring == SEALED:
        seal_off(key, actor="steelyard", about=batch)
    record("notices:batch:received", actor=sent_by, about=batch, key=key, after=f"{len(lines)} lines",
           facts=Facts(source="notice", by="nobody"))  # fmt: skip
    ring()
    return batch


def keep_receipt(batch: NoticeBatch, file: bytes) -> None:
    """So that the same request sent again gets the very same receipt."""
    batch.sealed_receipt = seal(batch.key, file, place=_RECEIPT)
    batch.save(update_fields=["sealed_receipt"])


def kept_receipt(batch: NoticeBatch) -> bytes:
    return unseal(batch.key, batch.sealed_receipt, place=_RECEIPT) if batch.sealed_receipt else b""


def explanation(batch: NoticeBatch) -> str:
    return unseal(batch.key, batch.sealed, place=_BATCH).decode()


def what(line: BatchLine) -> tuple[str, str]:
    """What the line points at, and the partner's remark on it."""
    kept = msgspec.msgpack.decode(unseal(line.batch.key, line.sealed, place=_LINE), type=_Kept)
    return kept.what, kept.note


def became(line: BatchLine, notice: Notice, moment: datetime) -> None:
    """The line is a notice now. In the transaction that made it one, while the claim on the line holds."""
    line.notice, line.state, line.confirmed_at = notice, DispatchState.CONFIRMED, moment
    line.save(update_fields=["notice", "state", "confirmed_at"])


def say(line: BatchLine, text: str, *, author: str, theirs: bool, asks: bool = False) -> LineMessage:
    """Add to the thread about a line, in the caller's transaction."""
    message = LineMessage.objects.create(
        line=line,
        theirs=theirs,
        asks=asks,
        author=author,
        sealed=seal(line.batch.key, text.encode(), place=_MESSAGE),
    )
    record(f"notices:line:{'answered' if theirs else 'asked'}", actor=author, about=message,
           key=line.batch.key, because=text, facts=Facts(source="notice", by="person"))  # fmt: skip
    return message


def text_of(message: LineMessage) -> str:
    return unseal(message.line.batch.key, message.sealed, place=_MESSAGE).decode()
