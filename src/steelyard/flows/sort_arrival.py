"""Whatever came in by whatever door is put on the right desk, with the time of the first door and a receipt.

There is no wrong door: an order sent to support is an order from the moment support's address had it. What nobody
can tell lies unsorted before a person, and its clock begins when it arrived all the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.arrivals.access import arrival_for
from steelyard.arrivals.actions import Envelope, Kept, Read, finish, keep, put, read_in
from steelyard.arrivals.models import Arrival as Arrival  # noqa: PLC0414 (the mailroom names what it is given)
from steelyard.arrivals.models import Desk
from steelyard.base.clock import database_now
from steelyard.base.errors import BadInput, Refused
from steelyard.base.models import DispatchState, Referenced
from steelyard.base.outbox import claim
from steelyard.flows.acknowledge_arrival import acknowledge
from steelyard.flows.emergency import EmergencyGiven, receive_emergency
from steelyard.flows.languages import language_of
from steelyard.flows.move_order import back_to_the_desk
from steelyard.flows.receive_notice import NoticeGiven, receive_notice
from steelyard.flows.receive_order import OrderGiven, receive_order
from steelyard.ledger.queries import is_sealed
from steelyard.letters.receipts import ReceiptFile, issue, prepare
from steelyard.orders.actions import sent
from steelyard.orders.models import Order
from steelyard.orders.recognition import Arrival as Message
from steelyard.orders.recognition import Attached, Kind, Recognised, recognise, says_no_order
from steelyard.orders.states import OrderState
from steelyard.orders.verification.actions import contact_changed, note_said
from steelyard.people.access import Presence
from steelyard.people.agencies import plain
from steelyard.rulebook.queries import instruments

DESKS = {
    Kind.ORDER: Desk.ORDERS, Kind.NOTICE: Desk.NOTICES, Kind.COMPLAINT: Desk.COMPLAINTS,
    Kind.PLEA: Desk.EMERGENCY, Kind.ORDINARY: Desk.SUPPORT, Kind.DOUBTFUL: Desk.UNSORTED,
}  # fmt: skip
HOME = {
    "authorities": Desk.ORDERS, "order": Desk.ORDERS, "hotline": Desk.NOTICES, "notice": Desk.NOTICES,
    "complaint": Desk.COMPLAINTS, "emergency": Desk.EMERGENCY,
}  # fmt: skip
"""The desk that an address or a form is meant for; the others are meant for everybody."""
SAYS_SO = (Kind.NOTICE, Kind.COMPLAINT, Kind.ORDINARY)
"""What leaves even the form for orders when nothing of an order is in it"""
MOST_TEXT = 20_000
"""Characters of a message that become the reasons of the order it is"""
TO_MANY = ("null sender", "auto-submitted", "list", "precedence")
"""Why nobody is answered, where that is because a machine wrote or a list was written to (`mailroom/silence.py`)"""
MACHINES = ("null sender", "auto-submitted", "a machine's address")


class Overtaken(Refused):
    """Another worker has taken this message over; nothing of ours is written."""


@dataclass(frozen=True)
class Sorted:
    desk: Desk
    receipt: ReceiptFile | None
    """None for a call for help while no receipt can be signed: nobody is kept waiting for one."""
    moved: bool
    """It came by a door that is meant for something else."""


Lay = Callable[[Any, ReceiptFile | None], None]
"""Called inside the transaction with what a message became, and its receipt."""


def desk_of(name: str) -> Desk:
    """The desk of this name. Raises BadInput."""
    if name not in Desk.values:
        raise BadInput(_("Choose a desk."), field="desk")
    return Desk(name)


def free_unread() -> int:
    """Mails that somebody took up and did not finish may be taken up again now. A form's own request keeps its time."""
    held = Arrival.objects.filter(door="mail", state=DispatchState.SENDING)
    return held.update(lease_until=database_now())


def next_unread(*, limit: int, lease: timedelta) -> list[Arrival]:
    """Messages that a door has kept and nobody has read; other workers pass them by for the length of `lease`."""
    return claim(Arrival, limit=limit, lease=lease)


def recognised(role: str, read: Read) -> Recognised:
    """What this is, from everything that could be read of it."""
    attached = tuple(
        Attached(name=each.get("name", ""), type=each.get("type", ""), text=each.get("text", ""))
        for each in read.attachments
    )
    fields = "\n".join(_lines(read.fields))
    return recognise(
        Message(
            door=role, sender=read.sender, name=read.name, subject=read.subject,
            body="\n".join(part for part in (fields, read.text) if part), attachments=attached,
            unopened=sum(1 for each in read.attachments if each.get("unopened")), by_machine=read.silent in TO_MANY,
        )
    )  # fmt: skip


