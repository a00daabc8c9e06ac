"""Steps up the ladder. Each is evidence for one order, with its own end; nothing that a sender says is evidence."""

import hashlib
import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.base.errors import gettext_noop as _
from steelyard.base.identifiers import fingerprint, new_ref
from steelyard.ledger.actions import record
from steelyard.orders.access import PLACE, order_for
from steelyard.orders.actions import public, sent
from steelyard.orders.given import OrderGiven
from steelyard.orders.models import MailboxCode, Order, Said, Step, Verification
from steelyard.orders.verification.signatures import read_signature
from steelyard.orders.verification.standing import standing_of
from steelyard.orders.verification.words import opens_nothing, says_something_else
from steelyard.people.access import Presence, nothing_here, require_fresh
from steelyard.people.agencies import plain
from steelyard.people.agencies.access import OfficerPresence
from steelyard.people.agencies.models import DirectoryEntry, EntryKind, Registry
from steelyard.people.agencies.queries import holders_of, in_force, still_stands
from steelyard.people.permissions import Permission
from steelyard.rulebook.queries import fact
from steelyard.vault.actions import keyed_hash, seal, unseal

FOREVER = datetime.max.replace(tzinfo=UTC)
_EVIDENCE = "orders.verification"
_SAID = "orders.said"


@transaction.atomic
def call_back(
    presence: Presence,
    order_ref: str,
    entry_ref: str,
    *,
    spoke_with: str,
    because: str,
    answers_for: str = "",
) -> Verification:
    """The authority was called on a number of the directory and said that the order is theirs.

    Raises Refused for a number that stands anywhere in what the requester sent or said, however it is written there:
    whoever forges an order also answers the telephone. `answers_for`: how it is known, apart from the request, that
    this authority speaks for the one the order names, where that is another; BadInput without it.
    """
    require_fresh(presence, Permission.ORDERS_ORDER_CHECK)
    order = order_for(presence.member, order_ref, Permission.ORDERS_ORDER_CHECK, lock=True)
    if standing_of(order).denied:
        raise Refused(
            _("The authority has said that this order is not theirs."),
            _("Somebody who says otherwise on another line may be whoever forged it."),
            _("If the denial was a mistake, another person than whoever noted it takes it back first."),
        )
    entry = _line_for(order, entry_ref)
    if any(plain.stands_in(entry.value, text) for text in everything_said(order)):
        raise Refused(
            _("This number came from the requester."),
            _("It stands in the order or in what was said about it, so answering it proves nothing."),
            _("Call another number of the same authority, from a source of its own."),
        )
    told = _call(order, entry, spoke_with=spoke_with, because=because, answers_for=answers_for)
    return _keep(order, Step.CALL_BACK, told, "house.call_back_lasts", presence=presence, entry=entry,
                 rests_on=_hash(entry.value))  # fmt: skip


def _line_for(order: Order, entry_ref: str) -> DirectoryEntry:
    """A number of the directory that may speak for the State that the order names."""
    entry = _entry(entry_ref, EntryKind.NUMBER)
    if entry.agency.country != order.country:
        raise Refused(
            _("This number belongs to an authority of another State."),
            _("The order names another country."),
            _("Call an authority of the State that the order names."),
        )
    return entry


def _call(
    order: Order, entry: DirectoryEntry, *, spoke_with: str, because: str, answers_for: str
) -> dict[str, str]:
    """What is kept of a call, whatever was said. Raises BadInput where it says too little."""
    if not plain.same_name(entry.agency.name, sent(order).authority) and not answers_for.strip():
        raise BadInput(
            _("This number belongs to another authority than the one the order names."),
            _("Somebody there can say that an order is theirs, and it is not the sender’s."),
            _("Call the named authority, or say where you learned that this one speaks for it."),
            field="answers_for",
        )
    if not spoke_with.strip() or not because.strip():
        raise BadInput(
            _("A call-back needs who was spoken with, and what they confirmed."),
            field="spoke_with" if not spoke_with.strip() else "because",
        )
    return {"number": entry.value, "registry": entry.registry, "source": entry.source,
            "spoke_with": spoke_with, "confirmed": because, "answers_for": answers_for}  # fmt: skip


