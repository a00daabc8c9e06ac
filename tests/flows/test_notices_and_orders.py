from datetime import UTC, date, datetime, timedelta

import pytest

from steelyard.base.clock import set_clock
from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.cases.models import Case
from steelyard.cases.queries import queue, queue_sizes
from steelyard.decisions.actions import reasons_of
from steelyard.decisions.models import Decision
from steelyard.decisions.states import Outcome
from steelyard.flows.decide_case import DecisionGiven, countersign_decision, decline_decision
from steelyard.flows.follow import matter_for
from steelyard.flows.read_case import preview, read_case
from steelyard.ledger.queries import entries
from steelyard.letters.receipts import check_receipt
from steelyard.orders.models import Order
from tests.cast import member, present
from tests.flows.stories import HARMLESS, SCAM, decided, delivered, noticed, ordered

pytestmark = pytest.mark.django_db


def test_a_notice_becomes_a_case_with_a_receipt_that_verifies(platform):
    platform.publish("$1", SCAM)
    receipt = noticed("$1")
    assert check_receipt(receipt.json).valid
    (line,) = queue(member("ada"))
    assert (line.kind, line.harm, line.reports) == ("notice", "scam", 1)
    seen = matter_for(receipt.follow_token)
    assert (seen.what, seen.state, seen.links) == ("notice", "open", ("memory:$1",))


def test_a_receipt_with_one_changed_byte_does_not_verify(platform):
    receipt = noticed("$1")
    changed = receipt.json.replace(b'"salt": "', b'"salt": "00', 1)
    assert not check_receipt(changed).valid
    assert not check_receipt(b"{}").valid


def test_many_reports_on_one_post_are_one_case_and_decide_nothing(platform):
    platform.publish("$1", SCAM)
    for _ in range(5):
        noticed("$1")
    (line,) = queue(member("ada"))
    assert line.reports == 5
    assert not Decision.objects.exists()
    assert platform.hidden == set()


def test_a_notice_about_something_nobody_can_find_still_reaches_a_person(platform):
    platform.down = True
    noticed("$gone")
    assert Case.objects.get().subject is None


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"links": ()}, "links"),
        ({"harm": "nonsense"}, "harm"),
        ({"explanation": " "}, "explanation"),
        ({"good_faith": False}, "good_faith"),
        ({"name": ""}, "name"),
        ({"email": "no"}, "email"),
    ],
)
def test_a_notice_that_lacks_what_the_law_asks_for_names_the_field(platform, more, field):
    with pytest.raises(BadInput) as refusal:
        noticed("$1", **more)
    assert refusal.value.field == field
    assert not Case.objects.exists()


def test_each_item_of_one_notice_is_decided_by_itself_and_one_that_nobody_finds_too(platform):
    platform.publish("$1", SCAM)
    platform.publish("$2", HARMLESS)
    receipt = noticed("$1", links=("memory:$1", "memory:$2", "https://elsewhere.example/3"))
    first, second, nowhere = Case.objects.order_by("pk")
    assert (first.subject.native_id, second.subject.native_id, nowhere.subject) == ("$1", "$2", None)
    decided("ada", first)
    assert matter_for(receipt.follow_token).state == "open", "two of the three have no answer yet"
    decided("ada", second, outcome=Outcome.NONE, words="A question about a market.")
    decided("ada", nowhere, outcome=Outcome.NONE, words="It is not on this service.")
    delivered()
    seen = matter_for(receipt.follow_token)
    assert (seen.state, [item.outcome for item in seen.items]) == ("decided", ["contain", "none", "none"])
    assert platform.hidden == {"$1"}


def test_child_abuse_can_be_reported_without_a_name(platform):
    noticed("$1", harm="child_abuse", name="", email="")
    assert Case.objects.get().harm == "child_abuse"


def test_a_person_decides_a_notice_and_everyone_hears(platform):
    platform.publish("$1", SCAM)
    receipt = noticed("$1")
    decided("ada", words="It promises money for nothing.")
    delivered()
    assert platform.hidden == {"$1"}
    (to, text), = platform.letters  # fmt: skip
    assert to == "@uma:home"
    assert "It promises money for nothing." in text
    assert "a person decided" in text or "No automated means" in text
    seen = matter_for(receipt.follow_token)
    assert (seen.state, seen.items[0].outcome) == ("decided", "contain")


