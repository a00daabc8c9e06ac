"""A few dozen messages of our own, one language after another. The measure is another: tests/wrong_doors."""

import json
from pathlib import Path

import pytest

from steelyard.orders.recognition import Arrival, Attached, Kind, recognise, says_no_order
from steelyard.orders.recognition.reading import points

LINES = [json.loads(line) for line in Path(__file__).with_name("recognised.jsonl").read_text().splitlines()]
ORDER = (
    "Staatsanwaltschaft Hamburg\nAz. 7 Js 12/26\nEs wird ersucht, die Bestandsdaten zum Konto @foo gemäß "
    "§ 100j StPO binnen 3 Tagen zu übermitteln.\nDr. Klein, Staatsanwältin"
)


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line['is']} {line['body'][:24]}")
def test_what_arrives_is_called_by_what_it_is(line):
    arrival = Arrival(door=line["door"], sender=line["from"], subject=line["subject"], body=line["body"])
    assert recognise(arrival).kind == line["is"]


def test_an_order_in_the_attachment_alone_is_one():
    given = Arrival(door="users", sender="x@post.example", attachments=(Attached(name="a.pdf", text=ORDER),))
    found = recognise(given)
    assert (found.kind, found.language, found.reference) == (Kind.ORDER, "de", "Js 12/26")


def test_an_order_that_somebody_passes_on_is_one():
    body = "Hallo, das lag heute bei uns im Postfach.\n\n" + "\n".join(
        f"> {line}" for line in ORDER.split("\n")
    )
    assert recognise(Arrival(door="users", sender="x@post.example", body=body)).kind == Kind.ORDER


def test_each_reason_names_the_words_it_stands_on_and_where_they_are():
    found = recognise(Arrival(sender="a@b.example", body=ORDER))
    words = {reason.signal: reason.words for reason in found.reasons}
    assert words["authority"] == "Staatsanwaltschaft"
    text = "\n\n" + ORDER
    assert all(text[r.start : r.end].startswith(r.words) for r in found.reasons if r.where == "text")


def test_what_nobody_could_open_is_put_before_a_person():
    assert recognise(Arrival(sender="a@b.example", unopened=1)).kind == Kind.DOUBTFUL
    assert recognise(Arrival(sender="a@b.example")).kind == Kind.DOUBTFUL


def test_a_language_without_a_lexicon_from_a_states_address_is_put_before_a_person():
    body = "እባክዎ የሂሳቡን መረጃ ይላኩልን"
    assert recognise(Arrival(sender="a@police.gov.et", body=body)).kind == Kind.DOUBTFUL


def test_the_instrument_is_what_the_text_names_and_otherwise_nothing():
    named = recognise(Arrival(body=ORDER + "\nRegulation (EU) 2021/784, Art. 3"))
    assert (named.instrument, recognise(Arrival(body=ORDER)).instrument) == ("tco_removal", "")


def test_a_demand_that_somebody_quotes_and_asks_about_is_not_theirs():
    quoted = 'We saw a letter from the ministry: "Remove the channel and hand over the user data." Did you receive it?'
    found = recognise(Arrival(door="press", sender="ruth@weekly.example", body=quoted))
    assert found.kind == Kind.ORDINARY
    assert "demand" not in {reason.signal for reason in found.reasons}


def test_an_authority_that_is_only_mentioned_speaks_for_nobody():
    told = recognise(Arrival(door="notice", sender="jo@example.org", body="This man sells forged passports. "
                             "I reported it to the police. Please remove him."))  # fmt: skip
    assert told.kind == Kind.NOTICE
    spoken = recognise(Arrival(sender="p.low@met.example", body="Here is Inspector Low, county police. "
                               "Could you hide the video tonight and tell me whose account it is?"))  # fmt: skip
    assert spoken.kind == Kind.ORDER
    assert "speaker" in {reason.signal for reason in spoken.reasons}


def test_an_association_with_an_offices_word_in_its_address_stays_an_association():
    found = recognise(
        Arrival(door="hotline", sender="post@child-protection-foundation.example", body="Two links.")
    )
    assert {r.signal for r in found.reasons if r.where == "sender"} <= {"sender association"}


def test_a_very_long_text_is_read_in_bounded_time():
    recognise(Arrival(body="police " * 200_000))