def sort(arrival: Arrival, read: Read, *, also: Lay | None = None) -> Sorted:
    """Put a message on its desk. Raises Unreachable while no receipt can be signed: it is then tried again."""
    found = recognised(arrival.role, read)
    return _file(arrival, _with(read, found), DESKS[found.kind], found.language, also=also)


def sort_submission(
    role: str, *, sender: str, name: str = "", subject: str = "", text: str, fields: Mapping[str, Any] | None = None,
    language: str = "en", arrived_at: datetime | None = None, also: Lay | None = None,
) -> Sorted:  # fmt: skip
    """What was typed into a public form: kept as it was typed, then put on its desk at once. `also`: as in `Lay`."""
    read = Read(sender=sender, name=name, subject=subject, text=text, fields=dict(fields or {}))
    raw = msgspec.json.encode(_Typed(form=role, language=language, read=read))
    arrival = keep(
        raw, door=role, role=role, envelope=Envelope(sender=sender), arrived_at=arrived_at, sorted_here=True
    )
    return sort(arrival, read, also=also)


class _Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What a form was sent, as it is kept."""

    form: str
    language: str
    read: Read


def typed(message: Kept) -> Read:
    """What was typed into a form whose own request did not get as far as its desk."""
    return msgspec.json.decode(message.raw, type=_Typed).read


def elsewhere(
    role: str, *, sender: str, text: str, language: str, arrived_at: datetime | None = None,
    also: Lay | None = None, **more: Any,
) -> Sorted | None:  # fmt: skip
    """What was typed into a form and is meant for another desk, put there; None when the form is the right one.

    `arrived_at`: when the form had it, where it has taken it as its own as well. `also`: as in `Lay`.
    """
    read = _as_typed(sender, text, more)
    if not belongs_elsewhere(role, read):
        return None
    return sort_submission(
        role, sender=sender, text=text, fields=read.fields, language=language, arrived_at=arrived_at, also=also,
        name=read.name, subject=read.subject,
    )  # fmt: skip


def asks_for_silence(role: str, *, sender: str, text: str, **more: Any) -> bool:
    """Whether what was typed into a form is an order that nobody may know of: then the form's own desk may not have a
    copy that others there can read."""
    found = recognised(role, _as_typed(sender, text, more))
    return found.kind == Kind.ORDER and any(each.signal == "secrecy" for each in found.reasons)


def _as_typed(sender: str, text: str, more: Mapping[str, Any]) -> Read:
    fields = {name: value for name, value in more.items() if name not in ("name", "subject") and value}
    named = {name: more[name] for name in ("name", "subject") if more.get(name)}
    return Read(sender=sender, text=text, fields=fields, **named)


def rings(found: Sorted) -> bool:
    """Whether somebody on call is rung about it."""
    return found.desk == Desk.EMERGENCY


def belongs_elsewhere(role: str, read: Read) -> bool:
    """Whether what was typed into a form is meant for another desk than the form's own."""
    found = recognised(role, read)
    if role == "order":  # an order with its law or its number is one, however urgent its wording
        named = read.fields.get("legal_basis") or read.fields.get("reference")
        return (found.kind == Kind.PLEA and not named) or (found.kind in SAYS_SO and says_no_order(found))
    return found.kind == Kind.ORDER or (found.kind == Kind.PLEA and HOME.get(role) != Desk.EMERGENCY)


@transaction.atomic
def hear(arrival: Arrival, read: Read, about: Referenced, *, by_our_address: bool = False) -> None:
    """An answer in a matter that is with us: it lies with the matter, and whoever works on it sees it there.

    An order that waited for its sender's answer is back on the desk, and its clocks run on: when the answer came to
    the signed address that only our letter to the sender has (`by_our_address`), or verifiably from the order's own
    address. Whoever merely knows the reference moves nothing: a person reads what they wrote.
    """
    if isinstance(about, Order):
        about = Order.objects.select_for_update(of=("self",)).select_related("key").get(pk=about.pk)
    _lay(arrival, Desk.CASE, read, about, language=read.fields.get("language", ""))
    if isinstance(about, Order):
        _said_of(about, arrival, read)
        proven = by_our_address or _from_its_sender(about, read)
        if about.state == OrderState.ASKED and proven and not read.silent:
            back_to_the_desk(about, "authority", (read.text.strip() or _all_text(read))[:MOST_TEXT])


