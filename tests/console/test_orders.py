"""The representative's desk in the console: what Lena sees, asks, confirms, refuses; what others cannot tell."""

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from steelyard.cases.models import Case
from steelyard.letters.models import OrderAnswer
from steelyard.orders.models import Order
from tests.console.browsers import enrolled
from tests.directory import SWITCHBOARD, agency, entry
from tests.flows.stories import SCAM, decided, delivered, ordered, verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(platform):
    platform.publish("$1", SCAM)
    return platform


@pytest.fixture
def order(post):
    ordered("$1")
    return Order.objects.get()


def page(person, order):
    return person.get(f"/console/orders/{order.ref}").text


def step(person, order, name, words="", do="go"):
    return person.post(f"/console/orders/{order.ref}/{name}", {"words": words, "do": do})


def test_the_inbox_lists_orders_by_time_left_with_countries_and_instruments_in_words(post):
    ordered("$1")
    ordered("$1", instrument="tco_removal", country="DE", reference="2", authority="Bundeskriminalamt")
    text = enrolled("lena").get("/console/orders").text
    assert text.index("Bundeskriminalamt") < text.index("Tribunal judiciaire de Paris"), "one hour is less"
    assert "Germany" in text
    assert "Removal order" in text
    assert "tco_removal" not in text


def test_the_order_page_shows_what_they_sent_the_checks_and_only_the_steps_that_are_possible(order):
    text = page(enrolled("lena"), order)
    for seen in ("Code pénal, art. 313-1", "France", "Checks", "Ask the sender", "Hold", "It was withdrawn"):
        assert seen in text
    for absent in ("The sender answered", "Take up again", "A later version takes its place", "dsa_9"):
        assert absent not in text


def test_lena_asks_the_authority_answers_at_its_own_address_and_the_order_is_back(order):
    lena = enrolled("lena")
    assert "The sender is asked" in step(lena, order, "ask", "Which of the two?").text
    assert "The authority moves next." in page(lena, order)
    step(lena, order, "answered", "The first, by telephone.")
    order.refresh_from_db()
    assert order.state == "received"
    assert "The first, by telephone." in page(lena, order)


def test_what_the_authority_denies_is_written_down_once_for_all_of_the_same_hand(post):
    lena = enrolled("lena")
    line = entry(agency(), "number", SWITCHBOARD)
    for number, authority in enumerate(
        ("Tribunal judiciaire de Paris", "Tribunal judiciaire de Paris", "Parquet")
    ):
        ordered(
            "$1", reference=f"F/{number}", authority=authority, contact=f"greffe{number}@tj-paris-fr.example"
        )
    first, second, other = Order.objects.order_by("pk")
    text = page(lena, first)
    assert text.count("the same mail domain") == 2
    assert f'name="also" value="{second.ref}"' in text
    assert f'name="also" value="{other.ref}"' not in text  # another authority cannot be denied for
    heard = {"entry": line.ref, "spoke_with": "Mme Duval", "because": "No such order.", "also": second.ref}
    assert "Written down." in lena.post(f"/console/orders/{first.ref}/sender/deny", heard).text
    assert "Denied by the authority" in page(lena, second)
    assert "They say that it is theirs" not in page(lena, second)
    assert "3 orders: the same mail domain" in " ".join(lena.get("/console/orders/denied").text.split())
    assert "It shares something with an order that the authority named there has denied." in page(lena, other)


def test_a_step_without_its_words_says_what_to_write_and_keeps_the_page(order):
    answer = step(enrolled("lena"), order, "ask", " ")
    assert answer.status_code == 409
    assert "Write the question that the authority shall answer." in answer.text


def test_a_step_that_is_not_possible_any_more_changes_nothing(order):
    lena = enrolled("lena")
    step(lena, order, "withdraw", "By letter.")
    assert step(lena, order, "hold", "Wait.").status_code == 409
    assert Order.objects.get().state == "withdrawn"


def test_the_letter_is_shown_before_it_goes_and_nothing_is_stored(order):
    text = step(enrolled("lena"), order, "refuse", "Pas d'adresse exacte.", do="preview").text
    assert "The letter as it would go" in text
    assert text.count("Pas d&#x27;adresse exacte.") >= 2, "in the letter, and still in the field"
    assert (OrderAnswer.objects.count(), Order.objects.get().state) == (0, "received")


def test_lena_refuses_all_of_it_in_one_step_and_the_answer_stands(order):
    lena = enrolled("lena")
    assert "Refused, and answered." in step(lena, order, "refuse", "Pas d'adresse exacte.").text
    assert OrderAnswer.objects.get().form == "effect_report"
    assert lena.get(f"/console/orders/{order.ref}/answer.pdf").content.startswith(b"%PDF")
    assert lena.get(f"/console/orders/{order.ref}/answer.json").json()["outcome"] == "refused"