def test_russian_and_greek_typed_in_latin_letters_are_read():
    russian = recognise(Arrival(sender="opeka@opeka.example", body="zdravstvuyte, eto organ opeki. trebuem udalit "
                                "kanal i soobschit imya vladeltsa v techenie 3 dnei"))  # fmt: skip
    greek = recognise(Arrival(sender="dimos@dimos.example", body="kalispera sas, dimotiki astynomia. na katevasete "
                              "to kanali kai na mas peite poios to exei"))  # fmt: skip
    assert "authority" in {reason.signal for reason in russian.reasons}
    assert "authority" in {reason.signal for reason in greek.reasons}


def test_an_order_typed_out_between_quotation_marks_is_read_as_a_letter_of_its_own():
    body = f"Hi all, this came by courier, I typed it out. Who deals with this?\n“{ORDER}”"
    found = recognise(Arrival(door="users", sender="front@desk.example", body=body))
    assert found.kind == Kind.ORDER


def test_a_request_with_a_question_mark_is_no_question():
    asked = recognise(Arrival(body="Detective Low here. Could you close the channel?"))
    wondered = recognise(Arrival(body="Detective Low is in the film. When does it start?"))
    assert "asked" not in {reason.signal for reason in asked.reasons}
    assert "asked" in {reason.signal for reason in wondered.reasons}


def points_of(found, signal):
    return sum(reason.points for reason in found.reasons if reason.signal == signal)


def test_a_newsletter_that_tells_of_orders_asks_nothing_of_us():
    body = (
        "This week's brief: the regulator ordered two platforms to remove twelve channels within two hours, and the "
        "Court of Appeal quashed a data retention notice. Read more. You are receiving this because you subscribed; "
        "unsubscribe here."
    )
    assert (
        recognise(Arrival(sender="brief@wire.example", subject="Weekly digest", body=body)).kind != Kind.ORDER
    )


def test_what_a_mailbox_is_called_says_less_than_its_domain():
    box = recognise(Arrival(sender="court@blue.example", body="Could you close the channel?"))
    domain = recognise(Arrival(sender="blue@court.example", body="Could you close the channel?"))
    assert 0 < points_of(box, "box words") < points_of(domain, "domain named")


def test_an_attorney_general_is_no_attorney():
    found = recognise(Arrival(body="The Attorney General requires the messages of this account."))
    assert "counsel" not in {reason.signal for reason in found.reasons}
    assert "counsel" in {reason.signal for reason in recognise(Arrival(body="My attorney asks.")).reasons}


def test_what_a_machine_or_a_list_sends_is_less_of_an_order():
    by_hand = recognise(Arrival(sender="a@b.example", body=ORDER))
    by_machine = recognise(Arrival(sender="a@b.example", body=ORDER, by_machine=True))
    assert by_machine.scores["order"] < by_hand.scores["order"]


def test_whoever_contests_an_order_gives_none():
    body = (
        "I object. You removed our group on the basis of a court order of which we were told the number and nothing "
        "more. An injunction against one person is no reason to close our channel. Restore it and review the decision."
    )
    found = recognise(Arrival(door="users", sender="jo@mailbox.example", body=body))
    assert found.kind == Kind.COMPLAINT
    assert found.scores["order"] < 0


def test_a_word_that_says_several_things_says_each_of_them_less():
    several = recognise(Arrival(body="Wir haben ein Ersuchen an den Betreiber der Gruppe gerichtet."))
    assert {"demand", "procedure"} <= {reason.signal for reason in several.reasons}
    assert 0 < points_of(several, "procedure") < points()["procedure 1"]


def test_an_amount_beside_bait_is_money_asked_of_the_reader():
    body = (
        "Cyber police. You are accused. Pay the fine of 450 EUR by gift card within 24 hours or be arrested."
    )
    assert "asks_for_money" in {reason.signal for reason in recognise(Arrival(body=body)).reasons}


def test_the_form_for_orders_makes_no_order_of_what_is_none():
    body = "Does the form check this field? Just a test, please ignore. How do we get the price list of your API?"
    tried = recognise(Arrival(door="order", sender="dev@gmail.example", body=body))
    terse = recognise(Arrival(door="order", body="See annex."))
    assert (says_no_order(tried), says_no_order(terse)) == (True, False)
