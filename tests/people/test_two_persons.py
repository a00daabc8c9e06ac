"""Acts that take two: what the second person can and cannot be."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from steelyard.base.clock import now, set_clock
from steelyard.base.errors import NoSuchThing, Refused
from steelyard.ledger.models import Entry
from steelyard.people.access import NotFresh
from steelyard.people.actions import approve, ask_approval, decline, spend, withdraw_approval
from steelyard.people.models import Approval
from steelyard.people.permissions import Permission
from tests.cast import member, present

pytestmark = pytest.mark.django_db

# What the act is about: any row with a reference does; here it is Otto's.
VERB, PAYLOAD = "orders:order:granted", {"outcome": "remove", "territory": ["FR"]}


@pytest.fixture
def lena():
    return present("lena")


@pytest.fixture
def asked(lena):
    """Lena has asked for a second person. Every test starts here, success and refusal alike."""
    return ask_approval(
        lena, Permission.ORDERS_ORDER_DECIDE, VERB, member("otto"), PAYLOAD, because="scope is narrow"
    )


def test_a_colleague_with_the_permission_approves_and_the_act_is_done_once(lena, asked):
    approve(present("lev"), asked.ref, PAYLOAD)
    used = spend(lena, asked.ref, VERB, member("otto"), PAYLOAD)
    assert (used.state, used.asked_by.handle, used.answered_by.handle) == ("spent", "lena", "lev")
    with pytest.raises(Refused):
        spend(lena, asked.ref, VERB, member("otto"), PAYLOAD)
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["people:approval:asked", "people:approval:approved", "people:approval:spent"]


def test_the_same_person_cannot_be_the_second(asked):
    with pytest.raises(Refused, match="somebody else"):
        approve(present("lena"), asked.ref, PAYLOAD)


def test_another_person_with_the_same_passkey_cannot_be_the_second(lena, asked):
    with pytest.raises(Refused, match="two passkeys"):
        approve(present("lev", credential=lena.credential), asked.ref, PAYLOAD)


def test_another_person_in_the_same_sign_in_cannot_be_the_second(lena, asked):
    with pytest.raises(Refused, match="two sign-ins"):
        approve(replace(present("lev"), sign_in=lena.sign_in), asked.ref, PAYLOAD)


def test_someone_without_the_permission_cannot_tell_that_anything_was_asked(asked):
    with pytest.raises(NoSuchThing) as forbidden:
        approve(present("ada"), asked.ref, PAYLOAD)
    with pytest.raises(NoSuchThing) as absent:
        approve(present("lev"), "0" * 26, PAYLOAD)
    assert str(forbidden.value) == str(absent.value)


def test_a_second_person_whose_passkey_is_not_fresh_is_asked_for_it(asked):
    lev = present("lev")
    with set_clock(now() + timedelta(minutes=16)), pytest.raises(NotFresh):
        approve(lev, asked.ref, PAYLOAD)


def test_what_changed_after_asking_is_not_approved(asked):
    with pytest.raises(Refused, match="not what was asked"):
        approve(present("lev"), asked.ref, PAYLOAD | {"territory": []})


def test_what_changed_after_approving_is_not_done(lena, asked):
    approve(present("lev"), asked.ref, PAYLOAD)
    with pytest.raises(Refused, match="not what was asked"):
        spend(lena, asked.ref, VERB, member("otto"), PAYLOAD | {"territory": []})


def test_a_late_answer_is_refused(asked):
    with set_clock(now() + timedelta(days=1, seconds=1)), pytest.raises(Refused, match="expired"):
        approve(present("lev"), asked.ref, PAYLOAD)


def test_a_declined_or_withdrawn_request_cannot_be_used(lena, asked):
    decline(present("lev"), asked.ref, because="too broad")
    with pytest.raises(Refused):
        spend(lena, asked.ref, VERB, member("otto"), PAYLOAD)
    again = ask_approval(
        lena, Permission.ORDERS_ORDER_DECIDE, VERB, member("otto"), PAYLOAD, because="narrower"
    )
    withdraw_approval(lena, again.ref)
    with pytest.raises(Refused):
        approve(present("lev"), again.ref, PAYLOAD)


def test_an_approval_for_one_thing_does_not_serve_for_another(lena, asked):
    approve(present("lev"), asked.ref, PAYLOAD)
    with pytest.raises(Refused, match="something else"):
        spend(lena, asked.ref, VERB, member("ada"), PAYLOAD)


def test_a_third_person_cannot_use_what_two_others_agreed(asked):
    approve(present("lev"), asked.ref, PAYLOAD)
    with pytest.raises(NoSuchThing):
        spend(present("ben"), asked.ref, VERB, member("otto"), PAYLOAD)


def test_the_database_itself_refuses_an_approval_by_one_person(lena, asked):
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(ref=asked.ref).update(
            state="approved", answered_by=lena.member, answered_credential="x", answered_in=lena.sign_in
        )
