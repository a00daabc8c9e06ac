"""Take a notice down, sealed, with its ledger entry."""

from datetime import timedelta

import msgspec

from steelyard.base.identifiers import fingerprint
from steelyard.ledger.actions import Facts, record
from steelyard.notices.models import Notice
from steelyard.people.partners import Partner
from steelyard.vault.actions import keyed_hash, new_key, seal, unseal

_PLACE = "notices.notice"
_RECEIPT = "notices.notice.receipt"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the notifier told us. Nothing here leaves the seal except to those who work on the case."""

    links: tuple[str, ...]
    explanation: str
    name: str = ""
    email: str = ""
    reporter: str = ""
    """The platform account that reported, when the report came from inside the platform."""
    reporter_since: str = ""
    """When that account was made, ISO 8601; "" where the platform does not say."""
    proven: bool | None = None
    """Of a message nobody else can read: its ciphertext on the platform proves it, or only the reporter says so."""


def take(
    told: Told, *, door: str, harm: str, language: str, token: str = "", platform_event: str | None = None,
    partner: Partner | None = None, connector: str = "",
) -> Notice:  # fmt: skip
    key = new_key()
    notice = Notice.objects.create(
        key=key,
        door=door,
        harm=harm,
        language=language,
        sealed=seal(key, msgspec.msgpack.encode(told), place=_PLACE),
        follow_token=fingerprint(token) if token else None,
        platform_event=platform_event,
        partner=partner,
        sender=mark_of(told, connector),
    )
    record(
        "notices:notice:received",
        actor="notifier",
        about=notice,
        key=key,
        facts=Facts(harm=harm, source="notice", by="nobody"),
    )
    return notice


def told(notice: Notice) -> Told:
    """What was written, for those who work on the case and for letters."""
    return msgspec.msgpack.decode(unseal(notice.key, notice.sealed, place=_PLACE), type=Told)


def keep_receipt(notice: Notice, file: bytes) -> None:
    """The receipt, for a sender who was not here to be handed it."""
    notice.sealed_receipt = seal(notice.key, file, place=_RECEIPT)
    notice.save(update_fields=["sealed_receipt"])


def receipt_of(notice: Notice) -> bytes:
    """The kept receipt; b"" when none is kept."""
    kept = notice.sealed_receipt
    return unseal(notice.key, kept, place=_RECEIPT) if kept else b""


def report_behind(ref: str) -> str:
    """The platform's own identifier of the report that this notice is."""
    event = Notice.objects.values_list("platform_event", flat=True).get(ref=ref)
    return (event or "").partition(":")[2]


def sent_today(notice: Notice) -> int:
    """How many notices its sender has sent within a day of it, this one too."""
    since = notice.created_at - timedelta(days=1)
    return Notice.objects.filter(sender=notice.sender, created_at__gt=since, pk__lte=notice.pk).count()


def mark_of(told: Told, connector: str = "") -> str:
    """Recognises whoever sends: by their address, or by their account on a platform. "" for neither."""
    return sender_mark(told.email) or sender_mark(f"{connector}:{told.reporter}" if told.reporter else "")


def sender_mark(email: str) -> str:
    """Recognises an address that wrote before; "" for none."""
    given = email.strip().casefold()
    return keyed_hash(given, purpose="notices.sender") if given else ""
