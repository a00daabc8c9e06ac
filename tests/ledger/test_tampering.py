"""What the database's superuser changes is found: by us, and by a client that nobody here wrote."""

import random
import shutil
from contextlib import contextmanager

import pytest

from steelyard.ledger.audit import audit
from steelyard.ledger.origin import folder, origin
from steelyard.ledger.proof.checkpoint import read_checkpoint
from steelyard.ledger.proof.rebuild import Fault
from steelyard.ledger.proof.tiles import read_tile_path, tile_path, tiles_of
from steelyard.ledger.proof.verify import verify
from steelyard.ledger.queries import log_state
from steelyard.ledger.sequencer import run_once
from steelyard.ledger.signer.client import vkeys
from tests.ledger.gocheck import GoClient
from tests.ledger.parts import as_superuser, build, genuine_keys, leaves, new_keys, sql, write

pytestmark = pytest.mark.django_db(transaction=True)
SIZE = 300


def test_a_log_that_nobody_touched_is_whole(signer):
    for count in (0, 1, 254, 1, 1, 700):
        write(count)
        run_once()
        report = audit()
        assert report.faults == ()
    assert (report.size, report.root) == (957, log_state().root)
    assert report.signed_by == ("Ed25519", "ML-DSA-44")
    assert report.tiles == len(list(tiles_of(957))) + 4


@pytest.fixture
def log(signer, tmp_path):
    """A log of 300, and its folder as it was at 190."""
    write(190)
    run_once()
    shutil.copytree(folder(), tmp_path / "earlier")
    write(SIZE - 190)
    run_once()
    return folder()


# ---- by the database's superuser, seen from outside -------------------------------------------------------


def edit(rng):
    sql("UPDATE ledger_entry SET leaf = set_byte(leaf, %s, get_byte(leaf, %s) # %s) WHERE id = " + ONE,
        at := rng.randrange(200), at, 1 << rng.randrange(8), rng.randrange(SIZE))  # fmt: skip


def delete(rng):
    index = rng.randrange(SIZE)
    sql("DELETE FROM ledger_entry WHERE id = " + ONE, index)
    sql("DELETE FROM ledger_position WHERE index = %s", index)
    renumber("index - 1", index)


def insert(rng):
    index = rng.randrange(SIZE)
    renumber("index + 1", index)
    sql("INSERT INTO ledger_entry (ref, created_at, verb, leaf) SELECT 'FALSE', created_at, verb,"
        " overlay(leaf placing 'FALSE' from 200) FROM ledger_entry LIMIT 1")  # fmt: skip
    sql("INSERT INTO ledger_position SELECT %s, max(id) FROM ledger_entry", index)


def reorder(rng):
    first, second = rng.sample(range(SIZE), 2)
    sql("UPDATE ledger_position SET entry_id = -entry_id WHERE index IN (%s, %s)", first, second)
    sql("UPDATE ledger_position p SET entry_id = -o.entry_id FROM ledger_position o"
        " WHERE p.index IN (%s, %s) AND o.index IN (%s, %s) AND o.index <> p.index",
        *(first, second) * 2)  # fmt: skip


def truncate(rng):
    index = rng.randrange(SIZE)
    sql("DELETE FROM ledger_record WHERE entry_id IN"
        " (SELECT entry_id FROM ledger_position WHERE index >= %s)", index)  # fmt: skip
    sql("DELETE FROM ledger_entry WHERE id IN"
        " (SELECT entry_id FROM ledger_position WHERE index >= %s)", index)  # fmt: skip
    sql("DELETE FROM ledger_position WHERE index >= %s", index)
    sql("UPDATE ledger_head SET size = %s, assigned = %s", index, index)


def replace_all(rng):
    sql("UPDATE ledger_entry SET leaf = overlay(leaf placing %s from %s)", b"other", rng.randrange(1, 200))


