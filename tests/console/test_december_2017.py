"""From the form on the portal to the letter and the log: the same doors that an authority and the desk use."""

import re

import pytest

from steelyard.cases.models import Case
from steelyard.ledger.queries import entries
from steelyard.orders.models import Order
from tests.browser import fits
from tests.console.browsers import browser, enrolled
from tests.flows.stories import delivered, verified

pytestmark = pytest.mark.django_db
MOLOTOV = "Tonight everyone brings Molotov cocktails. Throw them at the police, burn the station."
MARCH = "A peaceful march for fair wages, Saturday at noon. Bring your families, no violence."
ORDER = {
    "instrument": "national", "authority": "An invented ministry", "country": "IR", "issuer": "ministry",
    "harm": "violence", "legal_basis": "An invented provision", "reasons": "It spreads unrest.",
    "redress": "An invented court", "scope": "own", "contact": "desk@ministry.example", "language": "en",
    "written_in": "en", "incomplete": "yes",
}  # fmt: skip


@pytest.fixture
def desk(platform):
    """Lena and Lev are at their browsers."""
    return enrolled("lena"), enrolled("lev")


def sent(**more):
    """An authority fills the form in. The order, and the address at which its sender follows it."""
    page = browser().post("/en/order", ORDER | more)
    assert page.status_code == 200, page.text
    token = re.search(r"/en/follow/([\w-]{20,})", page.text)
    assert token
    return Order.objects.latest("pk"), token.group(1)


def confirm_law(lena, order):
    text = lena.get(f"/console/orders/{order.ref}").text
    shown = [one.split('"')[0] for one in text.split('name="shown" value="')[1:]]
    lena.post(f"/console/orders/{order.ref}/confirm", {"shown": shown})


def propose(lena, order, words):
    """Take the case and propose to hide it, on the law that the order names."""
    case = Case.objects.get(bases__order=order)
    lena.post(f"/console/cases/{case.ref}/claim")
    given = {"outcome": "contain", "ground": f"law.{order.instrument}", "words": words, "do": "decide",
             "territory": [order.country]}  # fmt: skip
    return case, lena.post(f"/console/cases/{case.ref}/decide", given)


def signed(lev, case):
    decision = case.decisions.latest("pk")
    page = lev.post(f"/console/cases/{case.ref}/countersign/{decision.ref}", {"answer": "sign"})
    delivered()
    return page


def step(person, order, name, words):
    return person.post(f"/console/orders/{order.ref}/{name}", {"words": words, "do": "go"})


def answered(token):
    """What the sender downloads at their own address."""
    sender = browser()
    page = sender.get(f"/en/follow/{token}")
    return sender.get(f"{page.url.path}/answer.json").json()


def told(*types):
    return [leaf["type"] for leaf in entries(None) if leaf["type"] in types]


def test_the_pair_of_one_state_and_one_week_from_the_form_to_the_letter(platform, desk):
    lena, lev = desk
    platform.publish("$violent", MOLOTOV)
    platform.publish("$peaceful", MARCH)
    violent, violent_link = sent(reference="1", targets="memory:$violent")
    peaceful, peaceful_link = sent(reference="2", targets="memory:$peaceful")
    for order in (violent, peaceful):
        confirm_law(lena, order)
        verified(Case.objects.get(bases__order=order))

    case, _page = propose(lena, violent, "It tells people to throw burning bottles at the police tonight.")
    assert platform.hidden == set(), "one person hides nothing"
    signed(lev, case)
    assert platform.hidden == {"$violent"}

    case, refused = propose(lena, peaceful, "The ministry wants it.")
    assert refused.status_code == 409
    assert "Two people, one of them legal, have to agree before a measure is considered" in refused.text
    assert not case.decisions.exists()
    assert "Refuse it" in lena.get(f"/console/orders/{peaceful.ref}").text
    assert step(lena, peaceful, "refuse", "It calls for a march, and for no violence.").status_code == 200

    yes, no = answered(violent_link), answered(peaceful_link)
    assert (yes["outcome"], no["outcome"]) == ("executed", "refused")
    assert yes["effects"][0]["territory"] == ["IR"]
    assert "burning bottles" in yes["effects"][0]["reasons"]
    ground = next(one for one in no["grounds"] if one["check"] == "protected_speech")
    assert "no word of violence" in ground["ground"]
    assert "Name the words that threaten somebody" in ground["cure"]
    assert any("Civil and Political Rights" in one["source"] for one in ground["rests_on"])
    assert told("orders:order:executed", "orders:order:refused") == [
        "orders:order:executed", "orders:order:refused",
    ]  # fmt: skip
    assert platform.hidden == {"$violent"}


def test_the_march_is_considered_only_when_a_second_person_agrees_and_then_still_takes_two(platform, desk):
    lena, lev = desk
    platform.publish("$peaceful", MARCH)
    order, _link = sent(reference="2", targets="memory:$peaceful")
    confirm_law(lena, order)
    verified(Case.objects.get(bases__order=order))
    assert step(lena, order, "consider", " ").status_code == 409, "it needs its reasons"
    step(lena, order, "consider", "Provision, aim, and nothing milder.")
    assert propose(lena, order, "As asked.")[1].status_code == 409, "asking is not agreeing"
    waiting = re.search(r"/console/approvals/(\w{26})", lev.get("/console/approvals").text)
    own = lena.post(f"/console/approvals/{waiting.group(1)}", {"answer": "approve", "because": "Yes."})
    assert own.status_code == 403, "nobody is their own second person"
    lev.post(
        f"/console/approvals/{waiting.group(1)}", {"answer": "approve", "because": "It can be looked at."}
    )
    assert told("orders:speech:considered") == ["orders:speech:considered"]
    case, page = propose(lena, order, "As asked.")
    assert page.status_code == 200
    assert (case.decisions.get().state, platform.hidden) == ("proposed", set())


