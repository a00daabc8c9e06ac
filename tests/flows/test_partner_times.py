from datetime import timedelta

import pytest

from steelyard.cases.models import Case
from steelyard.decisions.models import Decision
from steelyard.flows.partner_times import partner_times
from steelyard.flows.scorecard import scorecard
from steelyard.flows.take_up_lines import take_up_lines
from steelyard.notices.models import NoticeBatch
from steelyard.people.partner_access import Contact
from steelyard.rulebook.countries import countries, region_name, region_of
from tests.flows.stories import SCAM, decided
from tests.partners import nour, sent

pytestmark = pytest.mark.django_db


def partner(name, country, language):
    contact = Contact(name="Somebody", email=f"{country}@example.org", phone="")
    return nour(name=name, country=country, language=language, contact=contact)


def decided_after(platform, member, hours, *, lines):
    """This partner's lines, each decided so many hours after it arrived."""
    names = [f"${member.partner.country}-{n}" for n in range(lines)]
    for name in names:
        platform.publish(name, f"{SCAM} {name}")
    sent(member, *(f"memory:{name}" for name in names), language=member.partner.language)
    while take_up_lines():
        pass
    for case in Case.objects.filter(state="open"):
        decision = decided("ada", case)
        batch = NoticeBatch.objects.get(partner=member.partner)
        Decision.objects.filter(pk=decision.pk).update(made_at=batch.created_at + timedelta(hours=hours))


def test_waiting_times_are_shown_by_region_where_several_partners_stand_behind_them_and_none_is_named(
    platform,
):
    """Two hotlines in Europe, two in Africa: the second pair waits four times as long, and everybody can see it."""
    people = [
        partner("Hotline Kyiv", "UA", "ru"), partner("Hotline Riga", "LV", "ru"),
        partner("Hotline Addis", "ET", "en"), partner("Hotline Nairobi", "KE", "en"),
    ]  # fmt: skip
    for person, wait in zip(people, (1, 1, 4, 4), strict=True):
        decided_after(platform, person, wait, lines=5)
    found = partner_times()
    assert [(one.about, one.lines, one.median) for one in found.by_region] == [
        ("002", 10, 4.0),
        ("150", 10, 1.0),
    ]
    assert (found.region_parity, found.parity, found.whole.lines) == (0.25, 0.25, 20)
    card = scorecard(people[0].partner)
    assert (card.by_region, card.region_parity) == (found.by_region, 0.25)
    assert not any(one.partner.name in repr(found) for one in people)


def test_a_cell_that_would_be_one_partners_own_figure_is_not_shown(platform):
    alone, other = partner("Hotline Beirut", "LB", "ar"), partner("Hotline Paris", "FR", "fr")
    decided_after(platform, alone, 2, lines=12)
    decided_after(platform, other, 2, lines=2)
    found = partner_times()
    assert (found.by_region, found.by_language) == ((), ())
    assert (found.region_parity, found.hidden) == (None, 4)
    assert found.whole.lines == 14


def test_every_country_we_can_name_lies_in_one_region():
    assert all(region_of(code) for code, _name in countries("en"))
    assert region_name(region_of("LB"), "fa") == "آسیا"
