"""Signed receipts: proof for both sides of what arrived, when, and through which door.

A receipt is a JSON body signed with Ed25519 and ML-DSA-44. It commits to what was received by HMAC-SHA256
with a salt that only the sender's file carries, so one who finds the signed part learns nothing.
"""

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass
from datetime import datetime

import msgspec
import rfc8785
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.base.errors import NoSuchThing
from steelyard.base.identifiers import new_ref
from steelyard.base.models import Referenced
from steelyard.ledger.actions import Facts, record
from steelyard.ledger.proof.note import BadNote
from steelyard.ledger.proof.submission import TYPE, NotReceipt, OtherContent, verify_submission
from steelyard.ledger.queries import proof_of
from steelyard.ledger.signer.client import sign, vkeys
from steelyard.letters.models import Receipt
from steelyard.vault.models import DataKey


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """The signed part. Times are RFC 3339 in UTC."""

    type: str
    service: str
    address: str
    ref: str
    what: str
    """notice, order, complaint, emergency, message"""
    door: str
    received_at: str
    answer_by: str
    """When the clock that this submission started ends; empty when nothing sets one."""
    clock_source: str
    commitment: str
    """HMAC-SHA256(salt, content), hexadecimal"""


class File(msgspec.Struct, frozen=True, kw_only=True):
    """What the sender keeps."""

    body: str
    """The signed bytes, base64"""
    ed25519: str
    mldsa44: str
    salt: str
    content: str
    """What was received, canonical JSON (RFC 8785), base64"""
    follow: str
    """The sender's own address for following this; keep it secret"""


@dataclass(frozen=True)
class Prepared:
    body: Body
    signed: bytes
    ed25519: bytes
    mldsa44: bytes
    salt: bytes
    content: bytes
    received_at: datetime


@dataclass(frozen=True)
class ReceiptFile:
    """A receipt as the doors show it."""

    ref: str
    what: str
    received_at: datetime
    answer_by: str
    clock_source: str
    json: bytes
    follow_token: str
    signature: bytes
    moved: bool = False
    """It came by a door that is meant for something else, and lies on the right desk."""

    def packed(self) -> bytes:
        """To be kept under a seal; `unpacked` gives it back."""
        return msgspec.msgpack.encode(self)


def unpacked(kept: bytes) -> ReceiptFile:
    return msgspec.msgpack.decode(kept, type=ReceiptFile)


@dataclass(frozen=True)
class ReceiptCheck:
    """What checking a receipt file found."""

    valid: bool
    ref: str = ""
    what: str = ""
    received_at: str = ""
    answer_by: str = ""
    problem: str = ""


def prepare(
    given: object, *, what: str, door: str, answer_by: datetime | None, clock_source: str,
    arrived_at: datetime | None = None,
) -> Prepared:  # fmt: skip
    """Sign a receipt for `given` (plain data), with the time of the first door.

    Called before the transaction: the signer is another process.

    Raises Unreachable when the signer does not answer; the door then keeps what was typed and says so.
    """
    content = rfc8785.dumps(msgspec.to_builtins(given))
    salt, moment = os.urandom(32), arrived_at or now()
    body = Body(
        type=TYPE,
        service=config().service,
        address=config().public_url,
        ref=new_ref(),
        what=what,
        door=door,
        received_at=moment.isoformat(timespec="seconds"),
        answer_by=answer_by.isoformat(timespec="seconds") if answer_by else "",
        clock_source=clock_source,
        commitment=hmac.new(salt, content, hashlib.sha256).hexdigest(),
    )
    signed = rfc8785.dumps(msgspec.to_builtins(body))
    signatures = sign(signed, "receipt")
    return Prepared(body, signed, signatures.ed25519, signatures.mldsa44, salt, content, moment)


def issue(
    prepared: Prepared, about: Referenced, *, key: DataKey, follow_token: str, follow: str
) -> ReceiptFile:
    """Keep our copy in the transaction that took the submission, and hand out the sender's file."""
    receipt = Receipt(
        ref=prepared.body.ref,
        about_type=prepared.body.what,
        about=about.ref,
        door=prepared.body.door,
        received_at=prepared.received_at,
        commitment=prepared.body.commitment,
        body=prepared.signed,
        ed25519=prepared.ed25519,
        mldsa44=prepared.mldsa44,
    )
    entry = record(
        "letters:receipt:issued",
        actor="steelyard",
        about=receipt,
        key=key,
        after=prepared.body.commitment,
        facts=Facts(
            source=prepared.body.what, digest=hashlib.sha256(prepared.signed).hexdigest(), by="machine"
        ),
    )
    receipt.entry = entry.ref
    receipt.save()
    file = File(
        body=_text(prepared.signed),
        ed25519=_text(prepared.ed25519),
        mldsa44=_text(prepared.mldsa44),
        salt=prepared.salt.hex(),
        content=_text(prepared.content),
        follow=follow,
    )
    return ReceiptFile(
        ref=prepared.body.ref,
        what=prepared.body.what,
        received_at=prepared.received_at,
        answer_by=prepared.body.answer_by,
        clock_source=prepared.body.clock_source,
        json=msgspec.json.format(msgspec.json.encode(file), indent=1),
        follow_token=follow_token,
        signature=prepared.ed25519,
    )


def check_receipt(file: bytes) -> ReceiptCheck:
    """Whether a receipt file is ours, unchanged, and commits to the content beside it.

    Raises Unreachable when the signer, which holds the public keys, does not answer.
    """
    try:
        found = verify_submission(file, vkeys())
        body = msgspec.convert(found.body, Body)
    except (NotReceipt, msgspec.ValidationError):
        return ReceiptCheck(False, problem="not_a_receipt")
    except BadNote:
        return ReceiptCheck(False, problem="signature")
    except OtherContent:
        return ReceiptCheck(False, problem="content")
    return ReceiptCheck(True, body.ref, body.what, body.received_at, body.answer_by)


def proof_of_receipt(ref: str) -> str:
    """The `.tlog-proof` that the ledger holds the receipt `ref`.

    Raises NoSuchThing while no checkpoint covers it, and for what is no receipt.
    """
    row = Receipt.objects.filter(ref=ref).first()
    proof = proof_of(row.entry) if row else None
    if proof is None:
        raise NoSuchThing(
            _("The ledger has no proof under this reference yet."),
            _("A new receipt is covered within seconds, by the next checkpoint."),
        )
    return proof


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
