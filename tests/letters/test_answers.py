"""What an authority gets as our answer: in its form, with times, grounds and cures, signed, and verifiable."""

import io
import json
from datetime import UTC, datetime

import msgspec
import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from steelyard.base.clock import set_clock
from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case
from steelyard.decisions.states import Outcome
from steelyard.flows.answer_order import answer_to
from steelyard.flows.confirm_law import Unconfirmed, unconfirmed_of
from steelyard.flows.decide_case import DecisionGiven, countersign_decision, decide_case
from steelyard.letters.actions import text_of
from steelyard.letters.answers.actions import answer_json, answer_of, answer_pdf
from steelyard.letters.answers.shapes import Answer
from steelyard.letters.models import Letter, OrderAnswer
from steelyard.orders.models import Order
from steelyard.rulebook.queries import instruments
from steelyard.vault.house import house_key
from tests.cast import present
from tests.flows.stories import SCAM, decided, delivered, ordered

pytestmark = pytest.mark.django_db
CAME = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def post(platform):
    platform.publish("$1", SCAM)
    return platform


def executed(**more):
    with set_clock(CAME):
        ordered("$1", **more)
        ground = f"law.{more.get('instrument', 'dsa_9')}"
        countersign_decision(present("lev"), decided("lena", ground=ground, territory=("FR",)).ref)
        assert not OrderAnswer.objects.exists(), "an effect report says when, so it waits for the effect"
        delivered()
    return OrderAnswer.objects.get()


def refused(**more):
    with set_clock(CAME):
        ordered("$1", **more)
        decided("lena", outcome=Outcome.NONE, words="Elle ne dit pas pourquoi.")
    return OrderAnswer.objects.get()


def test_the_effect_report_says_whether_when_and_where_effect_was_given(post):
    answer = answer_of(executed())
    assert (answer.form.id, answer.form.exact, answer.outcome) == ("effect_report", True, "executed")
    (effect,) = answer.effects
    assert (effect.target, effect.outcome, effect.at, effect.territory) == (
        "memory:$1", "contain", CAME, ("FR",),
    )  # fmt: skip
    assert (answer.recipient_told, answer.grounds) == ("told", ())
    assert (answer.authority, answer.their_reference) == ("Tribunal judiciaire de Paris", "24/1234")


def test_the_letter_says_only_that_the_answer_is_there(post):
    executed()
    text = text_of(Letter.objects.get(kind="order_answer"))
    assert "24/1234" not in text
    assert "memory:$1" not in text


def test_a_refusal_names_each_ground_with_what_it_rests_on_and_how_to_cure_it_in_their_language(post):
    answer = answer_of(refused(legal_basis="", language="fr"))
    form = next(ground for ground in answer.grounds if ground.check == "form")
    assert form.ground == "Il manque : base juridique (Art. 9(2)(a)(i))."
    assert form.cure.startswith("Envoyez ce qui manque")
    assert form.rests_on[0].source == "Regulation (EU) 2022/2065, Art. 9: Art. 9(2)(a)(i)"
    assert answer.effects[0].reasons == "Elle ne dit pas pourquoi."


@pytest.mark.parametrize(
    ("instrument", "form"),
    [("tco_removal", "removal_impossible"), ("epoc", "form_3"), ("dsa_10", "receipt_and_effect_report"),
     ("national", "letter")],
)  # fmt: skip
def test_each_instrument_is_refused_in_its_own_form(post, instrument, form):
    answer = answer_of(refused(instrument=instrument, harm="terrorism"))
    assert answer.form.id == form


def test_an_answer_in_a_form_of_which_only_the_structure_is_known_says_so_and_what_a_lawyer_confirmed(post):
    answer = answer_of(executed(instrument="tco_removal", harm="terrorism"))
    assert (answer.form.id, answer.form.exact) == ("removal_done", False)
    assert answer.rests_on
    assert all(one.confirmed for one in answer.rests_on)


