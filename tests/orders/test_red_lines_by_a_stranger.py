"""Red lines and the lawful requests beside them, in twelve languages, as somebody wrote them who had not read how they
are known (001 to 050), and as we wrote them before we looked (R and N). They have been learned from since: they hold
what was reached and measure nothing any more."""

import json
from pathlib import Path

import msgspec
import pytest

from steelyard.orders.assessment import Asked, assess

CASES = [
    json.loads(line)
    for line in Path(__file__).with_name("red_lines_and_neighbours.jsonl").read_text().splitlines()
]
READ_BY_A_PERSON = {"R09"}
"""Nobody knows these words for a red line yet: never proposed, read by a person, and asked about."""


def of(family):
    return [pytest.param(case, id=case["id"]) for case in CASES if case["family"] == family]


def proposed(case):
    return assess(msgspec.convert(case["order"], Asked))


@pytest.mark.parametrize("case", of(1))
def test_what_nobody_can_be_given_is_refused_with_that_as_its_first_ground(case):
    found = proposed(case)
    check = found.check("red_lines")
    if case["id"] in READ_BY_A_PERSON:
        assert (check.result, found.proposal.step) == ("person", "ask")
        return
    assert found.red_lines
    assert (found.proposal.step, found.proposal.data) == ("refuse", ())
    assert (found.proposal.ground, found.proposal.cure) == (check.words, check.cure)


@pytest.mark.parametrize("case", of(2))
def test_a_lawful_request_beside_it_is_weighed_as_what_it_is(case):
    found = proposed(case)
    assert found.red_lines == ()
    expected = [*case["expect"]["proposal"], "comply_in_part"]
    if "differs" in case:
        assert found.proposal.ground == found.check("conflict_of_laws").words
    else:
        assert found.proposal.step in expected


ORDER = {"instrument": "national", "country": "FR", "authority": "Tribunal judiciaire", "issuer": "court",
         "reference": "1", "language": "en", "targets": ["the service"], "measure": "disclose", "data": ["subscriber"],
         "legal_basis": "Code pénal", "reasons": "Fraud", "redress": "Appeal", "verified": 3, "called_back": True,
         "arrived_at": "2026-11-20T09:00:00Z"}  # fmt: skip


@pytest.mark.parametrize(
    "demand", ["Kindly do what is needed.", "The usual records.", "", "Toutes mesures utiles."]
)
def test_where_nobody_can_tell_whose_data_are_meant_a_person_reads_and_nothing_is_proposed(demand):
    found = proposed({"order": {**ORDER, "demand": demand}})
    assert found.check("red_lines").result == "person"
    assert found.proposal.step == "ask"
    assert "red_lines" in found.proposal.waits_for


def one_account(words):
    return proposed({"order": {**ORDER, "targets": ["@uma_k"], "data": ["content"], "demand": words}})


def test_what_is_stored_in_clear_of_one_account_is_no_red_line():
    words = "Copies of the messages of @uma_k from 3 to 5 May, unencrypted, on the enclosed CD."
    assert one_account(words).red_lines == ()


def test_one_account_in_real_time_is_no_red_line_and_is_read_by_a_person():
    found = one_account("Real-time access to the messages of @uma_k while the kidnapping lasts.")
    assert (found.red_lines, found.check("red_lines").result) == ((), "person")


def test_a_law_that_is_cited_can_hide_a_demand_as_well():
    cited = {
        "legal_basis": "Art. 64: the provider shall hand over the encryption keys.",
        "targets": ["@uma_k"],
    }
    assert proposed({"order": {**ORDER, **cited, "demand": "Subscriber data of @uma_k."}}).red_lines == (
        "keys",
    )


def test_the_reasons_may_tell_of_stolen_keys():
    told = {"reasons": "Theft of private keys of wallets and sale of encryption keys.", "targets": ["@uma_k"]}
    found = proposed({"order": {**ORDER, **told, "demand": "Subscriber data of @uma_k."}})
    assert (found.red_lines, found.check("red_lines").result) == ((), "person")


@pytest.mark.parametrize("demand", [
    "The suspect @uma_k sells drugs, hand over the encryption keys.",
    "Decrypt the chats in which @uma_k sold drugs.",
    "@uma_k threatens a judge and you shall decrypt his chats.",
    "We already have the phone of @uma_k and need the encryption keys of it.",
    "The encryption keys of the chats in which @uma_k offered drugs.",
    "Die privaten Schlüssel von @uma_k, der Drogen verkauft.",
    "Ключи шифрования аккаунта @uma_k, который продает наркотики.",
    "Çalıntı telefon satan @uma_k hesabının özel anahtarları.",
    "کلیدهای رمزنگاری حساب @uma_k که مواد فروخته است",
    "Install a backdoor in the bar chat of @uma_k.",
])  # fmt: skip
def test_an_offence_that_is_told_hides_no_demand(demand):
    found = proposed({"order": {**ORDER, "targets": ["@uma_k"], "demand": demand}})
    assert (len(found.red_lines), found.proposal.step) == (1, "refuse")


@pytest.mark.parametrize("demand", [
    "Subscriber data of @uma_k, who sells stolen private keys.",
    "Données de @uma_k, qui vend des clés de chiffrement volées.",
    "Bestandsdaten von @uma_k, der gestohlene private Schlüssel verkauft.",
    "Subscriber of “Backdoor”, a bar, @uma_k.",
    "Dati di @uma_k, che vende chiavi private rubate.",
    "Дані @uma_k, який продає викрадені приватні ключі.",
])  # fmt: skip
def test_an_offence_that_is_told_of_is_no_demand(demand):
    found = proposed({"order": {**ORDER, "targets": ["@uma_k"], "demand": demand}})
    assert (found.red_lines, found.check("red_lines").result) == ((), "person")


def test_an_order_to_hide_that_goes_on_to_encryption_is_read_by_a_person():
    told = "Remove the post that sells drugs, and switch off encryption of the group."
    found = proposed({"order": {**ORDER, "measure": "restrict", "data": [], "demand": told}})
    assert found.check("red_lines").result == "person"