@transaction.atomic
def deny(
    presence: Presence, order_ref: str, entry_ref: str, *, spoke_with: str, because: str, answers_for: str = "",
    also: Collection[str] = (),
) -> list[Verification]:  # fmt: skip
    """The authority was called on a number of the directory and said that the order is not theirs.

    `also`: other orders in the same authority's name that they denied in the same call. Nothing counts for these
    orders any more, whatever was known before and whoever says otherwise, until the denial is taken back.
    """
    rows = []
    for ref in sorted({order_ref, *also}):  # in one order, so that two of these wait and do not deadlock
        order = order_for(presence.member, ref, Permission.ORDERS_ORDER_CHECK, lock=True)
        entry = _line_for(order, entry_ref)
        if ref != order_ref and not plain.same_name(entry.agency.name, sent(order).authority):
            raise Refused(
                _("One of these orders names another authority."),
                _("Nobody can deny an order for somebody else."),
                _("Call that authority about it."),
            )
        if standing_of(order).denied:
            continue
        told = _call(order, entry, spoke_with=spoke_with, because=because, answers_for=answers_for)
        rows.append(_keep(order, Step.DENIED, told, presence=presence, entry=entry, verb="denied"))
    return rows


@transaction.atomic
def release(presence: Presence, order_ref: str, *, because: str) -> Verification:
    """Let the data of an emergency go: by another person than whoever called back, with another passkey."""
    require_fresh(presence, Permission.ORDERS_ORDER_DECIDE)
    order = order_for(presence.member, order_ref, Permission.ORDERS_ORDER_DECIDE, lock=True)
    calls = [one.row for one in standing_of(order).by(Step.CALL_BACK)]
    if not calls:
        raise Refused(
            _("Nobody has called the authority back yet."),
            _("A release comes after the call-back, whatever the order says of its urgency."),
            _("Call back first; then a second person releases."),
        )
    mine = {"by": presence.member.ref, "credential": presence.credential, "sign_in": presence.sign_in.ref}
    if any(getattr(call, part) == value for call in calls for part, value in mine.items()):
        raise Refused(
            _("You made the call, so somebody else has to release it."),
            _("An emergency takes two persons with two passkeys."),
            _("Ask a colleague with the same permission."),
        )
    if not because.strip():
        raise BadInput(_("Say why the data may go."), field="because")
    return _keep(order, Step.RELEASE, {"because": because}, "house.release_lasts", presence=presence)


@transaction.atomic
def ask_mailbox(presence: Presence, order_ref: str) -> tuple[Order, str, str]:
    """A code for the address that the order claims: the order, the address, the code. Who calls this sends it."""
    require_fresh(presence, Permission.ORDERS_ORDER_CHECK)
    order = order_for(presence.member, order_ref, Permission.ORDERS_ORDER_CHECK, lock=True)
    address = plain.address(str(_told(order).get("contact", "")))
    if not address:
        raise Refused(_("The order names no mail address."), "", _("Call the authority back instead."))
    code = new_ref()
    MailboxCode.objects.create(
        order=order, fingerprint=fingerprint(code), address=_hash(address), asked_by=presence.member.ref,
        expires_at=now() + _lasts("house.mailbox_code_lasts"),
    )  # fmt: skip
    record("orders:sender:asked", actor=presence.member.ref, about=order, key=order.key, after=Step.MAILBOX,
           facts=public(order, by="person"))  # fmt: skip
    return order, address, code


@transaction.atomic
def answer_code(code: str) -> Verification:
    """Somebody who reads that mailbox has the code. It counts as rung 1 only where the directory knows the address.

    Raises NoSuchThing, in one wording for codes that are wrong, late, used, or for an address given up since.
    """
    found = (
        MailboxCode.objects.select_for_update(of=("self",)).select_related("order__key")
        .filter(fingerprint=fingerprint(_typed(code)), used_at=None, expires_at__gt=now()).first()
    )  # fmt: skip
    address = plain.address(str(_told(found.order).get("contact", ""))) if found else ""
    if found is None or found.address != _hash(address):
        raise opens_nothing()
    found.used_at = now()
    found.save(update_fields=["used_at"])
    entry = next(iter(holders_of(address, found.order.country)), None)
    return _keep(found.order, Step.MAILBOX, {"address": address, "asked_by": found.asked_by},
                 "house.mailbox_check_lasts", entry=entry, rests_on=found.address)  # fmt: skip


