"""An authority sends an order. It gets a receipt and a clock at once, complete or not; people weigh it."""

import re
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import database_now
from steelyard.base.errors import BadInput
from steelyard.base.identifiers import new_token
from steelyard.cases.actions import open_or_join
from steelyard.cases.states import CaseKind
from steelyard.flows.assess_order import assessment_of
from steelyard.flows.locate import Located, locate, remember
from steelyard.letters.actions import address
from steelyard.letters.receipts import ReceiptFile, issue, prepare
from steelyard.orders.actions import follow_anew, note_attempts, take
from steelyard.orders.filing import file
from steelyard.orders.given import OrderGiven
from steelyard.orders.marks import mark
from steelyard.orders.models import Order
from steelyard.orders.verification.actions import sent_by_officer
from steelyard.people.agencies.access import OfficerPresence
from steelyard.rulebook.queries import Fact, clock_of, harms, instruments
from steelyard.subjects.models import Subject
from steelyard.vault.actions import SEALED

__all__ = ["OrderGiven", "receive_order"]


def receive_order(
    given: OrderGiven, *, officer: OfficerPresence | None = None, arrived_at: datetime | None = None,
    filed: Callable[[Order, ReceiptFile], None] | None = None,
) -> ReceiptFile:  # fmt: skip
    """Take an order: one case, one clock, a receipt each time it is sent. Raises BadInput or Unreachable.

    What is missing in form does not keep it out: the desk answers, and names each missing element. `officer`: an
    enrolled officer sent it with their passkey, which is evidence of who is asking. `arrived_at`: when the first
    door had it; `filed` is then called inside the transaction. What came by another door is taken as it is: what
    the form would ask for, the desk asks for.
    """
    if arrived_at is None:
        check(given)
    moment = arrived_at or database_now()
    clock = clock_of(given.instrument, moment.date())
    found = locate(given.targets)
    prepared = prepare(
        given, what="order", door=given.door, answer_by=moment + clock.period(),
        clock_source=clock.source, arrived_at=moment,
    )  # fmt: skip
    token = new_token()
    with transaction.atomic():
        order, new = take(given, token=token, arrived_at=moment)
        if new:
            if not given.secrecy:  # what nobody may know of is compared with nothing
                mark(order, given)
                file(order, given)
            note_attempts(order, red_lines_of(order))
            _open(order, found, clock, moment)
        if officer:
            sent_by_officer(officer, order, given)
            new = new or follow_anew(order, token)
        follow = token if new else ""  # the first sender's link stays the only one
        receipt = issue(
            prepared, order, key=order.key, follow_token=follow,
            follow=address(given.language, f"follow/{follow}") if follow else "",
        )  # fmt: skip
        if filed:
            filed(order, receipt)
        return receipt


def _open(order: Order, found: list[Located], clock: Fact, arrived_at: datetime) -> None:
    """One case for each thing the order names, with the order's clock; one without when none was found."""
    subjects: list[Subject | None] = [
        remember(one.thing, origin="platform", sealed=order.key.ring == SEALED) for one in found if one.thing
    ]
    for subject in subjects or [None]:
        open_or_join(
            CaseKind.ORDER, subject, harm=order.harm, language=order.language, clock=clock, order=order,
            arrived_at=arrived_at, key=order.key if order.key.ring == SEALED else None,
        )  # fmt: skip


def red_lines_of(order: Order) -> tuple[str, ...]:
    """Red lines that the order asks to cross; nobody has to have read it for that to be counted."""
    return assessment_of(order).red_lines


def check(given: OrderGiven) -> None:
    """The least that makes it possible to answer at all."""
    if given.instrument not in instruments():
        raise BadInput(_("Choose what kind of order this is."), field="instrument")
    if not re.fullmatch("[A-Z]{2}", given.country):
        raise BadInput(_("Say which country the authority belongs to."), field="country")
    if not given.authority.strip():
        raise BadInput(_("Name the issuing authority."), field="authority")
    if not given.targets:
        raise BadInput(_("Say what the order is about."), _("It has no link."), field="targets")
    if given.harm not in harms():
        raise BadInput(_("Choose what it is about."), field="harm")