ONE = "(SELECT entry_id FROM ledger_position WHERE index = %s)"
CHANGES = (edit, delete, insert, reorder, truncate, replace_all)


def renumber(to, start):
    sql(f"UPDATE ledger_position SET index = -({to}) - 1 WHERE index >= %s", start)
    sql("UPDATE ledger_position SET index = -index - 1 WHERE index < 0")


def stolen_keys():
    return genuine_keys(folder().parent)


def swapped_keys():
    return new_keys(origin())


@contextmanager
def published(files):
    """These files in place of the log's own."""
    away = folder().with_name("genuine")
    folder().rename(away)
    try:
        shutil.copytree(files, folder())
        shutil.copy(away / "origin", folder())
        if not (folder() / "vkeys").exists():
            shutil.copy(away / "vkeys", folder())
        yield
    finally:
        shutil.rmtree(folder())
        away.rename(folder())


def tamper(rng, tmp_path, checkpoint):
    """One random tampering by the superuser, and what is then published. Returns what was done."""
    change = rng.choice(CHANGES)
    how = rng.choice(["published checkpoint kept", "rollback", "fork", "key swap"])
    files = tmp_path / "tampered"
    shutil.rmtree(files, ignore_errors=True)
    change(rng)
    if how == "rollback":
        shutil.copytree(tmp_path / "earlier", files)
    elif how == "published checkpoint kept":
        build(files, leaves(), checkpoint)
    else:
        keys = stolen_keys() if how == "fork" else swapped_keys()
        build(files, leaves(), keys=keys)
        if how == "key swap":
            (files / "vkeys").write_text("".join(f"{key}\n" for key in keys.public()))
    return files, f"{change.__name__}, {how}"


def campaign(log, tmp_path, count, seed):
    """Tamper `count` times; everything undetected, with the seed that does it again."""
    undetected = []
    seen = read_checkpoint(log_state().checkpoint)
    (tmp_path / "seen").write_text(str(seen))
    keys = vkeys()
    with GoClient(map(str, keys)) as go:
        assert go.check(log, tmp_path / "seen") == f"ok {SIZE} 3"
        for number in range(seed, seed + count):
            with as_superuser():
                files, what = tamper(random.Random(number), tmp_path, str(seen))
                if not go.check(files, tmp_path / "seen").startswith("no "):
                    undetected.append((number, what, "go"))
                if verify(files, keys, earlier=seen).ok:
                    undetected.append((number, what, "verify"))
                if number % 2:  # the database alone, beside the genuine files
                    found = audit()
                else:
                    with published(files):
                        found = audit()
                if found.ok:
                    undetected.append((number, what, "audit"))
    assert audit().ok
    return undetected


def test_two_hundred_tamperings_by_the_superuser_are_all_found_from_outside(log, tmp_path):
    assert campaign(log, tmp_path, 200, seed=20260000) == []


@pytest.mark.soak
def test_ten_thousand_tamperings_by_the_superuser_are_all_found_from_outside(log, tmp_path):
    assert campaign(log, tmp_path, 10_000, seed=1) == []


# ---- in the database alone: the entry is named ------------------------------------------------------------

ONLY_HERE = {
    "UPDATE ledger_entry SET verb = 'x:y:other' WHERE id = " + ONE: "columns",
    "UPDATE ledger_entry SET created_at = created_at - interval '1 day' WHERE id = " + ONE: "columns",
    "UPDATE ledger_entry SET leaf = 'other' WHERE id = " + ONE: "another text",
    "DELETE FROM ledger_entry WHERE id = " + ONE: "was deleted",
    "DELETE FROM ledger_position WHERE index = %s": "no entry at this place",
}


def test_an_entry_changed_in_the_database_is_named(log):
    for statement, what in ONLY_HERE.items():
        with as_superuser():
            sql(statement, 77)
            faults = audit().faults
        assert any(fault.place.startswith("entry 77") and what in fault.what for fault in faults), statement


