"""The numbers of Regulation (EU) 2021/784, Art. 7(3), by hand; and nothing of what may not be told."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from steelyard.base.clock import set_clock
from steelyard.cases.models import Case
from steelyard.decisions.models import Complaint, Decision
from steelyard.ledger.actions import Facts, disclose, record, seal_off
from steelyard.orders.models import Order
from steelyard.transparency.harmonised.complaints import complaints
from steelyard.transparency.harmonised.period import Period
from steelyard.transparency.yearly import terrorist_content
from steelyard.vault.actions import new_key, seal
from tests.flows.stories import SCAM, decided, noticed

pytestmark = pytest.mark.django_db
YEAR = Period(date(2027, 1, 1), date(2027, 12, 31))
ZERO = {
    "measures": None, "removed_after_orders": 0, "removed_after_specific_measures": None, "orders_not_executed": 0,
    "grounds": {}, "complaints": 0, "complaints_upheld": 0, "complaints_upheld_in_part": 0, "complaints_rejected": 0,
    "reviews_by_provider": None, "reinstated_by_review": None, "reinstated_after_complaint": 0,
}  # fmt: skip


def refused(ground, *, month=3, secret=False):
    with set_clock(datetime(2027, month, 1, tzinfo=UTC)), transaction.atomic():
        key = new_key()
        order = Order.objects.create(
            key=key, instrument="tco_removal", country="DE", door="portal", harm="terrorism", language="de",
            state="refused", sealed=seal(key, b"\x80", place="orders.order"), identity=f"{ground}{month}{secret}",
        )  # fmt: skip
        if secret:
            seal_off(key, actor="member:LENA", about=order)
        facts = Facts(instrument="tco_removal", authority_country="DE", ground=ground)
        record("orders:order:refused", actor="member:LENA", about=order, key=key, facts=facts)
        return order


def restricted(platform, id_, state=""):
    """A post that was hidden on a removal order, and what became of its author's complaint."""
    with set_clock(datetime(2027, 5, 1, tzinfo=UTC)):
        platform.publish(id_, f"{SCAM} {id_}")
        noticed(id_)
        case = Case.objects.get(state="open")
        decided("ada", case)
        made = Decision.objects.filter(case=case)
        made.update(instrument="tco_removal", source="order", harm="terrorism")
        if state:
            Complaint.objects.create(decision=made.get(), case=case, state=state, language="en", sealed=b"")
        return case


def test_orders_grounds_and_complaints_are_counted_as_by_hand(platform):
    for ground, month in (("form", 2), ("form", 3), ("competence", 4)):
        refused(ground, month=month)
    for number, state in enumerate(["", "upheld", "partly", "rejected", "rejected"]):
        restricted(platform, f"${number}", state)
    assert terrorist_content(YEAR) == ZERO | {
        "removed_after_orders": 5, "orders_not_executed": 3, "grounds": {"competence": 1, "form": 2},
        "complaints": 4, "complaints_upheld": 1, "complaints_upheld_in_part": 1, "complaints_rejected": 2,
        "reinstated_after_complaint": 1,
    }  # fmt: skip
    assert terrorist_content(Period(date(2026, 1, 1), date(2026, 12, 31))) == ZERO


def test_a_secret_order_and_all_that_followed_from_it_is_in_no_number_until_it_may_be_told(platform):
    hidden, case = refused("form", secret=True), restricted(platform, "$1", "upheld")
    with transaction.atomic():
        seal_off(case.key, actor="member:LENA", about=case)
    told = next(n for (_indicator, scope), n in complaints(YEAR).items() if scope == "Total number")
    assert (terrorist_content(YEAR), told) == (ZERO, "0")
    for key, about in ((hidden.key, hidden), (case.key, case)):
        disclose(key, actor="member:LENA", about=about)
    assert terrorist_content(YEAR) == ZERO | {
        "removed_after_orders": 1, "orders_not_executed": 1, "grounds": {"form": 1}, "complaints": 1,
        "complaints_upheld": 1, "reinstated_after_complaint": 1,
    }  # fmt: skip
