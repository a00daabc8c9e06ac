"""Hash lists at the desk and at the machine: opened, filled, disputed, handed on; no page shows a hash."""

import pytest

from steelyard.ledger.models import Entry
from steelyard.screening.models import HashList, ListedHash
from tests.console.browsers import enrolled

pytestmark = pytest.mark.django_db
HASH = "ab" * 32
OPENED = {
    "name": "spam", "source": "Our own decisions", "terms": "Ours.", "harm": "spam", "policy_ref": "terms.spam",
    "because": "Pictures come back.",
}  # fmt: skip


def with_a_list(person):
    person.post("/console/hash-lists", OPENED)
    given = {"hashes": f"pdq {HASH}\n", "source": "Cases of March", "because": "They came back."}
    return person.post("/console/hash-lists/spam/import", given)


def test_a_policy_lead_opens_a_list_and_takes_hashes_in():
    ines = enrolled("ines")
    assert "1 nouvelles" in with_a_list(ines).text
    assert ListedHash.objects.get().value == bytes.fromhex(HASH)
    page = ines.get("/console/hash-lists/spam").text
    assert HASH not in page
    assert "Our own decisions" in ines.get("/console/hash-lists").text


def test_a_moderator_disputes_a_hash_and_may_not_bring_it_back():
    with_a_list(enrolled("ines"))
    ada = enrolled("ada")
    said = {"move": "dispute", "kind": "pdq", "value": HASH, "because": "It is a press photograph."}
    assert "Done" in ada.post("/console/hash-lists/spam/move", said).text
    assert ListedHash.objects.get().opinion == "disputed"
    assert ada.post("/console/hash-lists/spam/move", said | {"move": "confirm"}).status_code == 404


def test_a_list_is_handed_on_as_a_file_and_that_is_written_down():
    ines = enrolled("ines")
    with_a_list(ines)
    answer = ines.post("/console/hash-lists/spam/export", {"because": "For the exchange."})
    assert HASH in answer.text
    assert Entry.objects.filter(verb="screening:hash_list:exported").count() == 1


def test_files_of_a_list_are_refused_and_kept_again():
    ines = enrolled("ines")
    with_a_list(ines)
    ines.post("/console/hash-lists/spam/refuse", {"refused": "yes", "because": "Known."})
    assert HashList.objects.get().refused
    ines.post("/console/hash-lists/spam/refuse", {"refused": "no", "because": "A mistake."})
    assert not HashList.objects.get().refused


def test_what_is_no_hash_is_told_and_nothing_changes():
    ines = enrolled("ines")
    with_a_list(ines)
    said = {"move": "withdraw", "kind": "pdq", "value": "not a hash", "because": "x"}
    assert ines.post("/console/hash-lists/spam/move", said).status_code == 400
    assert ListedHash.objects.get().opinion == "positive_class"