def test_a_channel_is_weighed_by_what_it_says(platform, desk):
    lena, _lev = desk
    platform.publish("$peaceful", MARCH)
    sent(reference="2", targets="memory:$peaceful")  # one of its posts is known from here on
    order, _link = sent(reference="3", targets="memory:!market:home")
    text = lena.get(f"/console/orders/{order.ref}").text
    assert "no word of violence" in text


def test_one_removal_order_from_two_states_of_the_union_and_from_a_gated_one(platform, desk):
    lena, lev = desk
    text = "Guaranteed profit, write to me in private."
    answers, checks = {}, {}
    for country, instrument in (("FR", "dsa_9"), ("DE", "dsa_9"), ("RU", "national")):
        platform.publish(f"${country}", f"{text} {country}")
        order, link = sent(
            reference=country, targets=f"memory:${country}", country=country, instrument=instrument,
            harm="scam", issuer="court", reasons="Fraud by promise of profit.",
        )  # fmt: skip
        confirm_law(lena, order)
        verified(Case.objects.get(bases__order=order))
        checks[country] = lena.get(f"/console/orders/{order.ref}").text
        case, _page = propose(lena, order, "It promises profit without risk.")
        signed(lev, case)
        answers[country] = answered(link)
    france, germany = answers["FR"], answers["DE"]
    same = ("outcome", "recipient_told", "grounds")
    assert [france[name] for name in same] == [germany[name] for name in same]
    assert {one["outcome"] for one in answers.values()} == {"executed"}, "no other standard of content"
    assert [one["effects"][0]["territory"] for one in answers.values()] == [["FR"], ["DE"], ["RU"]]
    safeguards = (
        "effect in that State only",
        "two people for every removal",
        "no user data without a treaty",
    )
    for words in safeguards:
        assert words in checks["RU"]
        assert words not in checks["FR"]
    assert "The standard for content is the same as for everyone." in checks["RU"]


ATTEMPTS = [
    ("keys", {"country": "FR", "instrument": "epoc", "issuer": "court",
              "demand": "Hand over the encryption keys of the service."}),
    ("decryption", {"country": "DE", "instrument": "emergency", "issuer": "police",
                    "demand": "Decrypt the messages of this account.",
                    "emergency": "A child is in danger of death."}),
    ("unidentified_group", {"country": "RU", "demand": "Name all participants of the channel."}),
    ("general_access", {"country": "US", "instrument": "us_process", "issuer": "court",
                        "demand": "Give us bulk access to the data of the service.",
                        "emergency": "A bomb may explode today."}),
    ("backdoor", {"country": "IR", "instrument": "informal", "demand": "Build a backdoor for us."}),
]  # fmt: skip


def test_what_nobody_can_be_given_is_refused_with_its_ground_whoever_asks_and_however_urgently(
    platform, desk
):
    for line, asked in ATTEMPTS:
        refused(desk, line, asked)


def refused(desk, line, asked):
    lena, lev = desk
    order, link = sent(
        reference=line, targets="memory:@uma:home", categories=["subscriber"], reasons="Needed.",
        offence="Murder", **asked,
    )  # fmt: skip
    country = asked["country"]
    attempts = [leaf for leaf in entries(None) if leaf["type"] == "orders:redline:attempted"]
    assert (line, country) in [(leaf["verb"], leaf["authority_country"]) for leaf in attempts]
    confirm_law(lena, order)
    verified(Case.objects.get(bases__order=order))
    for person in (lena, lev):
        tried = person.post(f"/console/orders/{order.ref}/collect", {"categories": ["subscriber"]})
        assert tried.status_code == 409, "two people change nothing: there is no such action"
    assert step(lena, order, "refuse", "Nobody can be given this.").status_code == 200
    answer = answered(link)
    ground = next(one for one in answer["grounds"] if one["check"] == "red_lines")
    assert answer["outcome"] == "refused"
    assert "no role, no setting and no number of people can grant this" in ground["ground"]
    assert ground["rests_on"][0]["source"]


def test_the_case_of_an_order_fits_a_telephone_in_the_reader_s_language(platform, desk, new_page, site):
    """Lev reads Russian, whose words for the checks are the longest."""
    lena, lev = desk
    platform.publish("$violent", MOLOTOV)
    violent, _link = sent(reference="1", targets="memory:$violent", demand="Remove the post worldwide.")
    confirm_law(lena, violent)
    verified(Case.objects.get(bases__order=violent))
    case, _page = propose(lena, violent, "It tells people to throw burning bottles at the police tonight.")
    page = new_page(width=320)
    cookies = [{"name": one.name, "value": one.value, "url": site} for one in lev.http.cookies.jar]
    page.context.add_cookies(cookies)
    assert page.goto(f"/console/cases/{case.ref}").status == 200
    assert page.inner_text("h1")
    fits(page)
