from datetime import timedelta

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.ledger.models import Entry
from steelyard.ledger.queries import history_of
from steelyard.people.actions import partners as acts
from steelyard.people.partner_access import (
    contacts,
    invited_member,
    key_holder,
    mail_of,
    may_send,
    name_of,
    partner_for,
    partner_member,
    require_may_send,
)
from steelyard.people.partners import Partner, PartnerKey
from steelyard.people.permissions import Permission
from tests.cast import present
from tests.partners import KNOWN, SCHEME, enrolled, invited, nour

pytestmark = pytest.mark.django_db


def test_a_partner_is_invited_by_one_person_and_verified_by_another():
    partner, token = invited()
    with pytest.raises(Refused, match="invited this organisation yourself"):
        acts.verify_partner(present("adam"), partner.ref, because="I know them")
    with pytest.raises(Refused, match="not been verified yet"):
        require_may_send(partner)
    partner = acts.verify_partner(present("lena"), partner.ref, because="called back")
    require_may_send(partner)
    member = enrolled(token)
    assert (name_of(member), member.partner, member.manager) == ("Nour Haddad", partner, True)
    assert (contacts(partner)[0].phone, mail_of(partner)) == ("+961 1 000000", "nour@example.org")
    assert [line.verb for line in history_of(partner)] == [
        "people:partner:invited",
        "people:partner:verified",
    ]


def test_nobody_without_the_permission_learns_that_there_are_partners():
    partner, _token = invited()
    with pytest.raises(NoSuchThing):
        partner_for(present("ada").member, partner.ref, Permission.PEOPLE_PARTNER_READ)
    with pytest.raises(NoSuchThing):
        acts.revoke_partner(present("ada"), partner.ref, because="no")
    assert Partner.objects.get().state == "invited"


def test_a_link_enrols_one_person_once_and_not_without_a_passkey():
    _partner, token = invited()
    with pytest.raises(Refused, match="Make a passkey first"):
        acts.enrol_partner_member(token)
    enrolled(token)
    with pytest.raises(NoSuchThing):
        invited_member(token)
    with pytest.raises(NoSuchThing):
        invited_member("")


def test_a_link_that_was_left_lying_opens_nothing():
    _partner, token = invited()
    with set_clock(now() + timedelta(days=4)), pytest.raises(NoSuchThing):
        invited_member(token)


def test_a_suspension_counts_at_once_and_ends_by_itself():
    member = nour()
    partner = acts.suspend_partner(
        present("adam"), member.partner.ref, until=now() + timedelta(days=30), because="twelve wrong notices"
    )
    assert not may_send(partner)
    with pytest.raises(Refused, match="suspended at present"):
        require_may_send(partner)
    with set_clock(now() + timedelta(days=31)):
        assert may_send(partner)


def test_who_is_revoked_or_shut_out_comes_in_no_more():
    member = nour()
    _key, secret = acts.make_key(member, "Database", ["notices:write"])
    colleague, token = acts.invite_to_partner(
        member, member.partner.ref, name="Rana", handle="2", language="ar", manager=False
    )
    enrolled(token)
    acts.suspend_partner_member(member, member.partner.ref, colleague.ref)
    assert partner_member(colleague.ref) is None
    acts.revoke_partner(present("adam"), member.partner.ref, because="dissolved")
    assert partner_member(member.ref) is None
    with pytest.raises(NoSuchThing):
        key_holder(secret, "notices:write")


def test_a_key_does_what_it_was_made_for_and_only_its_fingerprint_is_kept():
    member = nour()
    key, secret = acts.make_key(member, "Database", ["notices:write"])
    assert secret.startswith("hotline_")
    assert secret not in PartnerKey.objects.get().fingerprint
    assert key_holder(secret, "notices:write") == key
    with pytest.raises(Refused, match="may not do that"):
        key_holder(secret, "reports:read")
    acts.withdraw_key(member, member.partner.ref, key.ref)
    with pytest.raises(NoSuchThing):
        key_holder(secret, "notices:write")
    with pytest.raises(BadInput):
        acts.make_key(member, "All", ["everything"])


def test_only_a_manager_of_the_same_partner_changes_its_settings():
    member = nour()
    _colleague, token = acts.invite_to_partner(
        member, member.partner.ref, name="Rana", handle="2", language="ar", manager=False
    )
    with pytest.raises(NoSuchThing):
        acts.make_key(enrolled(token), "Mine", ["notices:read"])
    other, _token = invited(name="Hotline Other")
    with pytest.raises(NoSuchThing):
        acts.set_scheme(member, other.ref, SCHEME, known=KNOWN)


@pytest.mark.parametrize(
    "given",
    [b"", b"[]", b'{"scheme": "x", "version": "1", "codes": {}}',
     b'{"scheme": "x", "version": "1", "codes": {"A": {"name": "a", "harm": "no_such_harm"}}}'],
)  # fmt: skip
def test_a_mapping_that_we_would_have_to_guess_at_is_refused(given):
    member = nour()
    with pytest.raises(BadInput):
        acts.set_scheme(member, member.partner.ref, given, known=KNOWN)
    assert set(Partner.objects.get().scheme["codes"]) == {"F1", "T1"}


def test_neither_names_nor_addresses_of_a_partner_stand_in_the_public_log():
    nour()
    leaves = b"".join(bytes(leaf) for leaf in Entry.objects.values_list("leaf", flat=True))
    assert not any(word in leaves for word in (b"Levant", b"Nour", b"nour@example.org"))


def test_the_status_on_the_public_list_is_noted_with_where_and_when_it_was_read():
    member = nour()
    partner = acts.note_award(
        present("lena"), member.partner.ref, award="awarded", awarded_by="Coordinator (invented)",
        source="list of 21 November 2026", seen_on=now().date(), because="looked it up",
    )  # fmt: skip
    assert (partner.award, partner.award_seen_on) == ("awarded", now().date())
    with pytest.raises(BadInput):
        acts.note_award(present("lena"), partner.ref, award="awarded", awarded_by="", source="",
                        seen_on=now().date(), because="x")  # fmt: skip
