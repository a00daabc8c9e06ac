"""Hands out an order, and says what has to be there before anything irreversible is done with it.

Absent and forbidden answer in the same words.
"""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from steelyard.base.errors import Refused, gettext_noop
from steelyard.ledger.queries import sealed_keys
from steelyard.orders.models import Order, Step
from steelyard.orders.states import DONE
from steelyard.orders.verification.needs import Needed, needed
from steelyard.orders.verification.standing import Standing, standing_of
from steelyard.people.access import has, nothing_here
from steelyard.people.models import Member
from steelyard.people.permissions import Permission
from steelyard.rulebook.law import Law, law_on
from steelyard.vault.actions import unseal

__all__ = ["Missing", "may_disclose", "missing_for", "needed_for", "order_for", "orders_for", "still_bears"]

PLACE = "orders.order"


def orders_for(member: Member) -> QuerySet[Order]:
    """The orders whose existence the member may know: one under secrecy only if they are named for it."""
    if not has(member, Permission.ORDERS_ORDER_READ):
        return Order.objects.none()
    known = Q(named__member=member.ref) | ~Q(key__in=sealed_keys())
    return Order.objects.filter(pk__in=Order.objects.filter(known).values("pk")).select_related("key")


def order_for(member: Member, ref: str, permission: Permission, *, lock: bool = False) -> Order:
    """One order for a member who holds `permission`. Raises NoSuchThing in the same words for every reason."""
    found = orders_for(member).filter(ref=ref) if has(member, permission) else Order.objects.none()
    order = (found.select_for_update(of=("self",)) if lock else found).first()
    if order is None:
        raise nothing_here()
    return order


@dataclass(frozen=True)
class Missing:
    """What is still wanting before data may go: by id, for pages; in words, for people."""

    id: str
    """denied, level, call_back, release"""
    words: str


def may_disclose(order: Order) -> None:
    """Raise Refused, with everything that is missing, unless data may be handed over on this order.

    Ask it inside the transaction that hands over: what held a minute ago may have been withdrawn. Nothing that the
    order says of its own urgency is looked at; an emergency adds a call-back and the release by another person.
    """
    if missing := missing_for(order, kind="disclose"):
        raise Refused(
            gettext_noop("Nothing may be handed over on this order yet."),
            " ".join(one.words for one in missing),
            gettext_noop("Take the steps that are missing on the order's page."),
        )


def still_bears(order: Order, since: datetime) -> bool:
    """Whether what was handed over at `since` may still be fetched: the order was not taken back, and nothing that
    it rested on then was found to be wrong. That a step has run out since is no reason."""
    return order.state in DONE and not missing_for(order, kind="disclose", moment=since)


def missing_for(order: Order, *, kind: str, moment: datetime | None = None) -> tuple[Missing, ...]:
    """What is missing before an order of this kind (restrict, preserve, disclose) may be acted on.

    `moment`: by the clocks of that time; what was taken back since counts as missing all the same.
    """
    wants, stands = needed_for(order, kind=kind), standing_of(order, moment)
    found = []
    if stands.denied:
        found.append(Missing("denied", _("The authority itself says that this order is not theirs.")))
    if stands.level < wants.level:
        words = _("The sender stands on rung %(so_far)s of the ladder; rung %(needed)s is needed.")
        found.append(Missing("level", words % {"so_far": stands.level, "needed": wants.level}))
    if wants.call_back and not stands.called_back:
        found.append(
            Missing("call_back", _("A person has to call the authority back on a number of the directory."))
        )
    if wants.call_back and not released(stands):
        found.append(Missing("release", _("Another person than the one who called has to release it.")))
    return tuple(found)


def needed_for(order: Order, *, kind: str, law: Law | None = None) -> Needed:
    """By the law of the day the order arrived."""
    law = law or law_on(order.created_at.date())
    told = msgspec.msgpack.decode(unseal(order.key, order.sealed, place=PLACE))
    return needed(
        law,
        instrument=order.instrument,
        kind=kind,
        data=told.get("data", ()),
        emergency=told.get("emergency", ""),
    )


def released(stands: Standing) -> bool:
    """Released by somebody who made none of the calls: another person, another passkey, another sign-in."""
    calls = stands.by(Step.CALL_BACK)
    return any(_apart(one.row, [call.row for call in calls]) for one in stands.by(Step.RELEASE)) and bool(
        calls
    )


def _apart(release: object, calls: list[object]) -> bool:
    return all(
        getattr(release, part) != getattr(call, part)
        for call in calls
        for part in ("by", "credential", "sign_in")
    )