def _from_its_sender(order: Order, read: Read) -> bool:
    """Whether the mail is from the address that the order itself gave, and that domain's own servers say so."""
    known = plain.address(sent(order).contact)
    return bool(known) and plain.address(read.sender) == known and read.checks.get("dmarc") == "pass"


def _lay(arrival: Arrival, desk: Desk, read: Read, about: Any, **more: str) -> None:
    """Put it there, hidden with its matter where nobody may know of that. Raises Overtaken."""
    key = getattr(about, "key", None)
    secret = key is not None and about is not arrival and is_sealed(key)
    label = about._meta.model_name or ""
    if not put(arrival, desk, read, about_type=label, about=about.ref, secret=secret, **more):
        raise Overtaken(_("Somebody else reads this message."))


def _said_of(order: Order, arrival: Arrival, read: Read) -> None:
    """What a mail says about an order that is with us: its numbers are never called back on, and an address that
    the order does not name starts the verification over. A machine's bounce is no new address."""
    note_said(order, _spoken(read), door=arrival.door)
    known = plain.address(sent(order).contact)
    here, there = plain.address(read.sender), plain.domain(read.reply_to)
    elsewhere_ = here != known or (there and there != plain.domain(known))
    if elsewhere_ and read.silent not in MACHINES:
        contact_changed(order)


def _spoken(read: Read) -> str:
    heads = {"From": f"{read.name} {read.sender}".strip(), "Reply-To": read.reply_to}
    return "\n".join((*(f"{name}: {value}" for name, value in heads.items() if value), _all_text(read)))


def sort_by_hand(presence: Presence, ref: str, desk: Desk, because: str) -> Sorted:
    """A person says what it is. Its time stays that of the first door, and the sender is told."""
    if not because.strip():
        raise BadInput(_("Say how you can tell."), field="because")
    arrival = arrival_for(presence.member, ref)
    if arrival.desk in (Desk.ORDERS, Desk.NOTICES, Desk.CASE) or arrival.done_at:
        raise Refused(_("This message lies on a desk already."), do=_("Load the page again."))
    return _file(arrival, read_in(arrival), desk, arrival.language, by=presence.member.ref, because=because)


@transaction.atomic
def done_with(presence: Presence, ref: str) -> Arrival:
    """Nothing is left to do with this message."""
    arrival = arrival_for(presence.member, ref, lock=True)
    if arrival.done_at:
        raise Refused(_("Somebody has dealt with this message already."))
    finish(arrival, by=presence.member.ref)
    return arrival


def _file(
    arrival: Arrival, read: Read, desk: Desk, written_in: str, *, by: str = "steelyard", because: str = "",
    also: Lay | None = None,
) -> Sorted:  # fmt: skip
    language = language_of(f"{read.subject}\n{read.text}" if read.text else _all_text(read))
    moved = desk != HOME.get(arrival.role, desk)

    def lay(about: Referenced, receipt: ReceiptFile | None) -> None:
        _lay(arrival, desk, read, about, language=written_in or language, by=by, because=because)
        if receipt:
            acknowledge(arrival, read, receipt, language, moved=moved, by_hand=by != "steelyard")
        if also:
            also(about, receipt)

    receipt = _FILED.get(desk, _as_message)(arrival, read, language, written_in, lay)
    return Sorted(desk, replace(receipt, moved=moved) if receipt else None, moved)


def _as_order(arrival: Arrival, read: Read, language: str, written_in: str, lay: Lay) -> ReceiptFile:
    """As far as it could be read. What it does not say stays empty, and the desk asks for it."""
    fields, text = read.fields, _all_text(read)
    given = OrderGiven(
        instrument=read.instrument if read.instrument in instruments() else "national",
        country=read.country,
        authority=str(fields.get("authority") or read.name or read.sender),
        reference=str(fields.get("reference") or read.reference),
        targets=read.links,
        legal_basis=str(fields.get("legal_basis", "")),
        demand=str(fields.get("demand") or read.subject)[:4000],
        reasons=text[:MOST_TEXT],
        contact=read.sender,
        reply_to="" if plain.address(read.reply_to) == plain.address(read.sender) else read.reply_to,
        written_in=written_in,
        secrecy=_secrecy_in(read),
        language=language,
        door=arrival.door,
    )

    def filed(order: Order, receipt: ReceiptFile) -> None:
        if len(text) > MOST_TEXT:  # a number at the end of a long paper came from the sender as well
            note_said(order, text[MOST_TEXT:], door=arrival.door)
        lay(order, receipt)

    return receive_order(given, arrived_at=arrival.arrived_at, filed=filed)


