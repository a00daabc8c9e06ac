"""Learn who is asking: a code to the claimed mailbox, and orders that an enrolled officer sends with a passkey."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.base.identifiers import shown
from steelyard.flows.follow import MatterView, order_matter
from steelyard.flows.receive_order import receive_order
from steelyard.letters.actions import address as our_address
from steelyard.letters.actions import send_mail
from steelyard.letters.models import Receipt
from steelyard.letters.receipts import ReceiptFile
from steelyard.orders.actions import sent
from steelyard.orders.given import OrderGiven
from steelyard.orders.models import Order, Step, Verification
from steelyard.orders.verification.actions import answer_code, ask_mailbox
from steelyard.people.access import Presence, nothing_here
from steelyard.people.agencies.access import OfficerPresence


def send_code(presence: Presence, order_ref: str) -> None:
    """A code to the address that the order claims. The letter names nothing of the order but its language."""
    with transaction.atomic():
        order, to, code = ask_mailbox(presence, order_ref)
        with override(order.language):
            subject = _("Please confirm that you read this mailbox")
            text = "\n\n".join(
                (
                    _("An order of an authority reached us that names this address."),
                    _("Your code: %(code)s") % {"code": shown(code)},
                    _("Enter it within a day on this page: %(page)s")
                    % {"page": our_address(order.language, "confirm-address")},
                    _(
                        "If nobody at your authority has sent us an order, do not enter it and tell us, please."
                    ),
                )
            )
        send_mail("mailbox_code", to, order.language, subject, text, key=order.key, about=order.ref)


def confirm_mailbox(code: str) -> Verification:
    """Somebody typed the code of our letter. Raises NoSuchThing in one wording for every cause."""
    return answer_code(code)


def send_as_officer(presence: OfficerPresence, given: OrderGiven) -> ReceiptFile:
    """An officer sends an order: the authority and its country are those they are enrolled for."""
    agency = presence.officer.agency
    mine = msgspec.structs.replace(
        given,
        country=agency.country,
        authority=agency.name,
        issuer=agency.kind or given.issuer,
        door="officer",
    )
    return receive_order(mine, officer=presence)


@dataclass(frozen=True)
class OfficersOrder:
    """One order as the officer who sent it sees it."""

    ref: str
    reference: str
    matter: MatterView
    receipts: tuple[tuple[str, datetime], ...]
    """Number and time of arrival of each receipt"""


def orders_of(presence: OfficerPresence) -> list[Order]:
    """Orders that this very officer sent, newest first. Nobody else's, a colleague's neither."""
    return list(_sent_by(presence).order_by("-created_at")[:200])


def order_of(presence: OfficerPresence, ref: str) -> OfficersOrder:
    """One of them. Raises NoSuchThing for everybody else's, in the words for something absent."""
    found = _sent_by(presence).filter(ref=ref).select_related("key").first()
    if found is None:
        raise nothing_here()
    rows = Receipt.objects.filter(about=found.ref).order_by("received_at")
    return OfficersOrder(
        found.ref,
        sent(found).reference,
        order_matter(found),
        tuple((row.ref, row.received_at) for row in rows),
    )


def _sent_by(presence: OfficerPresence) -> QuerySet[Order]:
    mine = Verification.objects.filter(step=Step.OFFICER, officer=presence.officer)
    return Order.objects.filter(pk__in=mine.values("order"))