@pytest.mark.parametrize(
    ("instrument", "outcome", "form"),
    [("tco_removal", Outcome.CONTAIN, "removal_done"), ("tco_removal", Outcome.NONE, "removal_impossible"),
     ("epoc", Outcome.NONE, "form_3"), ("epoc_pr", Outcome.NONE, "form_3")],
)  # fmt: skip
def test_no_form_of_which_only_the_structure_is_known_goes_out_without_a_lawyer(
    post, instrument, outcome, form
):
    with set_clock(CAME):
        ordered("$1", instrument=instrument, harm="terrorism")
    order, lena = Order.objects.get(), present("lena")
    about = f"instruments.{instrument}.answers.{form}"
    assert about in {cite.fact for cite in unconfirmed_of(order)}
    claim_case(lena.member, Case.objects.get().ref)
    given = DecisionGiven(outcome=Outcome.NONE, words="No.")
    with pytest.raises(Unconfirmed) as held:
        decide_case(lena, Case.objects.get().ref, given)
    assert about in {cite.fact for cite in held.value.statements}
    ended = "refused" if outcome is Outcome.NONE else "executed"
    answer = answer_to(order, outcome=ended)
    assert (answer.form.id, answer.form.exact) == (form, False)
    official = next(row for row in instruments()[instrument].version.answers if row.what == form).article
    assert not next(one for one in answer.rests_on if one.source.endswith(official)).confirmed
    assert not OrderAnswer.objects.exists()


def test_the_pdf_is_signed_by_the_house_and_pyhankos_own_validator_trusts_it_with_our_certificate_only(post):
    row = executed()
    made = answer_pdf(row)
    assert answer_pdf(OrderAnswer.objects.get()) == made, "the same file from then on"
    signature = PdfFileReader(io.BytesIO(made)).embedded_signatures[0]
    ours = x509.Certificate.load(house_key("answers").certificate)
    with_ours = validate_pdf_signature(signature, ValidationContext(trust_roots=[ours], allow_fetching=False))
    assert with_ours.bottom_line
    assert with_ours.coverage.name == "ENTIRE_FILE"
    without = validate_pdf_signature(signature, ValidationContext(trust_roots=[], allow_fetching=False))
    assert not without.trusted


def test_one_changed_byte_of_the_pdf_is_found(post):
    made = bytearray(answer_pdf(executed()))
    made[len(made) // 3] ^= 1
    reader = PdfFileReader(io.BytesIO(bytes(made)), strict=False)
    ours = x509.Certificate.load(house_key("answers").certificate)
    status = validate_pdf_signature(
        reader.embedded_signatures[0], ValidationContext(trust_roots=[ours], allow_fetching=False)
    )
    assert not status.bottom_line


def test_the_json_inside_the_pdf_is_the_answer(post):
    row = executed()
    root = PdfFileReader(io.BytesIO(answer_pdf(row))).root
    attached = root["/AF"][0]["/EF"]["/F"].data
    assert msgspec.json.decode(attached, type=Answer) == answer_of(row)
    assert json.loads(answer_json(row))["type"] == "steelyard-order-answer/v1"


def test_an_answer_in_a_script_from_right_to_left_is_typeset_too(post):
    assert answer_pdf(refused(language="ar")).startswith(b"%PDF")


def test_a_withdrawn_order_gets_no_answer(post):
    from steelyard.flows.move_order import withdraw_order

    ordered("$1")
    withdraw_order(present("lena"), Order.objects.get().ref, "By letter.")
    assert not OrderAnswer.objects.exists()
    assert Case.objects.get().state == "lapsed"


def entries_of(answer):
    return {one.id: one for section in answer.sections for one in section.entries}


def test_the_reply_to_a_removal_order_has_each_section_of_its_annex_with_what_we_know(post):
    answer = answer_of(executed(instrument="tco_removal", harm="terrorism"))
    assert [section.id for section in answer.sections] == ["A", "B", "C"]
    told = entries_of(answer)
    assert (told["their_file"].value, told["received_at"].value) == ("24/1234", "2026-12-01 09:00 UTC")
    assert told["measure"].value.startswith("memory:$1: ")
    assert told["measure_at"].value == "2026-12-01 09:00 UTC"
    assert (told["person"].value, told["measure"].label) == ("", "Mesure prise"), "nobody's name is made up"


def test_a_european_order_that_is_not_executed_names_the_reasons_of_form_3_in_their_codes(post):
    answer = answer_of(refused(instrument="epoc", harm="terrorism", issuer="administrative"))
    assert [section.id for section in answer.sections] == list("ABCDEFGH")
    reasons = entries_of(answer)["reasons"]
    assert reasons.codes == ("not_competent", "incomplete")
    assert reasons.value == "Non émis ou validé par une autorité compétente; Le certificat est incomplet"
    of_conflict = [one.value for id_, one in entries_of(answer).items() if id_.startswith("conflict_")]
    assert of_conflict == [""] * 7, "section E is a person's to write, question by question"


def test_a_letter_without_a_form_has_no_sections(post):
    assert answer_of(refused(instrument="national")).sections == ()