def sent_by_officer(presence: OfficerPresence, order: Order, given: OrderGiven) -> Verification:
    """An enrolled officer sent this order with a passkey. In the transaction that takes the order.

    Raises Refused when the order that is stored under this reference says something else: somebody else may have
    sent it. Where only the contact differs, the officer's takes its place, and what rested on the old one is over.
    """
    stored = sent(order)
    if _said(stored) != _said(given):
        raise says_something_else()
    if stored.contact != given.contact:
        contact_changed(order)
        order.sealed = seal(order.key, msgspec.msgpack.encode(given), place=PLACE)
        order.save(update_fields=["sealed"])
    return _keep(order, Step.OFFICER, {"agency": presence.officer.agency.ref}, "house.officer_check_lasts",
                 officer=presence)  # fmt: skip


def _said(given: OrderGiven) -> OrderGiven:
    """What an order says, apart from how it came and who waits for the answer."""
    return msgspec.structs.replace(given, door="", contact="", reply_to="", language="")


@transaction.atomic
def check_signature(
    presence: Presence, order_ref: str, file: bytes, signature: bytes = b"", *, says_the_same: bool = False
) -> Verification:
    """The file of this order is signed with a key of the authority that the directory holds.

    `says_the_same`: whoever checks has read the file and found this reference and these targets in it. Of a file that
    is plain text that is looked up here. Raises Refused for a signature that does not hold, and for a signed file that
    belongs to another order.
    """
    require_fresh(presence, Permission.ORDERS_ORDER_CHECK)
    order = order_for(presence.member, order_ref, Permission.ORDERS_ORDER_CHECK, lock=True)
    keys = [
        *in_force(EntryKind.CERTIFICATE, country=order.country),
        *in_force(EntryKind.OPENPGP, country=order.country),
    ]
    found = read_signature(file, signature, keys)
    _about_this_order(order, file, says_the_same)
    rests_on = _hash(hashlib.sha256(file).hexdigest())
    others = Verification.objects.filter(step=Step.SIGNATURE, rests_on=rests_on).exclude(
        order__identity=order.identity
    )
    if others.exists():
        raise Refused(
            _("This signed file belongs to another order."),
            _("A signature is for one order; it is not handed on."),
            _("Ask the authority for the file of this order."),
        )
    told = {"agency": found.entry.agency.name, "kind": found.kind, "signed_at": found.at,
            "qualified": "yes" if found.entry.registry == Registry.TRUST_LIST else "no",
            "source": found.entry.source}  # fmt: skip
    return _keep(order, Step.SIGNATURE, told, "house.signature_check_lasts", presence=presence, entry=found.entry,
                 rests_on=rests_on)  # fmt: skip


def _about_this_order(order: Order, file: bytes, says_the_same: bool) -> None:
    told = sent(order)
    wanted = [told.reference, *told.targets]
    try:
        plain_text = "" if file.startswith(b"%PDF") else file.decode()
    except UnicodeDecodeError:
        plain_text = ""
    held = all(one in plain_text for one in wanted if one) and bool(told.reference)
    if held or (not plain_text and says_the_same):
        return
    raise Refused(
        _("The signed file does not say what this order says."),
        _("It has to name this reference and each of these targets."),
        _("Read it; if it does not, the order was changed after it was signed."),
    )


@transaction.atomic
def contact_changed(order: Order) -> int:
    """The address or number that the requester uses has changed: mailbox and call-back start over. How many rows."""
    held = [one.row for one in standing_of(order).evidence if not one.gone]
    found = [row for row in held if row.step in (Step.MAILBOX, Step.CALL_BACK, Step.RELEASE)]
    for row in found:
        _void(row, "contact_changed", actor="steelyard", by="machine")
    return len(found)


@transaction.atomic
def take_back(presence: Presence, order_ref: str, row_ref: str, *, because: str) -> Verification:
    """A step was taken by mistake, or somebody has learned better. Anyone who may check a sender may lower it.

    A denial is taken back by somebody else than whoever noted it: to take it back raises the sender.
    """
    order = order_for(presence.member, order_ref, Permission.ORDERS_ORDER_CHECK, lock=True)
    row = order.verifications.select_for_update(of=("self",)).filter(ref=row_ref).first()
    if row is None or row.voided_at:
        raise nothing_here()
    if row.step == Step.DENIED:
        _by_another(presence, row, because)
    _void(row, "mistake", actor=presence.member.ref, because=because)
    return row


