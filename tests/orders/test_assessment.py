from datetime import UTC, date, datetime

import pytest

from steelyard.orders.assessment import CHECKS
from steelyard.rulebook.law import law_on
from steelyard.rulebook.queries import instruments
from tests.orders.papers import MONDAY, data_paper, paper, results, weighed

TODAY = date(2026, 11, 21)


def test_a_complete_verified_order_passes_every_check_and_still_takes_two_people():
    found = weighed(paper())
    assert results(found) == dict.fromkeys(CHECKS, "pass") | {"conflict_of_laws": "not_applicable"}
    assert found.proposal.step == "comply"
    assert found.proposal.territory == ("FR",)
    assert found.proposal.two_people


def test_every_check_of_the_rulebook_is_made_in_its_order():
    assert list(law_on(TODAY).checks) == list(CHECKS)


@pytest.mark.parametrize("instrument", instruments())
def test_every_instrument_is_assessed_and_every_fail_says_why_and_what_it_rests_on(instrument):
    for asked in (
        paper(instrument, "IN"),
        data_paper(instrument, "FR"),
        data_paper(instrument, "US", verified=0),
    ):
        for one in weighed(asked).checks:
            assert one.words.strip()
            if one.result == "fail":
                assert one.leads_to
                assert one.cure or one.leads_to in ("raise", "hold")
                assert all(cite.source and cite.status for cite in one.rests_on)


def test_an_instrument_binds_only_where_and_since_it_is_law():
    early = data_paper(arrived_at=datetime(2026, 8, 17, 12, tzinfo=UTC))
    assert weighed(early).check("in_force").result == "fail"
    days = {"period_from": date(2026, 8, 1), "period_to": date(2026, 8, 7)}
    first_day = data_paper(arrived_at=datetime(2026, 8, 18, 12, tzinfo=UTC), **days)
    assert weighed(first_day).proposal.step == "comply"
    assert weighed(data_paper(country="DK")).check("in_force").leads_to == "refuse"
    assert weighed(paper("dsa_9", "IN")).check("in_force").result == "fail"
    assert weighed(data_paper("us_process", "FR")).check("in_force").result == "fail"


def test_an_order_nobody_has_verified_is_held():
    for rung, step in ((0, "hold"), (1, "hold"), (2, "comply")):
        assert weighed(paper(verified=rung)).proposal.step == step
    assert weighed(data_paper(verified=2)).proposal.step == "hold"
    urgent = {"instrument": "emergency", "emergency": "A threat to life"}
    for called_back, step in ((False, "hold"), (True, "comply")):
        found = weighed(data_paper(**urgent, verified=4, called_back=called_back))
        assert found.check("authenticity").leads_to == ("" if called_back else "hold")
        assert (found.proposal.step == "hold") == (step == "hold")


def test_a_prosecutor_alone_gets_no_content():
    found = weighed(data_paper(issuer="prosecutor", data=("subscriber", "content")))
    assert (found.proposal.step, found.proposal.data) == ("comply_in_part", ("subscriber",))
    assert found.check("competence").found == ("content",)
    validated = data_paper(issuer="prosecutor", validated_by="judge", data=("subscriber", "content"))
    assert weighed(validated).proposal.data == ("subscriber", "content")
    assert weighed(data_paper(issuer="police")).check("competence").leads_to == "refuse"


def test_a_police_force_is_asked_who_validated_its_preservation_order_and_not_refused():
    alone = weighed(data_paper("epoc_pr", issuer="police"))
    assert alone.check("competence").leads_to == alone.proposal.step == "ask"
    assert (
        weighed(data_paper("epoc_pr", issuer="police", validated_by="judge")).check("competence").result
        == "pass"
    )
    nobody_who_may = data_paper("epoc_pr", issuer="police", validated_by="ministry")
    assert weighed(nobody_who_may).check("competence").leads_to == "refuse"


@pytest.mark.parametrize(("years", "result"), [(1.0, "fail"), (2.9, "fail"), (3.0, "pass"), (None, "person")])
def test_content_takes_a_serious_offence(years, result):
    found = weighed(data_paper(data=("content",), offence_years=years))
    assert found.check("competence").result == result
    listed = weighed(data_paper(data=("content",), offence_years=years, offence_listed=True))
    assert listed.check("competence").result == "pass"


def test_an_incomplete_order_names_each_missing_element_with_its_article():
    found = weighed(paper(legal_basis="", redress=""))
    check = found.check("form")
    assert check.found == ("legal_basis (Art. 9(2)(a)(i))", "redress (Art. 9(2)(a)(v))")
    assert [cite.source for cite in check.rests_on] == [
        "Regulation (EU) 2022/2065, Art. 9: Art. 9(2)(a)(i)", "Regulation (EU) 2022/2065, Art. 9: Art. 9(2)(a)(v)",
    ]  # fmt: skip
    assert found.proposal.step == "ask"


def test_an_unclear_one_hour_order_says_under_which_article_its_clock_stops():
    (hour, kept) = weighed(paper("tco_removal", reference="")).clocks
    assert hour.pauses == ("impossible → reason_ends (Art. 3(7))", "unclear → clarified (Art. 3(8))")
    assert kept.act_by is None


