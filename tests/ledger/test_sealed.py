"""Matters whose existence may not be told: apart from everything public until they may, then all of it."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from steelyard.base.clock import set_clock
from steelyard.base.errors import Broken, NoSuchThing
from steelyard.ledger import sealing
from steelyard.ledger.actions import Facts, Happening, disclose, record, record_many, seal_off
from steelyard.ledger.audit import audit
from steelyard.ledger.growth import Growth
from steelyard.ledger.models import Entry, Record, SealedBlock, SealedEntry, SealedPosition
from steelyard.ledger.origin import folder, sealed_folder
from steelyard.ledger.proof.anchors import check_anchors
from steelyard.ledger.proof.checkpoint import read_checkpoint
from steelyard.ledger.proof.receipt import verify_receipt
from steelyard.ledger.proof.tiles import Folder
from steelyard.ledger.proof.verify import verify
from steelyard.ledger.queries import (
    checkpoint_bytes,
    counted,
    entries,
    history_of,
    is_sealed,
    last_disclosed,
    proof_of,
    sealed_keys,
    sealed_proof_of,
    staged_count,
    tile_bytes,
    vkeys_text,
)
from steelyard.ledger.sealing import round_of_the_hour
from steelyard.ledger.sequencer import run_once
from steelyard.ledger.shelf import write_all
from steelyard.ledger.signer.client import vkeys
from steelyard.vault.actions import new_key
from tests.ledger.parts import as_superuser, sql

pytestmark = pytest.mark.django_db
SEALED_ON, TOLD_ON = datetime(2026, 11, 30, 9, 20, tzinfo=UTC), datetime(2027, 3, 1, 12, tzinfo=UTC)
ORDER = Facts(source="order", instrument="data_order", authority_country="FR")


@pytest.fixture
def matter():
    """An order for data that forbids to speak of it, and what two rooms write down about it."""
    with set_clock(SEALED_ON), transaction.atomic():
        key = new_key()
        seal_off(key, actor="member:ADA", about=key, because="The order forbids it until March.")
        record("orders:order:received", actor="authority", about=key, key=key, facts=ORDER)
        record("letters:receipt:issued", actor="steelyard", about=key, key=key)
    return key


def test_what_any_room_writes_about_a_sealed_matter_stays_out_of_the_public_log(matter):
    assert (Entry.objects.count(), list(entries()), staged_count()) == (0, [], 0)
    verbs = ["ledger:matter:sealed", "orders:order:received", "letters:receipt:issued"]
    assert [row.verb for row in SealedEntry.objects.order_by("id")] == verbs
    assert is_sealed(matter)
    assert list(sealed_keys()) == [matter.pk]


def test_whoever_may_see_the_matter_reads_its_whole_history(matter):
    lines = history_of(matter)
    assert [(line.verb, line.actor) for line in lines[1:]] == [
        ("orders:order:received", "authority"), ("letters:receipt:issued", "steelyard")]  # fmt: skip
    assert lines[0].because == "The order forbids it until March."


def test_other_matters_in_the_same_call_are_public_as_ever(matter):
    with transaction.atomic():
        other = new_key()
        record("orders:order:received", actor="authority", about=other, key=other, facts=ORDER)
    assert [leaf["type"] for leaf in entries()] == ["orders:order:received"]


def test_one_entry_can_be_sealed_while_its_matter_is_public():
    with transaction.atomic():
        key = new_key()
        record("cases:case:opened", actor="steelyard", about=key, key=key)
        record("orders:redline:attempted", actor="authority", about=key, key=key, facts=ORDER, sealed=True)
    assert [leaf["type"] for leaf in entries()] == ["cases:case:opened"]
    assert [line.verb for line in history_of(key)] == ["cases:case:opened", "orders:redline:attempted"]


def test_a_sealed_entry_needs_the_key_by_which_it_is_found_again(matter):
    with pytest.raises(Broken), transaction.atomic():
        record("orders:order:received", actor="authority", about=matter, sealed=True)


def test_once_it_may_be_told_the_public_log_has_the_same_leaves_with_the_hour_they_happened_in(matter):
    before = [bytes(row.leaf) for row in SealedEntry.objects.order_by("id")]
    with set_clock(TOLD_ON):
        assert not last_disclosed()
        days = disclose(matter, actor="member:ADA", about=matter, because="The order's term has ended.")
    assert days == {date(2026, 11, 30), date(2027, 3, 1)} == set(last_disclosed())
    assert [bytes(row.leaf) for row in Entry.objects.order_by("id")][:3] == before
    assert [leaf["hour"] for leaf in entries(date(2026, 11, 30))] == ["2026-11-30T09Z"] * 3
    assert not is_sealed(matter)
    assert [line.verb for line in history_of(matter)][-1] == "ledger:matter:disclosed"
    assert Record.objects.count() == 4


def test_after_it_was_told_new_entries_are_public_and_none_is_told_twice(matter):
    for _ in range(2):
        disclose(matter, actor="member:ADA", about=matter)
        with transaction.atomic():
            record("orders:order:executed", actor="member:ADA", about=matter, key=matter, facts=ORDER)
    verbs = [leaf["type"] for leaf in entries()]
    assert (verbs.count("orders:order:received"), verbs.count("orders:order:executed")) == (1, 2)


@pytest.mark.parametrize(
    "change", ["UPDATE ledger_sealedentry SET verb = 'x'", "DELETE FROM ledger_sealedentry"]
)
def test_what_was_sealed_cannot_be_changed_or_taken_away(matter, change):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        sql(change)


# ---- the sealed log ---------------------------------------------------------------------------------------


def hour(number):
    return set_clock(datetime(2026, 11, 30, 10, tzinfo=UTC) + timedelta(hours=number))


def secretly(count):
    with transaction.atomic():
        key = new_key()
        seal_off(key, actor="member:ADA", about=key)
        return record_many([Happening("x:y:z", "member:ADA", key, key)] * (count - 1))


def test_a_block_an_hour_whether_nothing_is_sealed_or_much(signer):
    sizes = []
    for number, count in enumerate((0, 1, 300, 0)):
        with hour(number):
            if count:
                secretly(count)
            assert round_of_the_hour()
            assert not round_of_the_hour()
            sizes.append(read_checkpoint(checkpoint_bytes(sealed=True).decode()).size)
    assert sizes == [256, 512, 768, 1024]
    assert SealedEntry.objects.filter(position=None).count() == 0
    by_block = Counter(index // 256 for index in SealedPosition.objects.values_list("index", flat=True))
    assert by_block == {1: 1, 2: 256, 3: 44}


def test_the_public_log_is_the_same_length_with_and_without_sealed_matters(signer):
    grown = []
    for number, count in enumerate((0, 200)):
        with hour(number):
            before = Entry.objects.count()
            if count:
                secretly(count)
            round_of_the_hour()
            grown.append(Entry.objects.count() - before)
    assert grown == [1, 1]


def test_strangers_read_its_hashes_and_its_checkpoint_but_no_entry(signer):
    secretly(3)
    round_of_the_hour()
    assert len(tile_bytes("0/000", sealed=True)) == 256 * 32
    assert vkeys_text(sealed=True) != "".join(f"{key}\n" for key in vkeys())
    for path in ("entries/000", "entries/000.p/3", "0/001"):
        with pytest.raises(NoSuchThing):
            tile_bytes(path, sealed=True)


def test_the_whole_sealed_log_verifies_with_keys_of_its_own(signer):
    for number in range(3):
        with hour(number):
            secretly(5)
            round_of_the_hour()
    run_once()
    assert verify(sealed_folder(), vkeys(sealed=True)).ok
    assert not verify(sealed_folder(), vkeys()).ok
    assert check_anchors(Folder(folder()), Folder(sealed_folder())) == []


def test_a_receipt_about_a_sealed_matter_proves_its_place_there(signer):
    entry = secretly(2)[0]
    assert proof_of(entry.ref) is None
    round_of_the_hour()
    assert verify_receipt(proof_of(entry.ref), vkeys(sealed=True)).entry == entry.leaf


def test_once_told_a_matter_is_in_both_logs_and_the_sealed_one_shows_since_when(signer):
    with transaction.atomic():
        key = new_key()
        seal_off(key, actor="member:ADA", about=key)
        entry = record("orders:order:received", actor="authority", about=key, key=key, facts=ORDER)
    round_of_the_hour()
    disclose(key, actor="member:ADA", about=key)
    run_once()
    public = verify_receipt(proof_of(entry.ref), vkeys())
    assert public.entry == verify_receipt(sealed_proof_of(entry.ref), vkeys(sealed=True)).entry == entry.leaf


def test_a_block_exchanged_later_is_seen_from_outside(signer):
    for number in range(3):
        with hour(number):
            secretly(5)
            round_of_the_hour()
    run_once()
    tile = sealed_folder() / "tile/0/001"
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    (sealed_folder() / "tile/1/000.p/3").unlink()  # as somebody would who computes the tree anew
    faults = check_anchors(Folder(folder()), Folder(sealed_folder()))
    assert [fault.place for fault in faults][:1] == ["sealed log"]
    rewritten = Growth()
    files = rewritten.append([bytes([number % 256]) for number in range(768)])
    write_all(sealed_folder(), files)
    assert [fault.place for fault in check_anchors(Folder(folder()), Folder(sealed_folder()))] == [
        "sealed block 0", "sealed block 1", "sealed block 2"]  # fmt: skip


@pytest.mark.parametrize("step", ["write_all", "read_back", "_signed", "_publish"])
def test_a_round_that_a_crash_cuts_short_is_finished_to_the_same_bytes(signer, monkeypatch, step):
    secretly(9)
    place = sealing if step.startswith("_") else sealing.shelf
    with monkeypatch.context() as crash:
        crash.setattr(place, step, _crash)
        with pytest.raises(KeyboardInterrupt):
            round_of_the_hour()
    places = set(SealedPosition.objects.values_list("index", flat=True))
    round_of_the_hour()
    assert set(SealedPosition.objects.values_list("index", flat=True)) == places
    assert SealedBlock.objects.count() == 1
    assert Entry.objects.filter(verb="ledger:sealed:checkpoint").count() == 1
    run_once()
    assert check_anchors(Folder(folder()), Folder(sealed_folder())) == []
    assert verify(sealed_folder(), vkeys(sealed=True)).ok


def _crash(*_):
    raise KeyboardInterrupt


def test_a_folder_that_went_back_in_time_is_not_built_upon(signer):
    for number in range(2):
        with hour(number):
            round_of_the_hour()
    (sealed_folder() / "tile/0/000").write_bytes(bytes(8192))
    (sealed_folder() / "tile/1/000.p/2").write_bytes(bytes(64))
    with hour(2), pytest.raises(Broken, match="does not go on"):
        round_of_the_hour()


def test_the_local_check_covers_the_sealed_log(signer):
    secretly(4)
    round_of_the_hour()
    run_once()
    assert audit().ok
    with as_superuser():
        sql("UPDATE ledger_sealedentry SET leaf = %s WHERE verb = 'ledger:matter:sealed'", b"{}")
        faults = audit().faults
    assert [fault.what for fault in faults] == ["The database holds another text for it than the sealed log."]


def test_a_day_counted_by_the_database_is_what_its_leaves_say_one_by_one():
    odd = Facts(ground=',"hour":"2026', harm='"', verb="\\", instrument="é,", authority_country="FR")
    with set_clock(SEALED_ON), transaction.atomic():
        key = new_key()
        record_many(
            [Happening("a:b:c", "x", key, facts=facts) for facts in (odd, ORDER, odd, Facts(reversal=True))]
        )
    own = {"id", "v", "hour", "case_commit", "body_commit"}
    kinds = Counter(
        tuple(sorted((name, value) for name, value in leaf.items() if name not in own)) for leaf in entries()
    )
    found = {
        tuple(sorted((k, v) for k, v in facts.items() if k != "v")): n
        for facts, n in counted(SEALED_ON.date())
    }
    assert found == kinds