def test_the_preview_is_the_statement_the_author_gets(platform):
    platform.publish("$1", SCAM)
    noticed("$1")
    ada, case = present("ada"), Case.objects.get()
    shown = preview(ada, case.ref, DecisionGiven(outcome=Outcome.CONTAIN, ground="terms.scam", words="Look."))
    decided("ada", words="Look.")
    sent = reasons_of(Decision.objects.get().statement)
    assert (shown.facts, shown.ground, shown.source, shown.words) == (
        sent.facts, sent.ground, sent.source, sent.words,
    )  # fmt: skip


def test_nobody_decides_a_case_that_somebody_else_has(platform):
    platform.publish("$1", SCAM)
    noticed("$1")
    from steelyard.cases.actions import claim_case
    from steelyard.flows.decide_case import decide_case

    case = Case.objects.get()
    claim_case(member("ben"), case.ref)
    with pytest.raises(Refused):
        decide_case(present("ada"), case.ref, DecisionGiven(outcome=Outcome.NONE, words="Fine."))
    with pytest.raises(Refused):
        claim_case(member("ada"), case.ref)


def test_otto_cannot_tell_that_a_case_exists(platform):
    noticed("$1")
    case = Case.objects.get()
    with pytest.raises(NoSuchThing) as real:
        read_case(present("otto"), case.ref)
    with pytest.raises(NoSuchThing) as invented:
        read_case(present("otto"), "0" * 26)
    assert str(real.value) == str(invented.value)
    assert queue(member("otto")) == []
    assert queue_sizes(member("otto")) == {}


def test_every_look_at_a_sealed_post_is_written_down(platform):
    platform.publish("$1", SCAM)
    noticed("$1")
    view = read_case(present("ada"), Case.objects.get().ref)
    assert view.text == SCAM
    from steelyard.evidence.models import Look

    assert Look.objects.get().member == member("ada").ref


def test_an_order_needs_two_people_before_anything_happens(platform):
    platform.publish("$1", SCAM)
    receipt = ordered("$1")
    assert check_receipt(receipt.json).valid
    proposed = decided("lena", ground="law.dsa_9", words="The order is complete.")
    delivered()
    assert (proposed.state, platform.hidden, platform.letters) == ("proposed", set(), [])
    with pytest.raises(Refused):
        countersign_decision(present("lena"), proposed.ref)
    countersign_decision(present("lev"), proposed.ref)
    delivered()
    assert platform.hidden == {"$1"}
    made = Decision.objects.get()
    assert (made.state, made.second, made.authority_country) == ("made", member("lev").ref, "FR")
    assert Order.objects.get().state == "executed"
    assert matter_for(receipt.follow_token).state == "executed"


def test_the_second_person_can_send_an_order_back(platform):
    platform.publish("$1", SCAM)
    ordered("$1")
    proposed = decided("lena", ground="law.dsa_9")
    decline_decision(present("lev"), proposed.ref, because="The reference is not theirs.")
    delivered()
    assert platform.hidden == set()
    assert Case.objects.get().state == "in_review"
    assert Order.objects.get().state == "received"


def test_a_moderator_cannot_tell_that_an_order_exists(platform):
    ordered("$1")
    with pytest.raises(NoSuchThing):
        read_case(present("ada"), Case.objects.get().ref)
    assert queue(member("ada")) == []


def test_the_same_order_by_a_second_door_is_one_case_with_a_second_receipt(platform):
    platform.publish("$1", SCAM)
    first, second = ordered("$1"), ordered("$1", reference="24 / 1234", door="mail")
    assert Order.objects.count() == Case.objects.count() == 1
    assert first.ref != second.ref
    assert check_receipt(second.json).valid


def test_an_incomplete_order_is_taken_and_names_what_is_missing(platform):
    receipt = ordered("$1", legal_basis="", redress="")
    assert Order.objects.get().missing == ["legal_basis", "redress"]
    assert matter_for(receipt.follow_token).missing == (
        ("legal_basis", "Art. 9(2)(a)(i)"), ("redress", "Art. 9(2)(a)(v)"),
    )  # fmt: skip