def test_an_order_in_a_language_nobody_declared_needs_a_translation():
    assert weighed(paper(language="pl")).proposal.step == "ask"
    assert weighed(paper(language="pl", translation="en")).proposal.step == "comply"
    assert weighed(paper(language="")).check("language").result == "person"
    assert weighed(data_paper("emergency", language="pl")).check("language").result == "not_applicable"


def test_too_long_a_period_is_asked_about():
    for period in ({"period_from": date(2020, 1, 1)}, {"period_from": None}, {"period_to": date(2026, 9, 1)}):
        found = weighed(data_paper(data=("traffic",), **period))
        assert (found.check("necessity").result, found.proposal.step) == ("fail", "ask")
    assert weighed(data_paper(data=("traffic",))).check("necessity").result == "pass"


def test_an_emergency_gets_contact_data_and_nothing_more():
    found = weighed(
        data_paper("emergency", data=("identification", "content"), emergency="A child is missing")
    )
    assert found.proposal.step == "comply_in_part"
    assert found.proposal.data == ("identification",)


def test_a_privilege_is_raised_with_the_enforcing_authority():
    found = weighed(data_paper(privileges=("journalist",)))
    assert found.proposal.step == "raise"
    assert found.check("privileges").result == "fail"
    assert weighed(data_paper("national", privileges=("journalist",))).check("privileges").result == "person"


def test_a_third_state_without_a_treaty_gets_no_user_data():
    for country in ("US", "IN", "RU", "BR"):
        found = weighed(data_paper("national", country))
        assert found.proposal.step == "refuse"
        assert "safeguards.gdpr_48" in {cite.fact for cite in found.check("conflict_of_laws").rests_on}
    assert weighed(data_paper("mla", "US")).check("conflict_of_laws").result == "person"
    assert weighed(data_paper("mla", "BR")).check("conflict_of_laws").result == "fail"


def test_preserving_is_not_handing_over():
    found = weighed(data_paper("us_preservation", "US", verified=2))
    assert found.check("conflict_of_laws").result == "not_applicable"
    assert found.proposal.step == "comply"


def test_a_scope_wider_than_the_state_is_narrowed_to_it():
    found = weighed(paper(territory=("FR", "BE", "DE")))
    assert (found.proposal.step, found.proposal.territory) == ("comply_in_part", ("FR",))
    assert found.check("territory").found == ("BE", "DE")
    assert weighed(paper(territory=("FR", "BE"), union_law=True)).proposal.territory == ("FR", "BE")
    assert len(weighed(paper("tco_removal", harm="terrorism")).proposal.territory) == 27


def test_the_same_valid_order_from_two_states_of_the_union_comes_out_the_same():
    first, second = (weighed(paper(country=country, language="fr")) for country in ("FR", "DE"))
    assert results(first) == results(second)
    assert first.proposal.step == second.proposal.step
    assert (first.proposal.territory, second.proposal.territory) == (("FR",), ("DE",))


def test_a_gated_state_gets_safeguards_and_the_same_standard_of_content():
    gated, ungated = (weighed(paper("national", country)) for country in ("RU", "FR"))
    gate = gated.check("gate")
    assert gate.result == "person"
    assert "Podchasov" in gate.rests_on[0].source
    assert {cite.fact for cite in gate.rests_on[1:]} == {
        "gate.brake_on_every_removal", "gate.own_territory_only", "gate.treaty_for_user_data",
        "gate.central_authority_for_emergencies",
    }  # fmt: skip
    assert gated.check("protected_speech") == ungated.check("protected_speech")
    assert gated.proposal.two_people
    assert weighed(paper("national", "RU", territory=("RU", "BY"), union_law=True)).proposal.territory == (
        "RU",
    )


def test_what_nobody_has_published_is_unknown_and_said_so():
    gate = weighed(paper("national", "BR")).check("gate")
    assert gate.result == "person"
    assert gate.found == ("freedom_on_the_net: unknown", "press_freedom: unknown", "rule_of_law: unknown")


def test_an_emergency_from_a_gated_state_comes_through_its_central_authority():
    asked = {"emergency": "A threat to life", "verified": 3, "called_back": True}
    assert weighed(data_paper("emergency", "RU", issuer="police", **asked)).check("gate").leads_to == "hold"
    assert weighed(data_paper("emergency", "RU", issuer="central", **asked)).check("gate").leads_to == ""


def test_what_is_not_held_cannot_be_given():
    found = weighed(data_paper("dsa_10", data=("subscriber", "encrypted_content")))
    assert (found.proposal.step, found.proposal.data) == ("comply_in_part", ("subscriber",))
    assert weighed(data_paper("dsa_10", data=("encrypted_content",))).proposal.step == "refuse"


def test_what_was_not_read_in_the_primary_text_is_listed_for_the_lawyer():
    found = weighed(data_paper())
    assert found.unconfirmed
    assert all(cite.status in ("secondary", "memory") for cite in found.unconfirmed)
    assert weighed(paper()).unconfirmed == ()


def test_the_law_of_the_day_of_arrival_counts():
    before = weighed(paper("in_removal", "IN", arrived_at=datetime(2026, 2, 19, 12, tzinfo=UTC)))
    after = weighed(paper("in_removal", "IN", arrived_at=datetime(2026, 2, 20, 12, tzinfo=UTC)))
    assert (before.check("in_force").result, after.check("in_force").result) == ("fail", "pass")
    assert weighed(paper(arrived_at=MONDAY)).day == "2026-11-16"
