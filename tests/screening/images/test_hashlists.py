"""Hash lists are taken in, disputed, withdrawn and handed on, each time on the record and without a hash in it."""

from collections.abc import Iterator

import pytest

from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.ledger.models import Entry
from steelyard.screening.engine.images.hashing import ImageHash, hash_media
from steelyard.screening.engine.images.lists import KINDS, Listed
from steelyard.screening.exchange import read_hashes
from steelyard.screening.hashlists import (
    confirm,
    dispute,
    export_hashes,
    forget_hash_lists,
    hash_lists_in_force,
    import_hashes,
    open_list,
    reject,
    withdraw,
)  # fmt: skip
from steelyard.screening.models import HashList, ListedHash
from steelyard.screening.states import Opinion
from tests.cast import member
from tests.screening.images.pictures import blocks, file

pytestmark = pytest.mark.django_db

PICTURE = file(blocks(480, 500))
SEEN = hash_media(PICTURE)
assert isinstance(SEEN.picture, ImageHash)
PDQ = SEEN.picture.pdq
OTHER = bytes(range(32))
LINES = f"pdq {PDQ.hex()}\nvideo_sha256 {SEEN.sha256.hex()}\nvideo_md5 {SEEN.md5.hex()}\nurl https://example.org\n".encode()


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    forget_hash_lists()
    yield
    forget_hash_lists()


@pytest.fixture
def campaign() -> HashList:
    return open_list(
        member("ines"), "campaign", source="Exchange of platforms", terms="For moderation only; not to be passed on.",
        harm="scam", policy_ref="terms.scam", because="We take part in the exchange.",
    )  # fmt: skip


def taken(content: bytes = LINES) -> dict[str, int]:
    return import_hashes(member("ines"), "campaign", content, source="file of March", because="Monthly.")


def on_lists() -> list[Listed]:
    return list(hash_lists_in_force().find(SEEN, ["campaign"], KINDS, 31))


def test_an_imported_file_is_in_force_and_on_the_record_without_its_hashes(campaign: HashList) -> None:
    assert taken() == {"new": 3, "changed": 0, "skipped": 1}
    assert on_lists() == [Listed("campaign", kind, 0) for kind in KINDS]
    entries = list(Entry.objects.order_by("pk"))
    assert [entry.verb for entry in entries] == ["screening:hash_list:opened", "screening:hash_list:imported"]
    assert not any(PDQ.hex() in str(bytes(entry.leaf)) for entry in entries)


def test_the_same_file_again_changes_nothing(campaign: HashList) -> None:
    taken()
    assert taken() == {"new": 0, "changed": 0, "skipped": 1}
    assert ListedHash.objects.count() == 3


def test_a_disputed_hash_is_out_of_force_until_somebody_confirms_it(campaign: HashList) -> None:
    taken()
    assert len(on_lists()) == 3
    row = dispute(member("ada"), "campaign", "pdq", PDQ, because="It is our own banner.")
    assert (row.opinion, [found.kind for found in on_lists()]) == (Opinion.DISPUTED, ["sha256", "md5"])
    assert taken()["changed"] == 0
    confirm(member("ines"), "campaign", "pdq", PDQ, because="It is not.")
    assert len(on_lists()) == 3


def test_a_withdrawn_hash_does_not_come_back_with_the_next_import(campaign: HashList) -> None:
    taken()
    withdraw(member("ines"), "campaign", "pdq", PDQ, because="A false positive.")
    taken()
    assert [found.kind for found in on_lists()] == ["sha256", "md5"]
    with pytest.raises(Refused):
        confirm(member("ines"), "campaign", "pdq", PDQ, because="Again.")
    assert Entry.objects.filter(verb="screening:hash_list:withdrawn").count() == 1


def test_a_dispute_decided_as_a_false_positive_is_told_in_exports(campaign: HashList) -> None:
    taken()
    dispute(member("ada"), "campaign", "md5", SEEN.md5, because="An empty file.")
    reject(member("ines"), "campaign", "md5", SEEN.md5, because="So it is.")
    assert [found.kind for found in on_lists()] == ["pdq", "sha256"]
    text = export_hashes(member("ines"), "campaign", because="For the partner platform.")
    assert f"campaign,video_md5,{SEEN.md5.hex()},NEGATIVE_CLASS," in text.splitlines()


def test_a_new_hash_is_found_without_reading_the_list_again(campaign: HashList) -> None:
    taken(f"pdq {OTHER.hex()}".encode())
    assert on_lists() == []
    before = hash_lists_in_force().sets["campaign"]
    taken(f"pdq {PDQ.hex()}".encode())
    assert on_lists() == [Listed("campaign", "pdq", 0)]
    assert hash_lists_in_force().sets["campaign"] is before


