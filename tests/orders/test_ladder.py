"""Who is asking: each rung, what it rests on, when it falls, and what has to be there before data may go."""

import dataclasses
from datetime import timedelta

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.flows.follow import answer_question, matter_for
from steelyard.flows.verify_sender import send_as_officer
from steelyard.ledger.models import Entry
from steelyard.orders.access import may_disclose, missing_for
from steelyard.orders.actions import sent
from steelyard.orders.models import Order
from steelyard.orders.queries import level_of
from steelyard.orders.verification import actions as ladder
from steelyard.people.access import NotFresh
from steelyard.people.agencies import actions as directory
from tests.cast import present
from tests.directory import DUTY_DESK, SWITCHBOARD, agency, enrolled, entry, officer
from tests.flows.stories import ordered

pytestmark = pytest.mark.django_db


def data_order(**more):
    given = {
        "instrument": "emergency", "data": ("subscriber",), "emergency": "A life is in danger.",
        "demand": "Hand over the subscriber's data.", "contact": "greffe@tj-paris.example",
    }  # fmt: skip
    ordered("$1", **{**given, **more})
    return Order.objects.latest("pk")


def called(order, line, who="lena"):
    return ladder.call_back(
        present(who),
        order.ref,
        line.ref,
        spoke_with="Mme Duval, greffe",
        because="They read the reference to us.",
    )


def test_a_number_of_another_authority_needs_its_own_reason_apart_from_the_order(platform):
    order = data_order()
    line = entry(agency("Préfecture de police", "FR", "police"), "number", DUTY_DESK)
    with pytest.raises(BadInput, match="another authority than the one the order names"):
        called(order, line)
    assert level_of(order).level == 0
    row = ladder.call_back(
        present("lena"), order.ref, line.ref, spoke_with="Mme Duval", because="It is theirs.",
        answers_for="The ministry's page says that this desk answers for every court at night.",
    )  # fmt: skip
    assert level_of(order).level == 2
    assert "answers for every court" in ladder.details(row)["answers_for"]


@pytest.mark.parametrize("step", ["mailbox", "signature", "call_back"])
def test_a_step_that_raises_takes_a_passkey_shown_within_minutes(platform, step):
    order, line = data_order(), entry(agency(), "number", SWITCHBOARD)
    idle = dataclasses.replace(present("lena"), passkey_at=now() - timedelta(hours=1))
    with pytest.raises(NotFresh):
        {
            "mailbox": lambda: ladder.ask_mailbox(idle, order.ref),
            "signature": lambda: ladder.check_signature(idle, order.ref, b"%PDF-1.7"),
            "call_back": lambda: ladder.call_back(idle, order.ref, line.ref, spoke_with="x", because="y"),
        }[step]()
    assert level_of(order).level == 0


def whats_missing(order):
    return [one.id for one in missing_for(order, kind="disclose")]


def test_wording_alone_never_lets_anything_go(platform):
    order = data_order(emergency="URGENT!!! Children will die within the hour, comply now or be prosecuted.")
    assert level_of(order).level == 0
    assert whats_missing(order) == ["level", "call_back", "release"]
    with pytest.raises(Refused, match="Nothing may be handed over"):
        may_disclose(order)


def test_an_emergency_is_called_back_by_one_person_and_released_by_another(platform):
    order, line = data_order(), entry(agency(), "number", SWITCHBOARD)
    called(order, line)
    assert whats_missing(order) == ["release"]
    with pytest.raises(Refused, match="somebody else"):
        ladder.release(present("lena"), order.ref, because="It is clear.")
    assert whats_missing(order) == ["release"]
    ladder.release(present("lev"), order.ref, because="It is clear.")
    may_disclose(order)
    verbs = list(Entry.objects.filter(verb="orders:sender:verified").values_list("verb", flat=True))
    assert len(verbs) == 2


def test_one_person_with_two_browsers_is_still_one_person(platform):
    order, line = data_order(), entry(agency(), "number", SWITCHBOARD)
    called(order, line, "lena")
    with pytest.raises(Refused):
        ladder.release(present("lena", "another-key"), order.ref, because="It is clear.")


def test_nobody_releases_before_somebody_has_called(platform):
    order = data_order()
    with pytest.raises(Refused, match="Nobody has called"):
        ladder.release(present("lev"), order.ref, because="It is clear.")


def test_without_an_emergency_a_call_back_is_not_enough_for_data(platform):
    order, line = data_order(instrument="epoc", emergency=""), entry(agency(), "number", SWITCHBOARD)
    called(order, line)
    assert level_of(order).level == 2
    assert whats_missing(order) == ["level"]
    assert missing_for(order, kind="restrict") == ()


def test_claiming_an_emergency_asks_for_more_and_never_for_less(platform):
    order = data_order(instrument="epoc", emergency="A life is in danger.")
    called(order, entry(agency(), "number", SWITCHBOARD))
    assert whats_missing(order) == ["level", "release"]