def test_the_exact_unverified_statements_stand_on_the_page_until_a_lawyer_confirms_them(post):
    ordered("$1", instrument="national", country="CH")
    order, lena = Order.objects.get(), enrolled("lena")
    text = page(lena, order)
    assert "No answer goes out before a lawyer confirms this" in text
    assert "from memory, to be confirmed" in text
    blocked = step(lena, order, "refuse", "No power is named.")
    assert blocked.status_code == 409
    assert "law that nobody has read in the primary text" in blocked.text
    shown = [one.split('"')[0] for one in text.split('name="shown" value="')[1:]]
    lena.post(f"/console/orders/{order.ref}/confirm", {"shown": shown})
    assert "lena" in page(lena, order)
    assert step(lena, order, "refuse", "No power is named.").status_code == 200
    assert Order.objects.get().state == "refused"


def test_the_scope_can_be_made_narrower_and_never_wider(post):
    ordered("$1", territory="FR")
    case, lena = Case.objects.get(), enrolled("lena")
    verified(case)
    lena.post(f"/console/cases/{case.ref}/claim")
    given = {"outcome": "contain", "ground": "law.dsa_9", "words": "A scam.", "do": "decide"}
    assert "France" in lena.get(f"/console/cases/{case.ref}").text
    wider = lena.post(f"/console/cases/{case.ref}/decide", {**given, "territory": ["FR", "DE"]})
    assert wider.status_code in (400, 409)
    lena.post(f"/console/cases/{case.ref}/decide", {**given, "territory": ["FR"]})
    assert case.decisions.get().territory == ["FR"]


def test_where_the_platform_cannot_restrict_by_country_whoever_decides_is_told_that_a_measure_is_wider(post):
    ordered("$1", territory="FR")
    case, lena = Case.objects.get(), enrolled("lena")
    verified(case)
    lena.post(f"/console/cases/{case.ref}/claim")
    said = "The narrowest possible measure reaches everywhere, which may be wider than the order"
    assert said in lena.get(f"/console/cases/{case.ref}").text
    post.manifest = msgspec.structs.replace(post.manifest, limits_by_country=True)
    assert said not in lena.get(f"/console/cases/{case.ref}").text


def test_the_nearest_decided_orders_stand_beside_the_one_on_the_desk(post):
    ordered("$1")
    decided("lena", outcome="none", words="It names no provision that forbids this.")
    ordered("$1", reference="2", country="DE")
    text = page(enrolled("lev"), Order.objects.order_by("-pk").first())
    assert "It names no provision that forbids this." in text
    assert "Отличается:" in text
    assert "страна" in text


def test_a_replaced_version_is_offered_only_when_a_later_one_has_arrived(post):
    ordered("$1")
    first, lena = Order.objects.get(), enrolled("lena")
    assert "A later version takes its place" not in page(lena, first)
    ordered("$1", reasons="Autre chose.")
    assert "A later version takes its place" in page(lena, first)


def test_whoever_may_not_read_orders_sees_the_page_of_something_that_does_not_exist(order):
    ada = enrolled("ada")
    there, absent = (
        ada.http.get(f"/console/orders/{ref}", follow_redirects=False) for ref in (order.ref, "0" * 26)
    )
    assert (there.status_code, there.text) == (absent.status_code, absent.text)
    assert "/console/orders" not in ada.get("/console/").text


def test_the_inbox_asks_the_database_the_same_number_of_questions_for_one_and_for_three(post):
    lena = enrolled("lena")
    counts = []
    for n in range(3):
        ordered("$1", reference=str(n))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            lena.get("/console/orders")
        counts.append(len(seen))
    assert counts[0] == counts[2]


def test_the_answer_of_an_executed_order_waits_for_its_effect(post):
    ordered("$1")
    order, lena, lev = Order.objects.get(), enrolled("lena"), enrolled("lev")
    case = Case.objects.get()
    verified(case)
    lena.post(f"/console/cases/{case.ref}/claim")
    given = {
        "outcome": "contain",
        "ground": "law.dsa_9",
        "words": "A scam.",
        "do": "decide",
        "territory": ["FR"],
    }
    lena.post(f"/console/cases/{case.ref}/decide", given)
    lev.post(f"/console/cases/{case.ref}/countersign/{case.decisions.get().ref}", {"answer": "sign"})
    assert "/answer.pdf" not in page(lena, order)
    delivered()
    assert "/answer.pdf" in page(lena, order)


def test_data_are_collected_asked_for_and_released_by_another_person_on_the_orders_page(post):
    from tests.disclosure.test_packages import TO, Package

    lena, lev = enrolled("lena"), enrolled("lev")
    ordered("$1", instrument="emergency", data=("subscriber",), emergency="A life is in danger.", issuer="police",
            contact="greffe@tj-paris.example")  # fmt: skip
    order = Order.objects.get()
    assert "Collect it and seal it here" in page(lena, order)
    lena.post(f"/console/orders/{order.ref}/collect", {"categories": ["subscriber"]})
    package = Package.objects.get()
    asked = {"do": "ask", "recipient": TO, "because": "The danger is real."}
    held = lena.post(f"/console/orders/{order.ref}/packages/{package.ref}", asked)
    assert held.status_code == 409
    assert "call the authority back" in held.text
    assert "sha256" not in held.text and package.digest not in held.text  # noqa: PT018
    lev.post(f"/console/orders/{order.ref}/packages/{package.ref}", {"do": "release"})
    package.refresh_from_db()
    assert (package.state, package.encrypted) == ("collected", None)
