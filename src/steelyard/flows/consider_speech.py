"""The brake: where an order is about guarded speech, two people agree before a measure is considered at all.

It asks what the checks found in the content and the order, and whether the target stands on the protected register;
never who the person is. Deciding that nothing is restricted needs no brake and can be done at once.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.errors import BadInput, Refused
from steelyard.cases.models import Case, Deadline
from steelyard.cases.states import CaseKind, CaseState
from steelyard.decisions.states import Outcome
from steelyard.flows.answer_order import cases_of, orders_of
from steelyard.flows.assess_order import assessment_of, contents_of
from steelyard.ledger.actions import record
from steelyard.orders.access import order_for
from steelyard.orders.actions import public
from steelyard.orders.assessment import Assessment
from steelyard.orders.assessment.protected_speech import UNREAD
from steelyard.orders.life import on_the_desk
from steelyard.orders.models import Order
from steelyard.orders.queries import matter_of
from steelyard.people.access import Presence, has
from steelyard.people.actions import Approval, approve, ask_approval, spend
from steelyard.people.permissions import Permission
from steelyard.people.queries import agreed_to, holders
from steelyard.rulebook.queries import fact
from steelyard.rulebook.shapes import duration

VERB = "orders:speech:consider"
_SECOND = Permission.DECISIONS_DECISION_COUNTERSIGN


@transaction.atomic
def ask_to_consider(presence: Presence, ref: str, because: str) -> Approval:
    """The first person, a lawyer, says why a measure against guarded speech should be weighed. Nothing happens yet."""
    order = order_for(presence.member, ref, Permission.ORDERS_ORDER_DECIDE, lock=True)
    on_the_desk(order)
    if not because.strip():
        raise BadInput(
            _("Say which law provides for it, which legitimate aim it has, and why nothing milder would do."),
            field="words",
        )
    secret = matter_of(order)
    return ask_approval(
        presence, Permission.ORDERS_ORDER_DECIDE, VERB, order, payload_of(order), because=because, second=_SECOND,
        matter=secret.get("matter"), only=_seconds(presence, secret),
    )  # fmt: skip


def _seconds(presence: Presence, secret: dict[str, Any]) -> tuple[str, ...]:
    """Who may be the second person: of any role that reads orders and signs as a second, and not the lawyer who asks.

    Raises Refused where there is nobody: it would wait for ever, and the order's clock would not.
    """
    able = [
        one for one in holders(_SECOND) if has(one, Permission.ORDERS_ORDER_READ) and one != presence.member
    ]
    named = secret.get("only")
    if found := tuple(one.ref for one in able if named is None or one.ref in named):
        return found
    raise Refused(
        _("Nobody here can be the second person."),
        _("One lawyer is enough, but the second has to be somebody else who may read orders and sign as a second."),
        _("An administrator gives a colleague the roles senior moderator and hotline, or another lawyer; under "
          "secrecy, name them on the order’s page. Deciding that nothing is restricted needs nobody else."),
    )  # fmt: skip


@transaction.atomic
def agree_to_consider(presence: Presence, approval: str, ref: str, *, because: str) -> Order:
    """The second person, a lawyer or not, agrees: from here on a measure can be proposed, and still takes two
    signatures."""
    order = order_for(presence.member, ref, Permission.ORDERS_ORDER_READ, lock=True)
    done = approve(presence, approval, payload_of(order), because=because)
    spend(presence, approval, VERB, order, payload_of(order))
    record(
        "orders:speech:considered", actor=presence.member.actor, about=order, key=order.key,
        because=done.because, facts=public(order, by="two"),
    )  # fmt: skip
    return order


def payload_of(order: Order) -> dict[str, str]:
    """What two persons agree to look at: this order with exactly this text."""
    return {"order": order.ref, "content": order.content}


def is_braked(found: Assessment) -> bool:
    """Whether the checks of an order ask for two people before anything is considered."""
    check = found.check("protected_speech")
    return check.result == "fail" or bool({"protected register", UNREAD} & set(check.found))


def waits_for_two(order: Order, found: Assessment) -> bool:
    """Whether two people have yet to agree before a measure on this order can be proposed.

    A law that gives an hour leaves no time for two rounds: there the second signature, or minute 40, is the brake.
    """
    return is_braked(found) and not agreed_to(VERB, order.ref) and not _has_one_hour(order)


def considered_first(case: Case, outcome: Outcome) -> None:
    """Raises Refused where two people have to agree first."""
    if case.kind != CaseKind.ORDER or outcome == Outcome.NONE:
        return
    for order in orders_of(case):
        if waits_for_two(order, assessment_of(order, contents_of(order))):
            raise Refused(
                _("This is speech that human-rights law guards."),
                _("Two people, one of them legal, have to agree before a measure is considered at all."),
                _("Ask a second person on the order’s page, or decide that nothing is restricted."),
            )


def _has_one_hour(order: Order) -> bool:
    longest = duration(fact("house.contain_alone", order.created_at.date()).value["longest"])
    open_ = [case.pk for case in cases_of(order) if case.state != CaseState.DECIDED]
    return Deadline.objects.filter(case__in=open_, met_at=None, lasts__lte=longest).exists()
