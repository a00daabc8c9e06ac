"""Data for a lawful order: collected, sealed, released by two persons, fetched by the authority. Never automatic.

Only categories that the assessment found could be given, only about accounts the order names, only what the
platform holds. Who sent it has to be known as the ladder says; an emergency adds a call-back and another person.
"""

import re
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.base.identifiers import fingerprint, shown
from steelyard.cases.actions import claim_case
from steelyard.cases.actions import decide_case as close_case
from steelyard.cases.states import CaseState
from steelyard.disclosure import actions
from steelyard.disclosure.models import Package
from steelyard.disclosure.sealing import Manifest, described
from steelyard.disclosure.states import PackageState
from steelyard.enforcement.connector import Held, connector
from steelyard.flows.answer_order import cases_of, write_answer
from steelyard.flows.assess_order import assessment_of, contents_of
from steelyard.flows.confirm_law import nothing_unconfirmed
from steelyard.orders.access import may_disclose, order_for
from steelyard.orders.actions import sent
from steelyard.orders.life import move, on_the_desk
from steelyard.orders.models import Order
from steelyard.orders.states import OrderState
from steelyard.people.access import Presence, nothing_here, require_fresh
from steelyard.people.permissions import Permission
from steelyard.subjects.models import Subject
from steelyard.subjects.queries import answers_for
from steelyard.subjects.states import Kind


def collect(presence: Presence, order_ref: str, categories: Sequence[str]) -> Package:
    """Copy what is held of these categories and seal it here. Goes over the network, so not in a transaction."""
    require_fresh(presence, Permission.ORDERS_ORDER_DECIDE)
    order = order_for(presence.member, order_ref, Permission.ORDERS_ORDER_DECIDE)
    on_the_desk(order)
    _only_granted(order, categories)
    accounts, told = _accounts(order), sent(order)
    if not accounts:
        raise Refused(_("None of the accounts that the order names was found."), do=_("Ask the sender."))
    found = [
        (each.native_id, held)
        for each in accounts
        for held in connector(each.connector).held_about(
            each.native_id, _offered(each, categories), since=told.period_from, until=told.period_to
        )
    ]
    manifest, files = _described(order, categories, found)
    with transaction.atomic():
        return actions.keep_collected(presence, order, manifest, files)


@transaction.atomic
def ask_release(presence: Presence, package_ref: str, recipient: str, because: str) -> Package:
    """The first person asks for the release of exactly this package, to exactly this key."""
    package = package_for(presence, package_ref, lock=True)
    _may_go(package.order)
    return actions.ask_release(presence, package, recipient, because=because)


@transaction.atomic
def release_package(presence: Presence, package_ref: str) -> Package:
    """The second person releases it: it is encrypted, the order is executed, and the authority is told."""
    package = package_for(presence, package_ref, lock=True)
    _may_go(package.order)
    actions.release(presence, package)
    _execute(presence, package)
    return package


@transaction.atomic
def decline_package(presence: Presence, package_ref: str, because: str) -> None:
    actions.decline_release(presence, package_for(presence, package_ref, lock=True), because=because)


def withdraw_package(presence: Presence, package_ref: str) -> None:
    """Take it away again; what the authority downloaded already stays with it."""
    require_fresh(presence, Permission.ORDERS_ORDER_DECIDE)
    actions.withdraw_package(package_for(presence, package_ref), actor=presence.member.ref)


def package_for(presence: Presence, ref: str, *, lock: bool = False) -> Package:
    """A package whose order the member may read. Raises NoSuchThing."""
    found = Package.objects.select_related("order__key", "key").filter(ref=ref)
    row = (found.select_for_update(of=("self",)) if lock else found).first()
    if row is None:
        raise nothing_here()
    order_for(presence.member, row.order.ref, Permission.ORDERS_ORDER_DECIDE, lock=lock)
    return row


def link_for(follow_token: str, package_ref: str) -> str:
    """The authority asks, at its own address, for a link. It works once; the one before works no more."""
    row = Package.objects.filter(ref=package_ref, order__follow_token=fingerprint(follow_token)).first()
    if row is None:
        raise nothing_here()
    return actions.new_link(row)


def givable(order: Order) -> tuple[str, ...]:
    """Categories of data that could be given on this order, as the checks see it; people decide."""
    return assessment_of(order, contents_of(order)).proposal.data


def _only_granted(order: Order, categories: Sequence[str]) -> None:
    beyond = set(categories) - set(givable(order))
    if not categories or beyond:
        raise BadInput(
            _("Choose among the data that may be given on this order."),
            _("The checks allow no others."), field="categories",
        )  # fmt: skip


def _may_go(order: Order) -> None:
    """Everything that has to hold before anything irreversible is done; asked again at each of the two steps."""
    on_the_desk(order)
    may_disclose(order)
    nothing_unconfirmed(order)


def _accounts(order: Order) -> list[Subject]:
    """The accounts that the order names, and those behind the posts and channels that it names."""
    subjects = [case.subject for case in cases_of(order) if case.subject]
    found = [one if one.kind == Kind.ACCOUNT else answers_for(one) for one in subjects]
    return list({one.pk: one for one in found if one}.values())


def _offered(account: Subject, categories: Sequence[str]) -> list[str]:
    offers = connector(account.connector).manifest.discloses
    return [name for name in categories if name in offers]


def _described(
    order: Order, categories: Sequence[str], found: Sequence[tuple[str, Held]]
) -> tuple[Manifest, dict[str, bytes]]:
    told = sent(order)
    files, lines = {}, []
    for at, (account, held) in enumerate(found, 1):
        path = f"{held.category}/{at:03}-{re.sub('[^A-Za-z0-9._-]', '_', account)[:60]}-{held.name}"
        files[path] = held.content
        lines.append(described(path, held.category, held.content))
    there = {held.category for _, held in found}
    manifest = Manifest(
        order=shown(order.ref), authority=told.authority, their_reference=told.reference,
        instrument=order.instrument, collected_at=now().isoformat(timespec="seconds"),
        categories=tuple(categories), not_held=tuple(name for name in categories if name not in there),
        files=tuple(lines),
    )  # fmt: skip
    return manifest, files


def _execute(presence: Presence, package: Package) -> None:
    """The package is the order's execution: its cases are decided, its clocks met, and its answer goes."""
    order = package.order
    for case in cases_of(order):
        mine = claim_case(presence.member, case.ref) if case.state == CaseState.OPEN else case
        if mine.state == CaseState.IN_REVIEW:
            close_case(mine, presence.member, by="two")
    whole = set(sent(order).data) <= set(package.categories) - set(package.not_held)
    if order.state in (OrderState.RECEIVED, OrderState.PROPOSED):
        move(order, "execute" if whole else "execute_in_part", actor=presence.member.ref, by="two")
    assert package.state == PackageState.RELEASED  # noqa: S101 - nothing else leads here
    write_answer(order)