def test_opinions_that_differ_make_a_dispute(campaign: HashList) -> None:
    taken(f"pdq {PDQ.hex()}".encode())
    again = f"collab,signal_type,signal_str,category,tags\nother,pdq,{PDQ.hex()},NEGATIVE_CLASS,\n".encode()
    assert taken(again) == {"new": 0, "changed": 1, "skipped": 0}
    assert (ListedHash.objects.get().opinion, on_lists()) == (Opinion.DISPUTED, [])


def test_what_is_exported_can_be_imported_and_the_library_agrees(campaign: HashList) -> None:
    taken()
    text = export_hashes(member("ines"), "campaign", because="For the partner platform.")
    assert text.splitlines()[:2] == [
        "collab,signal_type,signal_str,category,tags",
        f"campaign,pdq,{PDQ.hex()},POSITIVE_CLASS,",
    ]
    assert [(h.kind, h.value) for h in read_hashes(text.encode()).hashes] == [
        ("pdq", PDQ), ("sha256", SEEN.sha256), ("md5", SEEN.md5),
    ]  # fmt: skip
    assert Entry.objects.filter(verb="screening:hash_list:exported").count() == 1


def test_the_library_accepts_our_values() -> None:
    signals = pytest.importorskip("threatexchange.signal_type.pdq.signal")
    assert signals.PdqSignal.validate_signal_str(PDQ.hex()) == PDQ.hex()


def test_pages_of_the_exchange_are_read_with_their_opinions() -> None:
    page = f"""{{"data": [
        {{"id": "1", "type": "HASH_PDQ", "indicator": "{PDQ.hex()}", "descriptors": {{"data": [
            {{"status": "MALICIOUS", "tags": {{"data": ["b", "a"]}}}}]}}}},
        {{"id": "2", "type": "HASH_SHA256", "indicator": "{SEEN.sha256.hex()}", "descriptors": {{"data": [
            {{"status": "MALICIOUS"}}, {{"status": "NON_MALICIOUS"}}]}}}},
        {{"id": "3", "type": "HASH_MD5", "indicator": "{SEEN.md5.hex()}", "should_delete": true}},
        {{"id": "4", "type": "RAW_URI", "indicator": "https://example.org"}}]}}"""
    parsed = read_hashes(page.encode())
    assert [(h.kind, h.opinion, h.tags) for h in parsed.hashes] == [
        ("pdq", Opinion.POSITIVE, "a b"), ("sha256", Opinion.DISPUTED, ""),
    ]  # fmt: skip
    assert parsed.other == 1


@pytest.mark.parametrize(
    "content",
    [b"pdq 123\n", b"pdq\n", b"\xff\xfe", b"{", b'{"data": [1]}', b'{"data": 1}', b"[[[[", f"md5 {'g' * 32}".encode(),
     b"collab,signal_type,signal_str,category,tags\na,pdq,zz,POSITIVE_CLASS,\n",
     b"collab,signal_type,signal_str,category,tags\na,pdq,zz,NO_SUCH,\n",
     b"collab,signal_type,signal_str,category,tags\na\n"],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused_whole(campaign: HashList, content: bytes) -> None:
    good = LINES if content.startswith(b"pdq") else b""
    with pytest.raises(BadInput):
        taken(good + content)
    assert not ListedHash.objects.exists()


def test_who_may_not_change_rules_cannot_tell_that_there_is_a_list(campaign: HashList) -> None:
    taken()
    for act in (
        lambda: import_hashes(member("ada"), "campaign", LINES, source="x", because="x"),
        lambda: export_hashes(member("ada"), "campaign", because="x"),
        lambda: withdraw(member("ada"), "campaign", "pdq", PDQ, because="x"),
        lambda: dispute(member("otto"), "campaign", "pdq", PDQ, because="x"),
        lambda: dispute(member("ada"), "campaign", "pdq", OTHER, because="x"),
        lambda: dispute(member("ada"), "no_such", "pdq", PDQ, because="x"),
    ):
        with pytest.raises(NoSuchThing) as told:
            act()
        assert str(told.value).startswith("There is nothing here that you can open.")
    assert len(on_lists()) == 3


def test_a_list_needs_to_say_where_it_is_from_and_what_it_is_for() -> None:
    with pytest.raises(BadInput):
        open_list(member("ines"), "x", source="", terms="t", harm="scam", policy_ref="p", because="b")
    with pytest.raises(BadInput):
        open_list(member("ines"), "x", source="s", terms="t", harm="no_such", policy_ref="p", because="b")
