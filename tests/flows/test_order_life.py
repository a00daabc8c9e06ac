"""An order waits, is asked about, withdrawn, replaced, runs out; and nothing of it ever happens twice."""

from datetime import UTC, date, datetime, timedelta

import pytest

from steelyard.base.clock import set_clock
from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case
from steelyard.decisions.models import Decision
from steelyard.flows.assess_order import assessment_of
from steelyard.flows.confirm_law import Unconfirmed, unconfirmed_of
from steelyard.flows.decide_case import DecisionGiven, Outcome, countersign_decision, decide_case
from steelyard.flows.follow import matter_for
from steelyard.flows.move_order import (
    ask_sender,
    confirm_law,
    expire_orders,
    give_country,
    hold_order,
    sender_answered,
    supersede_order,
    take_up,
    withdraw_order,
)
from steelyard.flows.receive_order import OrderGiven, receive_order
from steelyard.ledger.queries import entries
from steelyard.letters.actions import text_of
from steelyard.letters.models import Letter
from steelyard.orders.life import last_words
from steelyard.orders.models import Order
from tests.cast import member, present
from tests.flows.stories import SCAM, confirmed, decided, delivered, ordered, verified

pytestmark = pytest.mark.django_db
CAME = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def post(platform):
    platform.publish("$1", SCAM)
    return platform


def types():
    return [leaf["type"] for leaf in entries(None)]


def contained(platform):
    """Two people carry the order out."""
    proposed = decided("lena", case=Case.objects.order_by("-pk").first(), ground="law.dsa_9")
    countersign_decision(present("lev"), proposed.ref)
    delivered()
    return platform.calls


def test_a_question_goes_to_the_sender_and_the_promise_waits_for_the_answer(post):
    with set_clock(CAME):
        receipt = ordered("$1")
    order, (clock,) = Order.objects.get(), Case.objects.get().deadlines.all()
    ends = clock.ends_at
    with set_clock(CAME + timedelta(hours=1)):
        ask_sender(present("lena"), order.ref, "Which of the two posts do you mean?")
    order.refresh_from_db()
    assert (order.state, last_words(order, "ask")) == ("asked", "Which of the two posts do you mean?")
    letter = Letter.objects.get(kind="order_question")
    assert "two posts" not in text_of(letter), "mail is read on its way"
    assert matter_for(receipt.follow_token).question == "Which of the two posts do you mean?"
    with set_clock(CAME + timedelta(hours=6)):
        sender_answered(present("lena"), order.ref, "The first.")
    clock.refresh_from_db()
    assert clock.ends_at == ends + timedelta(hours=5)
    assert matter_for(receipt.follow_token).question == ""


def test_a_question_stops_no_clock_whose_article_does_not_say_so(post):
    with set_clock(CAME):
        ordered("$1", instrument="epoc_pr", data=("subscriber",))
        ordered("$1", instrument="tco_removal", harm="terrorism", reference="2")
    for order in Order.objects.order_by("pk"):
        with set_clock(CAME + timedelta(minutes=5)):
            ask_sender(present("lena"), order.ref, "Which post?")
    preservation, removal = Case.objects.order_by("pk")
    standing = preservation.deadlines.exclude(paused_at=None).values_list("fact", flat=True)
    assert list(standing) == ["house.order_answered"], "what has to be kept is kept all the same"
    assert removal.deadlines.exclude(paused_at=None).get().pauses.get().source == "Art. 3(8)"


def test_an_order_that_waits_for_something_is_not_decided_until_it_is_taken_up(post):
    ordered("$1")
    order = Order.objects.get()
    hold_order(present("lena"), order.ref, "Counsel looks at the sanctions list.")
    claim_case(member("lena"), Case.objects.get().ref)
    given = DecisionGiven(outcome=Outcome.CONTAIN, ground="law.dsa_9", words="A scam.")
    with pytest.raises(Refused, match="not on the desk"):
        decide_case(present("lena"), Case.objects.get().ref, given)
    take_up(present("lena"), order.ref, "Counsel has no objection.")
    verified(Case.objects.get())
    proposed = decide_case(present("lena"), Case.objects.get().ref, given)
    assert Order.objects.get().state == "proposed"
    countersign_decision(present("lev"), proposed.ref)
    assert Order.objects.get().state == "executed"


def test_what_rests_on_unverified_law_does_not_go_out_before_a_lawyer_confirms_it_for_this_order(post):
    ordered("$1", instrument="national", country="CH")
    case, lena = Case.objects.get(), present("lena")
    claim_case(lena.member, case.ref)
    refusal = DecisionGiven(outcome=Outcome.NONE, words="No power is named.")
    with pytest.raises(Unconfirmed) as held:
        decide_case(lena, case.ref, refusal)
    shown = {cite.fact for cite in held.value.statements}
    assert "instruments.national" in shown
    assert (Order.objects.get().state, Letter.objects.count()) == ("received", 0)
    with pytest.raises(Refused, match="more to confirm"):
        confirm_law(lena, Order.objects.get().ref, frozenset(list(shown)[:1]))
    confirm_law(lena, Order.objects.get().ref, frozenset(shown))
    assert "orders:law:confirmed" in types()
    decide_case(lena, case.ref, refusal)
    assert Order.objects.get().state == "refused"


def test_a_confirmation_counts_for_the_order_it_was_given_for_only(post):
    for reference in ("1", "2"):
        ordered("$1", instrument="national", country="CH", reference=reference)
    first, second = Case.objects.order_by("pk")
    confirmed("lena", first)
    left = [unconfirmed_of(case.bases.get().order) for case in (first, second)]
    assert (bool(left[0]), bool(left[1])) == (False, True)


