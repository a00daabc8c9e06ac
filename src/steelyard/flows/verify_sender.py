"""Learn who is asking: a code to the claimed mailbox, and orders that an enrolled officer sends with a passkey."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.base.errors import BadInput
from steelyard.base.identifiers import shown
from steelyard.flows.assess_order import as_asked
from steelyard.flows.follow import MatterView, order_matter
from steelyard.flows.forgeries import SharedOrder, same_hand
from steelyard.flows.receive_order import receive_order
from steelyard.letters.actions import address as our_address
from steelyard.letters.actions import send_mail
from steelyard.letters.models import Receipt
from steelyard.letters.receipts import ReceiptFile
from steelyard.orders.access import Missing, missing_for, needed_for
from steelyard.orders.actions import sent
from steelyard.orders.assessment.matter import Matter
from steelyard.orders.given import OrderGiven
from steelyard.orders.models import Order, Step, Verification
from steelyard.orders.queries import Evidence, Standing, level_of
from steelyard.orders.verification.actions import answer_code, ask_mailbox, details, everything_said
from steelyard.orders.verification.needs import Needed
from steelyard.people.access import Presence, nothing_here
from steelyard.people.agencies import plain
from steelyard.people.agencies.access import OfficerPresence
from steelyard.people.agencies.actions import confirm_officer
from steelyard.people.agencies.models import DirectoryEntry, EntryKind
from steelyard.people.agencies.queries import in_force
from steelyard.people.models import Member
from steelyard.people.queries import handle_of
from steelyard.rulebook.law import law_on


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


def agree_to_officer(presence: Presence, officer_ref: str, *, to: str, because: str) -> str:
    """Agree to an officer and send the link; returns the code to be spoken on the telephone, shown once.

    The link goes to an address of the authority's own domain, the code by a call to a number of the directory: whoever
    has only one of the two has nothing.
    """
    with transaction.atomic():
        officer, token, spoken = confirm_officer(presence, officer_ref, because=because)
        domains = [one.value for one in in_force(EntryKind.DOMAIN) if one.agency_id == officer.agency_id]
        if plain.domain(to) not in domains or not plain.address(to):
            raise BadInput(
                _("This address is not of a domain that the directory knows for this authority."), field="to"
            )
        with override(officer.language):
            subject = _("Your access as an officer")
            text = "\n\n".join(
                (
                    _("You have been named as an officer of %(agency)s.") % {"agency": officer.agency.name},
                    _("Open this link within three days: %(page)s")
                    % {"page": our_address(officer.language, f"officer/enrol#{token}")},
                    _("It opens only with a code that we read out to you: we call your authority on a number that "
                      "we look up ourselves."),
                )
            )  # fmt: skip
        send_mail(
            "officer_link",
            plain.address(to),
            officer.language,
            subject,
            text,
            key=officer.key,
            about=officer.ref,
        )
        return shown(spoken)


@dataclass(frozen=True)
class Line:
    """One step that was taken, as the desk sees it."""

    ref: str
    step: str
    level: int
    at: datetime
    until: datetime
    gone: str
    details: dict[str, str]
    by: str


@dataclass(frozen=True)
class LadderView:
    """Where an order's sender stands, what is needed, and what can be done next."""

    order: str
    state: Standing
    needed: Needed
    missing: tuple[Missing, ...]
    lines: tuple[Line, ...]
    rungs: tuple[tuple[int, str], ...]
    numbers: tuple[tuple[DirectoryEntry, bool], ...]
    """Numbers of the directory for that State, and whether the requester named them, which rules them out"""
    contact: str
    alike: tuple[SharedOrder, ...]
    """Other orders that may come from the same hand"""


def read_ladder(member: Member, order: Order, language: str) -> LadderView:
    """For somebody who may read the order."""
    asked = as_asked(order)
    law = law_on(order.created_at.date())
    kind = Matter(asked, law).kind
    stands, said = level_of(order), everything_said(order)
    rungs = law.ladder.rungs if law.ladder else ()
    return LadderView(
        order=order.ref, state=stands, needed=needed_for(order, kind=kind), missing=missing_for(order, kind=kind),
        lines=tuple(_line(one) for one in stands.evidence),
        rungs=tuple((number, names.get(language, names["en"])) for number, names in enumerate(rungs)),
        numbers=tuple(
            (one, any(plain.stands_in(one.value, text) for text in said))
            for one in in_force(EntryKind.NUMBER, country=order.country)
        ),
        contact=asked.sender.contact, alike=same_hand(member, order),
    )  # fmt: skip


def _line(one: Evidence) -> Line:
    row = one.row
    return Line(
        row.ref,
        row.step,
        one.level,
        row.created_at,
        row.lasts_until,
        one.gone,
        details(row),
        handle_of(row.by),
    )