def test_a_refused_order_is_answered_as_refused(platform):
    platform.publish("$1", SCAM)
    receipt = ordered("$1")
    decided("lena", outcome=Outcome.NONE, ground="", words="The authority is not competent for this.")
    seen = matter_for(receipt.follow_token)
    assert (seen.state, seen.items[0].words) == ("refused", "The authority is not competent for this.")


def test_the_public_log_says_on_which_ground_an_order_was_refused(platform):
    keys = {"instrument": "national", "country": "RU", "demand": "Передайте ключи шифрования."}
    for n, said in enumerate(({}, keys)):
        platform.publish(f"${n}", SCAM)
        ordered(f"${n}", reference=str(n), **said)
        decided("lena", Case.objects.get(state="open"), outcome=Outcome.NONE, ground="", words="No.")
    leaves = [leaf for leaf in entries(None) if leaf["type"] == "orders:order:refused"]
    assert [(leaf["ground"], leaf["instrument"], leaf["authority_country"]) for leaf in leaves] == [
        ("authenticity", "dsa_9", "FR"), ("red_lines", "national", "RU"),
    ]  # fmt: skip


def test_a_terrorist_content_order_has_one_hour_from_when_it_came_and_is_met_when_decided(platform):
    came = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
    platform.publish("$1", SCAM)
    with set_clock(came):
        ordered("$1", instrument="tco_removal", harm="terrorism")
    (clock,) = Case.objects.get().deadlines.all()
    assert (clock.starts_at, clock.ends_at, clock.met_at) == (came, came + timedelta(hours=1), None)
    assert (clock.fact, clock.source, clock.status) == (
        "tco.removal_order_executed", "Regulation (EU) 2021/784, Art. 3(3)", "verified",
    )  # fmt: skip
    with set_clock(came + timedelta(minutes=20)):
        proposed = decided("lena", ground="law.tco_removal")
    assert Case.objects.get().deadlines.get().met_at is None, "a proposal meets no clock"
    with set_clock(came + timedelta(minutes=40)):
        countersign_decision(present("lev"), proposed.ref)
    assert Case.objects.get().deadlines.get(fact=clock.fact).met_at == came + timedelta(minutes=40)


def test_the_author_reads_the_legal_basis_that_the_order_names_as_the_authoritys_claim(platform):
    platform.publish("$1", SCAM)
    ordered("$1", legal_basis="Code pénal, art. 313-1")
    proposed = decided("lena", ground="law.dsa_9")
    countersign_decision(present("lev"), proposed.ref)
    told = reasons_of(Decision.objects.get().statement)
    assert "Regulation (EU) 2022/2065, Art. 9" in told.ground_text
    assert "The authority names as its basis: “Code pénal, art. 313-1”." in told.ground_text


def test_the_desk_sees_every_check_of_an_order_beside_what_was_sent(platform):
    platform.publish("$1", SCAM)
    ordered("$1", legal_basis="")
    found = read_case(present("lena"), Case.objects.get().ref).why[0].assessment
    assert found.check("form").found == ("legal_basis (Art. 9(2)(a)(i))",)
    assert (found.check("authenticity").leads_to, found.proposal.step) == ("hold", "hold")


def test_what_an_order_says_of_offence_validation_and_language_reaches_the_checks(platform):
    platform.publish("$1", SCAM)
    ordered(
        "$1", instrument="epoc", issuer="police", validated_by="court", data=("traffic",), offence="Fraud",
        offence_years=5, written_in="pl", translation="en", period_from=date(2026, 9, 1),
        period_to=date(2026, 9, 30),
    )  # fmt: skip
    found = read_case(present("lena"), Case.objects.get().ref).why[0].assessment
    results = {each.check: each.result for each in found.checks}
    assert (results["competence"], results["language"], results["necessity"]) == ("pass", "pass", "pass")


def test_a_demand_for_keys_is_counted_in_public_once(platform):
    for door in ("portal", "mail"):
        ordered("$1", instrument="national", country="RU", demand="Передайте ключи шифрования.", door=door)
    attempts = [leaf for leaf in entries(None) if leaf["type"] == "orders:redline:attempted"]
    assert [(leaf["instrument"], leaf["authority_country"], leaf["verb"]) for leaf in attempts] == [
        ("national", "RU", "keys")
    ]
    found = read_case(present("lena"), Case.objects.get().ref).why[0].assessment
    assert (found.proposal.step, found.red_lines) == ("refuse", ("keys",))
