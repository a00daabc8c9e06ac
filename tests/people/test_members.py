"""Who comes onto the staff, what they may do, and how they lose it."""

from datetime import timedelta

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.ledger.models import Entry
from steelyard.people.access import NotFresh, has, member_of, presence_of, require
from steelyard.people.actions import (
    accept_invitation,
    approve,
    ask_approval,
    found_house,
    grant_role,
    invite,
    link_from_operator,
    open_invitation,
    readmit_member,
    revoke_role,
    suspend_member,
)
from steelyard.people.actions.members import GRANTED, grant_payload
from steelyard.people.models import Invitation, Member
from steelyard.people.passkeys import passkeys_of
from steelyard.people.permissions import ROLES, Permission, Role
from tests.cast import member, present, with_keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def adam():
    return present("adam")


def _invite(adam, *roles: Role):
    return invite(
        adam, name="Ada Okafor", handle="ada", language="en", roles=list(roles), because="joins the team"
    )


def test_an_invited_person_becomes_active_through_the_link(adam):
    _, token = _invite(adam, Role.MODERATOR)
    opened = open_invitation(token)
    with_keys(opened.member)
    assert accept_invitation(opened).handle == "ada"
    ada = Member.objects.get(handle="ada")
    assert (ada.state, ada.user.is_active, ada.name(), ada.roles) == (
        "active",
        True,
        "Ada Okafor",
        ["moderator"],
    )
    assert not ada.user.has_usable_password()
    assert list(Entry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "people:member:invited",
        "people:invitation:sent",
        "people:invitation:opened",
        "people:invitation:used",
        "people:member:enrolled",
    ]


def test_a_link_opens_once(adam):
    _, token = _invite(adam)
    open_invitation(token)
    with pytest.raises(NoSuchThing, match="no longer works"):
        open_invitation(token)


def test_a_link_that_has_expired_does_not_open_and_an_opened_one_cannot_be_finished(adam):
    _, token = _invite(adam)
    with set_clock(now() + timedelta(days=3)), pytest.raises(NoSuchThing, match="no longer works"):
        open_invitation(token)
    opened = open_invitation(token)
    with_keys(opened.member)
    with set_clock(now() + timedelta(days=3)), pytest.raises(Refused, match="expired"):
        accept_invitation(opened)


def test_the_token_of_a_link_is_kept_nowhere(adam):
    invitation, token = _invite(adam)
    row = Invitation.objects.filter(pk=invitation.pk).values().get()
    assert token not in str(row)
    assert all(token.encode() not in bytes(leaf) for leaf in Entry.objects.values_list("leaf", flat=True))


def test_nobody_is_enrolled_without_passkey_second_factor_and_recovery_codes(adam):
    _, token = _invite(adam, Role.MODERATOR)
    opened = open_invitation(token)
    with pytest.raises(Refused, match="not complete"):
        accept_invitation(opened)


def test_a_link_for_a_lost_passkey_makes_the_old_ones_worthless(adam):
    ada = with_keys(member("ada"))
    _, token = link_from_operator("ada")
    assert len(passkeys_of(ada)) == 2
    open_invitation(token)
    assert passkeys_of(ada) == []
    assert Entry.objects.filter(verb="people:credential:removed").count() == 1


def test_a_new_link_makes_the_older_one_worthless(adam):
    _, first = _invite(adam)
    _, second = link_from_operator("ada")
    with pytest.raises(NoSuchThing):
        open_invitation(first)
    assert open_invitation(second).member.handle == "ada"


def test_somebody_without_the_permission_cannot_invite(adam):
    with pytest.raises(NoSuchThing):
        _invite(present("ben"))


def test_an_administrator_whose_passkey_is_not_fresh_cannot_invite(adam):
    with set_clock(now() + timedelta(minutes=15)), pytest.raises(NotFresh):
        _invite(adam)


def test_a_handle_is_given_once(adam):
    _invite(adam)
    with pytest.raises(BadInput, match="taken"):
        _invite(adam)


def test_one_administrator_gives_the_legal_role_alone_and_two_only_together(adam):
    grant_role(adam, member("otto").ref, Role.LEGAL, because="the house is small")
    aida, ada = present("aida"), member("ada")
    with pytest.raises(Refused, match="second administrator"):
        grant_role(adam, ada.ref, Role.LEGAL, because="Lena is away")
    asked = ask_approval(
        adam,
        Permission.PEOPLE_MEMBER_GRANT,
        GRANTED,
        ada,
        grant_payload(ada, Role.LEGAL),
        because="Lena is away",
    )
    approve(aida, asked.ref, grant_payload(ada, Role.LEGAL))
    grant_role(adam, ada.ref, Role.LEGAL, because="Lena is away", approval=asked.ref)
    assert has(Member.objects.get(pk=ada.pk), Permission.ORDERS_ORDER_DECIDE)


def test_with_two_administrators_nobody_invites_a_third_alone(adam):
    member("aida")
    with pytest.raises(Refused, match="two persons"):
        _invite(adam, Role.ADMINISTRATOR)


def test_an_administrator_gives_themself_nothing_alone(adam):
    with pytest.raises(Refused, match="to themselves"):
        grant_role(adam, adam.member.ref, Role.MODERATOR, because="I want to look")


def test_a_role_taken_away_counts_from_the_next_request(adam):
    ada = present("ada")
    revoke_role(adam, ada.member.ref, Role.MODERATOR, because="moves to another team")
    again = presence_of(ada.sign_in.ref)
    with pytest.raises(NoSuchThing):
        require(again.member, Permission.CASES_CASE_READ)


def test_a_suspended_member_is_out_at_the_next_request(adam):
    ada = present("ada")
    assert presence_of(ada.sign_in.ref).member == ada.member
    suspend_member(adam, ada.member.ref, because="device lost")
    assert presence_of(ada.sign_in.ref) is None
    with pytest.raises(NoSuchThing):
        member_of(ada.member.user)


def test_a_suspended_member_comes_back_only_through_a_new_link(adam):
    ada = present("ada")
    suspend_member(adam, ada.member.ref, because="device lost")
    with pytest.raises(NoSuchThing):
        link_from_operator("ada")
    _, token = readmit_member(adam, ada.member.ref, because="device found")
    opened = open_invitation(token)
    with_keys(opened.member)
    accept_invitation(opened)
    assert member_of(ada.member.user).handle == "ada"


def test_the_last_administrator_can_be_neither_suspended_nor_stripped(adam):
    for act in (
        lambda: suspend_member(adam, adam.member.ref, because="x"),
        lambda: revoke_role(adam, adam.member.ref, Role.ADMINISTRATOR, because="x"),
    ):
        with pytest.raises(Refused, match="only administrator"):
            act()


def test_the_operator_names_the_first_administrator_and_no_second():
    invitation, _ = found_house(name="Adam Larsson", handle="adam", language="en")
    assert invitation.member.roles == ["administrator"]
    with pytest.raises(Refused, match="already"):
        found_house(name="Mallory", handle="mallory", language="en")


def test_an_administrator_holds_no_key_to_any_case_and_an_auditor_to_no_person():
    about_cases = {p for p in Permission if p.split(":")[0] in {"cases", "notices", "orders", "evidence"}}
    assert not ROLES[Role.ADMINISTRATOR] & about_cases
    assert not ROLES[Role.AUDITOR] & (about_cases | {Permission.PEOPLE_MEMBER_READ})


def test_otto_may_do_nothing():
    otto = member("otto")
    assert [permission for permission in Permission if has(otto, permission)] == []