def _by_another(presence: Presence, denial: Verification, because: str) -> None:
    require_fresh(presence, Permission.ORDERS_ORDER_CHECK)
    mine = (presence.member.ref, presence.credential, presence.sign_in.ref)
    if any(a == b for a, b in zip(mine, (denial.by, denial.credential, denial.sign_in), strict=True)):
        raise Refused(
            _("You noted the denial, so somebody else takes it back."),
            _("Whoever has forged an order needs only one of us to believe them."),
            _("Ask a colleague with the same permission to call once more."),
        )
    if not because.strip():
        raise BadInput(_("Say how you know that the denial was a mistake."), field="because")


@transaction.atomic
def note_said(order: Order, text: str, *, door: str) -> Said:
    """Keep what a requester said later (a mail, a telephone call): numbers in it are never called back on."""
    said = Said.objects.create(order=order, door=door, sealed=seal(order.key, text.encode(), place=_SAID))
    record(
        "orders:sender:said", actor="authority", about=order, key=order.key, after=door, facts=public(order)
    )
    return said


def everything_said(order: Order) -> list[str]:
    """All texts that came from the requester: the order's own fields, and whatever was said later."""
    return [*_texts(_told(order)), *said_later(order)]


def said_later(order: Order) -> tuple[str, ...]:
    rows = order.said.order_by("pk")
    return tuple(unseal(order.key, bytes(row.sealed), place=_SAID).decode() for row in rows)


def details(row: Verification) -> dict[str, str]:
    """What was done, with whom, and where the number or key came from."""
    found: dict[str, str] = json.loads(unseal(row.order.key, bytes(row.sealed), place=_EVIDENCE))
    return found


def _keep(
    order: Order, step: Step, told: dict[str, str], lasts: str = "", *, presence: Presence | None = None,
    officer: OfficerPresence | None = None, entry: DirectoryEntry | None = None, rests_on: str = "",
    verb: str = "verified",
) -> Verification:  # fmt: skip
    """`lasts`: the fact that says for how long it counts; without one it counts until it is taken back."""
    by = presence.member.ref if presence else officer.officer.ref if officer else "steelyard"
    row = Verification.objects.create(
        order=order, step=step, entry=entry, officer=officer.officer if officer else None, rests_on=rests_on,
        sealed=seal(order.key, json.dumps(told).encode(), place=_EVIDENCE), by=by,
        credential=presence.credential if presence else officer.credential if officer else "",
        sign_in=presence.sign_in.ref if presence else "", lasts_until=now() + _lasts(lasts) if lasts else FOREVER,
    )  # fmt: skip
    record(f"orders:sender:{verb}", actor=by, about=order, key=order.key, after=f"{step} {row.ref}",
           facts=public(order, by="machine" if by == "steelyard" else "person"))  # fmt: skip
    return row


def _void(row: Verification, why: str, *, actor: str, by: str = "person", because: str = "") -> None:
    row.voided_at, row.voided_because = now(), why
    row.save(update_fields=["voided_at", "voided_because"])
    record("orders:sender:unverified", actor=actor, about=row.order, key=row.order.key, before=f"{row.step} {row.ref}",
           after=why, because=because, facts=public(row.order, by=by))  # fmt: skip


def _entry(ref: str, kind: str) -> DirectoryEntry:
    found = DirectoryEntry.objects.select_related("agency").filter(ref=ref, kind=kind).first()
    if found is None:
        raise nothing_here()
    if not still_stands(found):
        raise Refused(
            _("This line of the directory does not count."),
            _("It is not confirmed by a second person, it has ended, or it is too old."),
            _("Look it up again and have it confirmed."),
        )
    return found


def _told(order: Order) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.msgpack.decode(unseal(order.key, bytes(order.sealed), place=PLACE))
    return found


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return [text for one in value.values() for text in _texts(one)] if isinstance(value, dict) else []


def _lasts(name: str) -> timedelta:
    return fact(name, now().date()).period()


def _hash(text: str) -> str:
    return keyed_hash(text, purpose="orders.verification")


def _typed(code: str) -> str:
    return "".join(code.upper().replace("-", "").split())
