"""One State, one week: a channel that calls for Molotov cocktails, and one that calls for a peaceful march."""

from datetime import datetime

import pytest

from steelyard.flows.consider_speech import is_braked
from steelyard.orders.assessment import Words
from tests.orders.papers import paper, weighed

MOLOTOV = {
    "en": "Tonight everyone brings Molotov cocktails. Throw them at the police, burn the station.",
    "ru": "Сегодня все несут коктейли Молотова. Бейте полицию, поджигайте участок.",
    "fr": "Ce soir chacun apporte des cocktails Molotov, brûlez la police.",
    "fa": "امشب همه کوکتل مولوتف بیاورند و به پلیس حمله کنند، تظاهرات در میدان",
}
MARCH = {
    "en": "A peaceful march for fair wages, Saturday at noon. Bring your families, no violence.",
    "ru": "Мирное шествие за справедливую оплату, в субботу в полдень. Приходите с семьями.",
    "fr": "Marche pacifique pour des salaires justes, samedi à midi. Venez en famille.",
    "fa": "راهپیمایی مسالمت‌آمیز برای دستمزد عادلانه، شنبه ظهر. با خانواده بیایید.",
    "ar": "مسيرة سلمية من أجل أجور عادلة، السبت ظهراً. تعالوا مع عائلاتكم.",
}


def demanded(words, country="IR", reasons="It spreads unrest and calls for protests."):
    """The ministry wants a channel closed."""
    return weighed(
        paper("national", country, issuer="ministry", harm="violence", reasons=reasons, language="en",
              contents=(Words(text=words),))
    )  # fmt: skip


def test_one_state_one_week_two_channels_opposite_outcomes():
    violent, peaceful = demanded(MOLOTOV["en"]), demanded(MARCH["en"])
    assert violent.proposal.step == "comply"
    assert violent.proposal.waits_for == ("protected_speech", "gate")
    assert "molotov*" in violent.check("protected_speech").found
    assert peaceful.proposal.step == "refuse"
    assert peaceful.check("protected_speech").leads_to == "refuse"
    assert violent.proposal.two_people
    assert peaceful.proposal.two_people
    others = [(a, b) for a, b in zip(violent.checks, peaceful.checks, strict=True) if a != b]
    assert [a.check for a, _ in others] == ["protected_speech"]


@pytest.mark.parametrize("language", MARCH)
def test_the_peaceful_march_is_answered_with_the_test_it_fails(language):
    found = demanded(MARCH[language])
    check = found.check("protected_speech")
    assert (found.proposal.step, check.result) == ("refuse", "fail")
    assert "safeguards.iccpr_19" in {cite.fact for cite in check.rests_on}
    assert "speech.topics.protest" in {cite.fact for cite in check.rests_on}
    assert check.cure
    assert check.words in found.proposal.ground


@pytest.mark.parametrize("language", MOLOTOV)
def test_the_call_for_molotov_cocktails_is_answered_with_the_six_questions(language):
    found = demanded(MOLOTOV[language])
    check = found.check("protected_speech")
    assert (found.proposal.step, check.result) == ("comply", "person")
    assert "safeguards.rabat" in {cite.fact for cite in check.rests_on}


@pytest.mark.parametrize("country", ["FR", "DE", "US", "RU"])
def test_the_pair_comes_out_alike_whoever_asks(country):
    assert demanded(MOLOTOV["en"], country).proposal.step == "comply"
    assert demanded(MARCH["en"], country).proposal.step == "refuse"


def test_what_the_order_claims_is_not_what_the_content_says():
    found = demanded(MARCH["en"], reasons="The channel calls for Molotov cocktails and murder.")
    assert found.proposal.step == "refuse"


def test_a_march_for_the_government_is_as_free_as_one_against_it():
    for_it = demanded("A peaceful march for the government on Saturday.")
    against = demanded("A peaceful march against the government on Saturday.")
    assert for_it.proposal.step == against.proposal.step == "refuse"


def test_no_date_is_mistaken_for_a_march():
    check = demanded("On 3 March the shop closes.", reasons="").check("protected_speech")
    assert (check.result, check.found, check.leads_to) == ("person", (), "")


@pytest.mark.parametrize("words", [
    "We walk peacefully on Saturday. Do not throw stones at the police, bring no weapons.",
    "Marche pacifique samedi, sans cocktail Molotov ni pavés.", "Мирное шествие. Не бейте полицию, не жгите ничего.",
])  # fmt: skip
def test_violence_that_is_called_off_is_no_call_for_it(words):
    assert demanded(words).proposal.step == "refuse"


def test_a_denial_in_another_clause_calls_nothing_off():
    found = demanded(
        "The protest begins at nine. No mercy: burn the police station, throw Molotov cocktails."
    )
    assert (found.proposal.step, found.check("protected_speech").result) == ("comply", "person")


@pytest.mark.parametrize("day", ["2017-12-30", "2017-12-31", "2019-06-01"])
def test_the_pair_comes_out_the_same_on_its_own_days(day):
    arrived = datetime.fromisoformat(f"{day}T12:00:00+03:30")
    for instrument in ("national", "informal"):
        steps = [
            weighed(
                paper(instrument, "IR", issuer="ministry", harm="violence", language="en", arrived_at=arrived,
                      contents=(Words(text=text),))
            ).proposal
            for text in (MOLOTOV["fa"], MARCH["fa"])
        ]  # fmt: skip
        assert [one.step for one in steps] == ["comply", "refuse"]
        assert all(one.two_people for one in steps)


def test_a_channel_that_nobody_has_read_is_neither_refused_nor_passed():
    found = weighed(
        paper("national", "IR", issuer="ministry", harm="violence", language="en", contents=(),
              reasons="It calls for protests and for Molotov cocktails.")
    )  # fmt: skip
    assert found.check("protected_speech").result == "person"
    assert found.proposal.step == "comply"
    assert "protected_speech" in found.proposal.waits_for
    assert is_braked(found), "its own words speak of protest: two people, before anything is considered"