@pytest.mark.parametrize(
    "written",
    [
        "call +33 1 55 55 01 00 now",
        "01.55.55.01.00",
        "(0033) 155-55-01-00",
        "٠١٥٥٥٥٠١٠٠",
        "0 1 5 5, then 5 5 0 1 0 0",
    ],
)
def test_a_number_that_the_requester_gave_is_not_called(platform, written):
    order, line = data_order(reasons=f"To confirm, {written}"), entry(agency(), "number", SWITCHBOARD)
    with pytest.raises(Refused, match="came from the requester"):
        called(order, line)
    assert level_of(order).level == 0
    called(order, entry(line.agency, "number", DUTY_DESK))
    assert level_of(order).level == 2


def test_a_number_given_in_a_later_mail_is_not_called_either(platform):
    order, line = data_order(), entry(agency(), "number", SWITCHBOARD)
    ladder.note_said(order, "My direct line is +33 155 55 0100, please hurry", door="mail")
    with pytest.raises(Refused, match="came from the requester"):
        called(order, line)


def test_a_line_of_the_directory_counts_once_a_second_person_found_it_too(platform):
    order, line = data_order(), entry(agency(), "number", SWITCHBOARD, confirmed=False)
    with pytest.raises(Refused, match="does not count"):
        called(order, line)
    with pytest.raises(Refused, match="somebody else has to agree"):
        directory.confirm_entry(present("lena"), line.ref)
    directory.confirm_entry(present("lev"), line.ref)
    called(order, line)


def test_an_authority_of_another_state_confirms_nothing(platform):
    order = data_order()
    with pytest.raises(Refused, match="another State"):
        called(order, entry(agency(country="DE"), "number", "+493055550100"))


def test_a_code_answered_from_the_claimed_address_counts_only_with_the_directory(platform):
    order = data_order()
    _order, address, code = ladder.ask_mailbox(present("lena"), order.ref)
    assert address == "greffe@tj-paris.example"
    ladder.answer_code(code.lower())
    assert (level_of(order).level, level_of(order).evidence[0].gone) == (0, "no_match")
    entry(agency(), "domain", "tj-paris.example")
    ladder.answer_code(ladder.ask_mailbox(present("lena"), order.ref)[2])
    assert level_of(order).level == 1
    with pytest.raises(NoSuchThing):
        ladder.answer_code(code)


def test_what_rests_on_a_line_falls_with_it_and_a_new_number_starts_over(platform):
    order, line = data_order(), entry(agency(), "number", SWITCHBOARD)
    called(order, line)
    ladder.release(present("lev"), order.ref, because="It is clear.")
    directory.end_entry(present("lev"), line.ref, because="The number has moved.")
    assert level_of(order).level == 0
    assert whats_missing(order) == ["level", "call_back", "release"]


def test_a_changed_contact_starts_over(platform):
    order, line = data_order(), entry(agency(), "number", SWITCHBOARD)
    called(order, line)
    assert ladder.contact_changed(order) == 1
    assert level_of(order).level == 0


def test_every_rung_decays(platform):
    order, line = data_order(), entry(agency(), "number", SWITCHBOARD)
    called(order, line)
    with set_clock(now() + timedelta(days=13)):
        assert level_of(order).level == 2
    with set_clock(now() + timedelta(days=14, minutes=1)):
        assert (level_of(order).level, level_of(order).evidence[0].gone) == (0, "ended")


def test_an_officer_who_is_shut_out_takes_their_rung_along(platform):
    of = enrolled(agency())
    presence, _cookie = officer(of)
    order = data_order(instrument="epoc", emergency="")
    ladder.sent_by_officer(presence, order, sent(order))
    assert (level_of(order).level, whats_missing(order)) == (3, [])
    directory.suspend_agency(present("lena"), of.ref, because="Their server was broken into.")
    assert level_of(order).level == 0


def test_whoever_sent_the_officers_paper_first_follows_it_no_longer(platform):
    """A copy of a genuine order is for sale; who sends it first would answer our questions in the authority's name."""
    presence, _cookie = officer(enrolled(agency()))
    paper = {"instrument": "epoc", "data": ("subscriber",), "issuer": "court"}
    stranger = ordered("$1", **paper, contact="greffe@tj-paris.example.net")
    order = Order.objects.get()
    theirs = send_as_officer(presence, sent(order))
    assert level_of(order).level == 3
    assert matter_for(theirs.follow_token).ref == order.ref
    for ask in (matter_for, lambda token: answer_question(token, "Send it to this key.")):
        with pytest.raises(NoSuchThing):
            ask(stranger.follow_token)
    again = send_as_officer(presence, sent(order))
    assert again.follow_token == ""
    assert matter_for(theirs.follow_token).ref == order.ref


def test_a_step_taken_by_mistake_is_taken_back_and_stays_readable(platform):
    order, line = data_order(), entry(agency(), "number", SWITCHBOARD)
    row = called(order, line)
    ladder.take_back(present("lev"), order.ref, row.ref, because="It was another file.")
    assert level_of(order).level == 0
    assert ladder.details(row)["registry"] == "government_directory"


def test_someone_without_the_permission_cannot_tell_that_the_order_exists(platform):
    order, line = data_order(), entry(agency(), "number", SWITCHBOARD)
    with pytest.raises(NoSuchThing) as there:
        called(order, line, "otto")
    with pytest.raises(NoSuchThing) as absent:
        ladder.call_back(present("otto"), "0" * 26, line.ref, spoke_with="x", because="y")
    assert str(there.value) == str(absent.value)