RECORDS = [
    "UPDATE ledger_record SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1) WHERE entry_id = "
    + ONE,
    "UPDATE ledger_record SET about_ref = 'OTHER' WHERE entry_id = " + ONE,
    "UPDATE ledger_record r SET sealed = o.sealed FROM ledger_record o"
    " WHERE o.entry_id <> r.entry_id AND r.entry_id = " + ONE,
    "DELETE FROM ledger_record WHERE entry_id = " + ONE,
]


def test_a_private_record_that_was_changed_is_named_by_its_entry(log):
    for statement in RECORDS:
        with as_superuser():
            sql(statement, 77)
            (fault,) = audit().faults
        assert "private record" in fault.what, statement
        assert fault.place.startswith("entry ("), statement


HEADS = [
    "UPDATE ledger_head SET size = 299",
    "UPDATE ledger_head SET root = 'other'",
    "UPDATE ledger_head SET note = ''",
    "UPDATE ledger_head SET assigned = 400",
    "DELETE FROM ledger_head",
    "INSERT INTO ledger_position SELECT 300, max(id) + 1 FROM ledger_entry",
    "UPDATE ledger_checkpoint SET root = 'other' WHERE size = 190",
    "UPDATE ledger_checkpoint SET size = 191 WHERE size = 190",
    "DELETE FROM ledger_checkpoint WHERE size = 300",
]


def test_what_the_database_says_of_the_log_is_compared_too(log):
    for statement in HEADS:
        with as_superuser():
            sql(statement)
            faults = audit().faults
        assert any(fault.place.startswith("database: ") for fault in faults), statement


def test_it_is_caught_while_the_signer_is_down_too(log, signer, tmp_path):
    signer.kill()
    signer.wait()
    assert audit().ok
    with as_superuser(), published(tmp_path / "earlier"):
        truncate(random.Random(1))
        assert any("went back" in fault.what for fault in audit().faults)


def test_a_home_whose_database_and_files_both_went_back_is_caught_by_the_signers_memory(log, tmp_path):
    with as_superuser(), published(tmp_path / "earlier"):
        sql("DELETE FROM ledger_checkpoint WHERE size > 190")
        sql("DELETE FROM ledger_record WHERE entry_id IN"
            " (SELECT entry_id FROM ledger_position WHERE index >= 190)")  # fmt: skip
        sql("DELETE FROM ledger_entry WHERE id IN"
            " (SELECT entry_id FROM ledger_position WHERE index >= 190)")  # fmt: skip
        sql("DELETE FROM ledger_position WHERE index >= 190")
        sql("UPDATE ledger_head SET (size, assigned, root) ="
            " (SELECT size, size, root FROM ledger_checkpoint WHERE size = 190)")  # fmt: skip
        sql("UPDATE ledger_head SET note = %s", (tmp_path / "earlier" / "checkpoint").read_text())
        assert audit().faults == (
            Fault("checkpoint", "The log went back: one of 300 was signed, 190 is published."),
        )


@pytest.mark.parametrize("name", ["tile/entries/000.p/190", "tile/0/000.p/190", "origin"])
def test_a_byte_in_a_file_that_only_late_readers_ask_for_is_named_too(log, tmp_path, name):
    write(5)
    run_once()
    file = log / name
    assert audit().faults == ()
    if name != "origin":
        file.parent.mkdir(exist_ok=True)
        shutil.copy(tmp_path / "earlier" / name, file)
        assert audit().faults == ()
    content = bytearray(file.read_bytes())
    content[7] ^= 1
    file.write_bytes(content)
    assert [fault.place for fault in audit().faults] == [name]


def test_a_tiles_path_reads_back():
    for level, number, width in [(-1, 0, 256), (0, 3, 17), (2, 1_234_067, 256), (1, 1_000, 5)]:
        assert read_tile_path(tile_path(level, number, width)) == (level, number, width)
