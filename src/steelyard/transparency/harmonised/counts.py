"""What is counted, from our own rows: orders, notices, measures of our own, complaints.

Rules: Regulation (EU) 2024/2835, Annex II. Each thing counts in the period in which it arrived, each measure in
the period in which it was decided.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, F, Max, OuterRef, Q, QuerySet, Value, When

from steelyard.base.errors import NoSuchThing
from steelyard.cases.models import Basis
from steelyard.decisions.models import Decision
from steelyard.decisions.states import RESTRICTS, DecisionState
from steelyard.ledger.queries import sealed_keys
from steelyard.letters.models import Receipt
from steelyard.notices.actions import told
from steelyard.notices.models import Notice
from steelyard.orders.actions import sent
from steelyard.orders.models import Order
from steelyard.orders.states import DONE
from steelyard.rulebook.categories import Category, category_of, member_states
from steelyard.rulebook.queries import fact
from steelyard.transparency.harmonised.period import Period
from steelyard.transparency.harmonised.tally import Tally
from steelyard.transparency.harmonised.template import TOTAL

_OF_CASE = "bases__case__decisions"
_TAKEN = Q(**{f"{_OF_CASE}__outcome__in": RESTRICTS, f"{_OF_CASE}__made_at__isnull": False})
LAST_EFFECT = Max(f"{_OF_CASE}__measures__confirmed_at", filter=_TAKEN)
"""When the last measure on an order or a notice had its effect, as an ordinary member sees it."""


def hours(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds() / 3600


def orders(period: Period) -> Tally:
    """Part 3: orders of Member States to act against illegal content and to provide information."""
    tally = Tally()
    act, inform = (
        fact(f"reporting.{name}", period.last).value for name in ("orders_to_act", "orders_to_inform")
    )
    found = received(period).filter(country__in=member_states(), instrument__in=(*act, *inform))
    receipts = receipts_of(period)
    for order in found:
        kind = "data_" if order.instrument in inform else ""
        _count_order(tally, order, kind, receipts.get(order.ref), period)
    return tally


def _count_order(tally: Tally, order: Any, kind: str, receipt: datetime | None, period: Period) -> None:
    category, effect = category_of_order(order, period), effect_of(order)
    for scope in (TOTAL, order.country):
        tally.add(order.harm, category, f"{kind}orders", scope=scope)
        if not kind:
            tally.add(order.harm, category, "items", items_of_order(order), scope=scope)
        if receipt:
            tally.took(category, f"{kind}receipt_hours", acknowledged(order, receipt, period), scope=scope)
        if effect:
            tally.took(category, f"{kind}effect_hours", hours(order.created_at, effect), scope=scope)


def received(period: Period) -> QuerySet[Any]:
    """Every order that arrived in the period and may be told of, with the moment of its last effect."""
    return (
        Order.objects.filter(**period.within("created_at"))
        .exclude(key__in=sealed_keys())  # told of later, as a correction
        .select_related("key")
        .annotate(effect_at=LAST_EFFECT)
        .order_by("pk")
    )


def effect_of(order: Any) -> datetime | None:
    """When an executed order had its effect: on the platform, or where nothing is done there, by our answer."""
    if order.state not in DONE:
        return None
    moment: datetime | None = order.effect_at or order.answered_at
    return moment


def category_of_order(order: Order, period: Period) -> Category | None:
    """Category 16 is for an order whose legal ground is fully missing, and for no other."""
    found = category_of(order.harm, period.last, illegal=True)
    if found is None and "legal_basis" in order.missing:
        return Category(fact("reporting.unlisted_order", period.last).value)
    return found


def acknowledged(order: Order, receipt: datetime, period: Period) -> float:
    """An automated acknowledgement within one hour counts as 0."""
    taken = receipt - order.created_at
    at_once = fact("reporting.acknowledged_at_once_within", period.last).period()
    return 0.0 if taken <= at_once else hours(order.created_at, receipt)


def receipts_of(period: Period) -> dict[str, datetime]:
    """When the first receipt of each order was issued."""
    found = Receipt.objects.filter(about_type="order", created_at__gte=period.begins).order_by("-created_at")
    return dict(found.values_list("about", "created_at"))


def items_of_order(order: Order) -> int:
    """How many exact places the order names; once its text is erased, one for each case it had."""
    try:
        return len(set(sent(order).targets))
    except NoSuchThing:
        return order.bases.count()


def article_16(period: Period) -> Q:
    """A notice in the sense of Article 16: a report made inside the platform is none."""
    return ~Q(door__in=fact("reporting.notices_outside_article_16", period.last).value)


def notices(period: Period) -> Tally:
    """Part 4: notices under Article 16 and what was done on them."""
    tally = Tally()
    found = Notice.objects.filter(article_16(period), **period.within("created_at"))
    found = found.exclude(key__in=sealed_keys())
    for notice in found.select_related("key").annotate(effect_at=LAST_EFFECT).order_by("pk"):
        category = category_of(notice.harm, period.last, illegal=True)
        tally.add(notice.harm, category, "notices")
        tally.add(notice.harm, category, "items", _items_of_notice(notice))
        if notice.effect_at:  # where nothing was done there is no time to it
            tally.took(category, "action_hours", hours(notice.created_at, notice.effect_at))
    for line in grouped(after_notice(period)):
        category = category_of(line["harm"], period.last, illegal=True)
        tally.add(line["harm"], category, "law" if line["law"] else "terms", line["n"])
    return tally


def _items_of_notice(notice: Notice) -> int:
    try:
        return len(set(told(notice).links))
    except NoSuchThing:
        return notice.bases.count()


def measures(period: Period) -> QuerySet[Decision]:
    """Every restriction decided in the period that may be told of, also one that was lifted later."""
    made = Decision.objects.filter(
        **period.within("made_at"),
        outcome__in=RESTRICTS,
        state__in=(DecisionState.MADE, DecisionState.REVERSED),
    )
    return made.exclude(case__key__in=sealed_keys()).exclude(subject__key__in=sealed_keys())


def _rests_on_notice(period: Period) -> Exists:
    outside = fact("reporting.notices_outside_article_16", period.last).value
    return Exists(
        Basis.objects.filter(case=OuterRef("case"), notice__isnull=False).exclude(notice__door__in=outside)
    )


def after_notice(period: Period) -> QuerySet[Decision]:
    return measures(period).filter(_rests_on_notice(period), source="notice")


def own_initiative(period: Period) -> QuerySet[Decision]:
    """Not preceded by an order or by a notice under Article 16."""
    return measures(period).exclude(source="order").exclude(_rests_on_notice(period), source="notice")


def on_own_initiative(period: Period) -> tuple[Tally, Tally]:
    """Parts 5 and 6: on the law, and on the terms."""
    law, terms = Tally(), Tally()
    columns = fact("reporting.restrictions", period.last).value
    for line in grouped(own_initiative(period)):
        tally = law if line["law"] else terms
        category = category_of(line["harm"], period.last, illegal=line["law"])
        restriction = columns[line["measure"] or f"{line['outcome']}_{line['kind'] or 'post'}"]["column"]
        tally.add(line["harm"], category, "measures", line["n"])
        tally.add(line["harm"], category, restriction, line["n"])
        if line["found_by_machine"]:
            tally.add(line["harm"], category, "machine", line["n"])
    return law, terms


def grouped(decisions: QuerySet[Decision]) -> Iterator[Mapping[str, Any]]:
    """Decisions counted by what the tables tell apart: one query, however many there are."""
    law = Case(When(ground__startswith="law.", then=Value(True)), default=False, output_field=BooleanField())
    yield from (
        decisions.annotate(law=law, kind=F("subject__kind"))
        .values("harm", "outcome", "measure", "kind", "law", "found_by_machine", "decided_by_machine")
        .annotate(n=Count("pk"))
        .order_by("harm", "outcome", "measure", "kind", "law", "found_by_machine", "decided_by_machine")
    )
