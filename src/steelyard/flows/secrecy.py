"""An order under secrecy: named persons know of it, nobody else, even by counts; until the secrecy ends.

Then its entries join the public log unchanged, the days they belong to are published again as corrections, and the
people affected are told.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.arrivals.actions import tell_with
from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.decisions.models import Decision
from steelyard.decisions.states import TOOK_EFFECT
from steelyard.flows.answer_order import cases_of
from steelyard.flows.carry_out import tell_now
from steelyard.ledger.actions import disclose, record
from steelyard.ledger.queries import is_sealed, sealed_keys
from steelyard.orders.access import order_for
from steelyard.orders.actions import sent
from steelyard.orders.filing import file
from steelyard.orders.models import Named, Order
from steelyard.people.access import Presence, has, nothing_here, require_fresh
from steelyard.people.models import Member
from steelyard.people.permissions import Permission


@transaction.atomic
def name_person(presence: Presence, ref: str, handle: str, because: str) -> Named:
    """A named person names another one. Raises NoSuchThing for everybody else, as for an order that is not there."""
    order = _sealed(presence, ref)
    who = Member.objects.filter(handle=handle).first()
    if who is None or not has(who, Permission.ORDERS_ORDER_READ):
        raise BadInput(_("Nobody with this handle may read orders."), field="handle")
    named, new = Named.objects.get_or_create(
        order=order, member=who.ref, defaults={"by": presence.member.ref}
    )
    if new:
        record("orders:seal:named", actor=presence.member.ref, about=order, key=order.key, after=who.ref,
               because=because)  # fmt: skip
    return named


@transaction.atomic
def end_secrecy(presence: Presence, ref: str, because: str) -> Order:
    """The secrecy has ended: from now on this is an order like any other."""
    order = _sealed(presence, ref)
    if not because.strip():
        raise BadInput(_("Say why the secrecy has ended."), field="words")
    if order.secret_until and now().date() <= order.secret_until:
        raise Refused(
            _("The order asks for secrecy until %(day)s.") % {"day": order.secret_until.isoformat()},
            do=_("Have the authority lift it, and note its answer first."),
        )
    _tell(order, presence.member.ref, because)
    return order


def end_due_secrecy() -> int:
    """Every order whose last day of secrecy has passed. Returns how many. Safe to run again."""
    due = Order.objects.filter(key__in=sealed_keys(), secret_until__lt=now().date()).select_related("key")
    rows = list(due)
    for order in rows:
        with transaction.atomic():
            if is_sealed(order.key):
                _tell(order, "steelyard", "The last day of the secrecy has passed.")
    return len(rows)


def _sealed(presence: Presence, ref: str) -> Order:
    require_fresh(presence, Permission.ORDERS_ORDER_DECIDE)
    order = order_for(presence.member, ref, Permission.ORDERS_ORDER_DECIDE, lock=True)
    if not is_sealed(order.key) or not order.named.filter(member=presence.member.ref).exists():
        raise nothing_here()
    return order


def _tell(order: Order, actor: str, because: str) -> None:
    """The entries of order and cases lie under one key: they are told of together."""
    disclose(order.key, actor=actor, about=order, because=because)
    tell_with(order.ref, actor=actor, because=because)
    file(order, sent(order))
    made = Decision.objects.filter(case__in=cases_of(order), state__in=TOOK_EFFECT).order_by("pk")
    for decision in made.select_related("subject__key", "subject__author", "case__key"):
        tell_now(decision)