def test_somebody_without_the_permission_cannot_confirm_law_or_tell_that_the_order_exists(post):
    ordered("$1", instrument="national", country="CH")
    for handle in ("ada", "ines", "adam"):
        with pytest.raises(NoSuchThing):
            confirm_law(present(handle), Order.objects.get().ref, frozenset())


def test_a_withdrawn_order_executes_nothing_even_if_the_second_person_signs_afterwards(post):
    ordered("$1")
    proposed = decided("lena", ground="law.dsa_9")
    withdraw_order(present("lena"), Order.objects.get().ref, "By letter of the court.")
    with pytest.raises(Refused):
        countersign_decision(present("lev"), proposed.ref)
    delivered()
    assert (Order.objects.get().state, post.calls) == ("withdrawn", [])
    assert Case.objects.get().state == "lapsed"
    assert not Case.objects.get().deadlines.filter(met_at=None).exists()


def test_an_order_withdrawn_after_it_was_carried_out_gives_the_post_back(post):
    ordered("$1")
    contained(post)
    assert "$1" in post.hidden
    withdraw_order(present("lena"), Order.objects.get().ref, "The court of appeal annulled it.")
    delivered()
    assert "$1" not in post.hidden
    with pytest.raises(Refused):
        withdraw_order(present("lena"), Order.objects.get().ref, "Again.")


def test_an_order_that_ran_out_executes_nothing(post):
    with set_clock(CAME):
        ordered("$1", valid_until=date(2026, 12, 2))
        proposed = decided("lena", ground="law.dsa_9")
    with set_clock(CAME + timedelta(days=1)):
        assert expire_orders() == 0
    with set_clock(CAME + timedelta(days=2)):
        assert (expire_orders(), expire_orders()) == (1, 0)
        with pytest.raises(Refused):
            countersign_decision(present("lev"), proposed.ref)
    delivered()
    assert (Order.objects.get().state, post.calls) == ("expired", [])
    assert types().count("orders:order:expired") == 1


def test_a_replayed_order_is_one_order_and_executes_nothing_twice(post):
    ordered("$1")
    once = list(contained(post))
    ordered("$1", door="mail", contact="somebody@example.org")
    assert (Order.objects.count(), Case.objects.count()) == (1, 1)
    delivered()
    assert post.calls == once
    assert types()[-2:].count("orders:order:repeated") == 1


def test_an_edited_order_is_a_version_of_its_own_that_a_person_puts_in_the_place_of_the_first(post):
    ordered("$1")
    ordered("$1", reasons="Escroquerie en bande organisée.")
    first, second = Order.objects.order_by("pk")
    assert (second.earlier, first.state) == (first, "received"), "anybody could have typed it"
    supersede_order(present("lena"), first.ref, "The court confirmed the second on the telephone.")
    first.refresh_from_db()
    assert first.state == "superseded"
    assert list(Case.objects.order_by("pk").values_list("state", flat=True)) == ["lapsed", "open"]


def test_an_edited_order_does_not_carry_out_again_what_the_first_one_did(post):
    ordered("$1")
    once = list(contained(post))
    ordered("$1", reasons="Escroquerie en bande organisée.")
    with pytest.raises(Refused, match="earlier version"):
        decided("lena", case=Case.objects.get(state="open"), ground="law.dsa_9")
    delivered()
    assert post.calls == once
    assert Decision.objects.count() == 1


def test_an_order_that_names_the_one_it_replaces_is_its_later_version(post):
    ordered("$1")
    ordered("$1", reference="24/9999", replaces="24/1234")
    assert Order.objects.order_by("-pk").first().earlier == Order.objects.order_by("pk").first()


def test_an_order_with_two_targets_of_which_one_is_hidden_is_executed_in_part(post):
    post.publish("$2", "Hello.")
    ordered("$1", targets=("memory:$1", "memory:$2"))
    first, second = Case.objects.order_by("pk")
    countersign_decision(present("lev"), decided("lena", case=first, ground="law.dsa_9").ref)
    decided("lena", case=second, outcome=Outcome.NONE, words="It is no fraud.")
    assert Order.objects.get().state == "partly"


def test_a_member_who_may_only_read_orders_moves_none(post):
    ordered("$1")
    hotline = member("ada")
    hotline.roles = ["hotline"]
    hotline.save()
    for move in (ask_sender, hold_order, withdraw_order):
        with pytest.raises(NoSuchThing):
            move(present("ada"), Order.objects.get().ref, "Because.")


def test_an_order_that_came_without_its_state_is_given_one_with_a_reason_and_finds_its_twin(post):
    ordered("$1")
    given = OrderGiven(
        instrument="dsa_9", country="", authority="Tribunal judiciaire de Paris", reference="24/1234",
        targets=("memory:$1",), door="mail",
    )  # fmt: skip
    receive_order(given, arrived_at=CAME)
    first, order = Order.objects.order_by("pk")
    assert order.country == ""
    with pytest.raises(BadInput):
        give_country(present("lena"), order.ref, "FR", " ")
    with pytest.raises(BadInput):
        give_country(present("lena"), order.ref, "XX", "It says so.")
    give_country(present("lena"), order.ref, "FR", "Its letterhead, and the directory.")
    order.refresh_from_db()
    assert (order.country, order.earlier) == ("FR", first)
    assert assessment_of(order).country == "FR"
    assert types()[-1] == "orders:order:country_given"
    with pytest.raises(Refused, match="names its State itself"):
        give_country(present("lena"), order.ref, "DE", "No.")