def _secrecy_in(read: Read) -> str:
    """The words that ask for silence. Nobody who is not named knows of it until a person has read them and ended the
    secrecy: what was told cannot be taken back."""
    return "; ".join(str(each["words"]) for each in read.reasons if str(each["signal"]) == "secrecy")


def _as_emergency(
    arrival: Arrival, read: Read, language: str, written_in: str, lay: Lay
) -> ReceiptFile | None:
    """The emergency line's own case: somebody is rung, reads it and writes back. It names no number to call."""
    given = EmergencyGiven(
        said=_all_text(read) or read.name or read.sender, name=f"{read.name} {read.sender}".strip(),
        language=language, door=arrival.door,
    )  # fmt: skip
    return receive_emergency(given, arrived_at=arrival.arrived_at, filed=lay).receipt


def _as_notice(arrival: Arrival, read: Read, language: str, written_in: str, lay: Lay) -> ReceiptFile:
    harm = str(read.fields.get("harm", "")) or "other"
    given = NoticeGiven(
        links=read.links, harm=harm, explanation=_all_text(read)[:10_000], name=read.name,
        email=read.sender, language=language, door=arrival.door,
    )  # fmt: skip
    chosen = "harm" in read.fields
    return receive_notice(given, arrived_at=arrival.arrived_at, filed=lay, chosen=chosen)


def _as_message(arrival: Arrival, read: Read, language: str, written_in: str, lay: Lay) -> ReceiptFile:
    said = {
        "subject": read.subject,
        "text": _all_text(read),
        "from": read.sender,
        "commitment": arrival.commitment,
    }
    prepared = prepare(
        said,
        what="message",
        door=arrival.door,
        answer_by=None,
        clock_source="",
        arrived_at=arrival.arrived_at,
    )
    with transaction.atomic():
        receipt = issue(prepared, arrival, key=arrival.key, follow_token="", follow="")
        lay(arrival, receipt)
        return receipt


_FILED: dict[Desk, Callable[[Arrival, Read, str, str, Lay], ReceiptFile | None]] = {
    Desk.ORDERS: _as_order, Desk.NOTICES: _as_notice, Desk.EMERGENCY: _as_emergency,
}  # fmt: skip


def _with(read: Read, found: Recognised) -> Read:
    links = tuple(
        dict.fromkeys(
            (*_listed(read.fields.get("links")), *_listed(read.fields.get("targets")), *found.links)
        )
    )
    return msgspec.structs.replace(
        read, kind=found.kind.value, scores=found.scores, country=str(read.fields.get("country") or found.country),
        instrument=found.instrument or str(read.fields.get("instrument", "")), reference=found.reference, links=links,
        reasons=tuple(msgspec.to_builtins(each) for each in found.reasons),
    )  # fmt: skip


def _listed(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()


def _lines(fields: Mapping[str, Any]) -> list[str]:
    """What the form's own fields say, for reading; codes of ours are no words of the sender's."""
    kept = ("authority", "reference", "legal_basis", "demand", "targets", "links", "topic")
    return [
        line for name in kept if fields.get(name) for line in (_listed(fields[name]) or (str(fields[name]),))
    ]


def _all_text(read: Read) -> str:
    attached = (each.get("text", "") for each in read.attachments)
    return "\n\n".join(part for part in (read.subject, read.text, *attached) if part)


def matter(ref: str) -> Referenced | None:
    """What a reference of ours means: an order, a notice, a case; through a letter, a receipt or a message to it."""
    for label in ("orders.Order", "notices.Notice", "cases.Case"):
        if found := apps.get_model(label)._default_manager.filter(ref=ref).first():
            return found if isinstance(found, Referenced) else None
    for label in ("letters.Letter", "letters.Receipt", "arrivals.Arrival"):
        row = apps.get_model(label)._default_manager.filter(ref=ref).first()
        if row is not None:
            return (
                matter(row.about)
                if row.about and row.about != ref
                else (row if label.startswith("arr") else None)
            )
    return None
