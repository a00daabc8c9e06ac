"""From staged entry to published checkpoint: nothing lost and nothing said twice, whatever happens."""

import random
import shutil
import threading
import time
from contextlib import contextmanager, suppress
from functools import partial

import psycopg
import pytest
from django.db import connection, transaction
from typer.testing import CliRunner

from steelyard.assembly.main import app
from steelyard.base.errors import Broken, Refused, SteelyardError, Unreachable
from steelyard.ledger import sequencer, shelf
from steelyard.ledger.audit import audit
from steelyard.ledger.models import Checkpoint, Entry, Head, Position
from steelyard.ledger.origin import folder, origin
from steelyard.ledger.proof.leaf import read_leaf
from steelyard.ledger.proof.merkle import EMPTY
from steelyard.ledger.proof.receipt import verify_receipt
from steelyard.ledger.proof.tiles import hash_reader
from steelyard.ledger.queries import log_state, proof_at, proof_of, tile_bytes
from steelyard.ledger.sequencer import Fenced, Sequencer, run_forever, run_once
from steelyard.ledger.signer import client
from steelyard.ledger.signer.client import vkeys
from tests.ledger.parts import genuine_keys, leaves, running_signer, signed_checkpoint, sql, start, write

pytestmark = pytest.mark.django_db(transaction=True)


def whole(size):
    """The log is published at this size with everything the database holds, each entry once."""
    report = audit()
    assert report.faults == ()
    assert (report.size, Entry.objects.count(), Position.objects.count()) == (size, size, size)
    assert len(set(leaves())) == size


# ---- the good days ----------------------------------------------------------------------------------------


def test_a_new_log_publishes_its_empty_checkpoint(signer):
    assert run_once() == 0
    state = log_state()
    assert (state.size, state.root, state.origin) == (0, EMPTY, origin())
    empty = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert state.checkpoint.startswith(f"localhost:8470/ledger\n0\n{empty}\n\n")
    whole(0)


def test_staged_entries_enter_the_log_in_the_order_they_were_written(signer):
    written = [entry.ref for count in (1, 3, 600) for entry in write(count)]
    assert run_once() == 604
    assert run_once() == 0
    assert [read_leaf(leaf)["id"] for leaf in leaves()] == written
    whole(604)


def test_every_entry_gets_a_receipt_that_verifies_offline(signer):
    written = write(300)
    assert proof_of(written[7].ref) is None
    run_once()
    for at in (0, 7, 255, 256, 299):
        receipt = verify_receipt(proof_of(written[at].ref), vkeys())
        assert (receipt.index, receipt.entry) == (at, bytes(written[at].leaf))
    assert proof_at(300) is None
    assert proof_of("unknown") is None


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("garbage", "neither the reference of an entry nor a place"),
        ("7", "It has 3 entries, the first at place 0"),
    ],
)
def test_the_command_prints_the_proof_of_an_entry_and_says_what_is_none(signer, asked, said):
    write(3)
    run_once()
    prove = partial(CliRunner().invoke, app)
    for what in ("2", Entry.objects.order_by("pk").last().ref):
        assert verify_receipt(prove(["ledger", "prove", what]).stdout, vkeys()).index == 2
    assert said in str(prove(["ledger", "prove", asked]).exception)


def test_only_what_the_checkpoint_covers_is_served_and_under_one_name_only(signer):
    for count in (300, 10):
        write(count)
        run_once()
    assert len(tile_bytes("0/000")) == len(tile_bytes("0/000.p/255")) + 32 == 8192
    assert tile_bytes("0/001.p/44") == tile_bytes("0/001.p/54")[: 44 * 32]
    assert tile_bytes("entries/001.p/54").startswith(tile_bytes("entries/001.p/44"))
    for name in (
        "0/001", "0/001.p/55", "0/001.p/0", "0/001.p/054", "0/002.p/1", "0/1", "0/x000/000", "2/000.p/1",
        "00/000", "64/000", "entries/002.p/1", "0/000.p/256", "../checkpoint", "0/000/", "", "0/..", "-1/000",
    ):  # fmt: skip
        with pytest.raises(SteelyardError, match="no such tile"):
            tile_bytes(name)


def test_old_partial_tiles_go_and_earlier_checkpoints_still_verify(signer):
    earlier = []
    for _ in range(6):
        write(150)
        run_once()
        earlier.append(log_state())
    assert not (folder() / "tile/0/000.p").exists()
    assert (folder() / "tile/0/003.p").exists()
    for state in earlier:
        assert hash_reader_root(state.size) == state.root


def hash_reader_root(size):
    from steelyard.ledger.proof.merkle import range_root
    from steelyard.ledger.proof.tiles import Folder

    return range_root(hash_reader(Folder(folder()), size), 0, size)


# ---- transactions that overlap ----------------------------------------------------------------------------


@pytest.fixture
def second_writer():
    """Another connection, whose transaction stays open as long as the test likes."""
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"], dbname=settings["NAME"], user=settings["USER"], password=settings["PASSWORD"]
    ) as line:
        yield line


def stage(line, ref):
    line.execute("SELECT pg_current_xact_id()")
    line.execute(
        "INSERT INTO ledger_entry (ref, created_at, verb, leaf)"
        " SELECT %s, created_at, verb, convert_to(%s, 'UTF8') FROM ledger_entry LIMIT 1", [ref, ref]
    )  # fmt: skip


def test_a_transaction_that_commits_late_loses_no_leaf(signer, second_writer):
    write(1)
    with Sequencer() as log:
        assert log.round() == 1
        stage(second_writer, "LATE")  # has the lower id, and commits last
        write(2)
        assert log.round() == 2
        write(2)
        assert log.round() == 2
        second_writer.commit()
        assert log.round() == 1
        assert log.round() == 0
    assert leaves()[-1] == b"LATE"
    assert len(leaves()) == log_state().size == 6


def test_a_transaction_that_never_commits_leaves_no_entry(signer, second_writer):
    write(1)
    stage(second_writer, "NEVER")
    assert run_once() == 1
    second_writer.rollback()
    write(1)
    assert run_once() == 1
    whole(2)


def test_many_writers_at_once_lose_nothing(signer):
    stop = threading.Event()
    loop = threading.Thread(target=run_forever, args=[stop])
    loop.start()
    writers = [threading.Thread(target=_write_often, args=[number]) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    wait_until(lambda: log_state().size == 400)
    stop.set()
    loop.join()
    whole(400)


def _write_often(number):
    rng = random.Random(number)
    try:
        for _ in range(20):
            with transaction.atomic():
                write(2)
                time.sleep(rng.random() / 50)
                write(3)
    finally:
        connection.close()


def wait_until(done, seconds=60):
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


# ---- one at a time ----------------------------------------------------------------------------------------


def test_a_second_sequencer_on_this_machine_is_refused(signer):
    with Sequencer(), pytest.raises(Refused, match="this machine"):
        Sequencer().__enter__()
    assert run_once() == 0


def test_a_second_sequencer_on_another_machine_is_refused(signer, monkeypatch):
    """It has other files, so it does not see the first one's file lock; the database's lock it does."""
    with Sequencer():
        monkeypatch.setenv("STEELYARD_HOME", str(folder().parent / "other"))
        with pytest.raises(Refused, match="this database"):
            Sequencer().__enter__()


def test_one_that_lost_its_lock_without_noticing_can_write_no_more(signer):
    write(3)
    with Sequencer() as old:
        old._lock_file.close()
        _end_connection(old._line)
        with Sequencer() as new:
            with pytest.raises(Exception, match=r"terminat|closed"):
                old.round()
            with pytest.raises(Fenced):
                old._assign()
            with pytest.raises(Fenced):
                old._move(0, "")  # of the same size: it is the epoch that stops it
            assert new.round() == 3
            with pytest.raises(Fenced):
                old._move(0, "")
    whole(3)


def _end_connection(line):
    with line.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    sql("SELECT pg_terminate_backend(%s)", pid)


# ---- a crash at every step --------------------------------------------------------------------------------


class Crash(BaseException):
    """The machine stops here."""


STEPS = {
    "before the tiles are written": (shelf, "write_all", "before"),
    "with half of the tiles written": (shelf, "write_all", "half"),
    "after the tiles are written": (shelf, "write_all", "after"),
    "before the checkpoint is signed": (client, "sign", "before"),
    "after the checkpoint is signed": (client, "sign", "after"),
    "after the head is moved": (Sequencer, "_move", "after"),
    "after the checkpoint is published": (sequencer, "publish", "after"),
}


@pytest.mark.parametrize("step", STEPS)
def test_after_a_crash_the_next_start_carries_on_to_the_same_log(signer, monkeypatch, step):
    write(250)
    run_once()
    write(20)
    place, name, when = STEPS[step]
    genuine = getattr(place, name)

    def crash(*values, **named):
        if when == "half":
            target, files = values
            genuine(target, dict(list(files.items())[: len(files) // 2]))
        if when == "after":
            genuine(*values, **named)
        raise Crash

    with monkeypatch.context() as broken:
        broken.setattr(place, name, crash)
        with pytest.raises(Crash):
            run_once()
    decided = leaves()
    run_once()
    assert leaves()[: len(decided)] == decided
    whole(270)


def test_without_the_signer_entries_wait_and_are_published_when_it_is_back(own_home):
    write(3)
    with pytest.raises(Unreachable):
        run_once()
    with running_signer():
        assert run_once() == 3
    whole_size = log_state().size
    assert whole_size == 3


# ---- what it refuses to start on --------------------------------------------------------------------------


@pytest.fixture
def log(signer, tmp_path):
    write(200)
    run_once()
    shutil.copytree(folder(), tmp_path / "earlier")
    write(100)
    run_once()
    return folder()


def superuser(statement):
    sql("SET session_replication_role = replica")
    sql(statement)
    sql("SET session_replication_role = DEFAULT")


def refuses(why):
    with pytest.raises(Broken, match=why):
        run_once()


def test_a_database_older_than_what_is_published_is_refused(log, tmp_path):
    superuser("UPDATE ledger_head SET (size, assigned, root) ="
              " (SELECT size, size, root FROM ledger_checkpoint WHERE size = 200)")  # fmt: skip
    sql("UPDATE ledger_head SET note = %s", (tmp_path / "earlier" / "checkpoint").read_text())
    refuses("300 entries are published but the database knows 200")


def test_equal_size_and_another_root_is_refused(log):
    superuser("UPDATE ledger_head SET root = decode(repeat('00', 32), 'hex')")
    refuses("another root than the database's")


def test_a_head_whose_checkpoint_is_another_one_is_refused(log):
    superuser("UPDATE ledger_head SET note = replace(note, '300', '301')")
    refuses("not of its own size and root")


def test_files_that_are_older_than_the_database_are_written_again_from_it(log, tmp_path):
    genuine = {file: file.read_bytes() for file in log.rglob("*") if file.is_file()}
    shutil.rmtree(log / "tile")
    shutil.copytree(tmp_path / "earlier" / "tile", log / "tile")
    shutil.copy(tmp_path / "earlier" / "checkpoint", log / "checkpoint")
    assert run_once() == 0
    for name in ("checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"):
        assert (log / name).read_bytes() == genuine[log / name]
    whole(300)


def test_files_that_are_gone_are_written_again_from_the_database(log):
    shutil.rmtree(log / "tile")
    (log / "checkpoint").unlink()
    run_once()
    whole(300)


def test_a_damaged_right_edge_is_refused(log):
    content = (log / "tile/0/001.p/44").read_bytes()
    (log / "tile/0/001.p/44").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    refuses("right edge do not give the published root")


def test_a_missing_right_edge_is_refused(log):
    (log / "tile/0/001.p/44").unlink()
    refuses("right edge cannot be read")


def test_an_entry_that_changed_before_its_tiles_were_written_again_is_refused(log, tmp_path):
    shutil.rmtree(log / "tile")
    (log / "checkpoint").unlink()
    superuser("UPDATE ledger_entry SET leaf = 'other' WHERE id = (SELECT max(id) FROM ledger_entry)")
    refuses("do not give the root of its own checkpoint")


def test_a_published_checkpoint_signed_by_others_is_refused(log):
    text = (log / "checkpoint").read_text()
    (log / "checkpoint").write_text(text.replace("ledger\n300\n", "ledger\n301\n"))
    refuses("published checkpoint cannot be trusted")


def test_a_newer_published_checkpoint_is_refused_however_well_it_is_signed(log):
    (log / "checkpoint").write_text(signed_checkpoint(genuine_keys(log.parent), 301, EMPTY))
    refuses("301 entries are published but the database knows 300")


def test_a_database_and_files_that_went_back_together_are_refused(log, tmp_path):
    superuser("DELETE FROM ledger_position WHERE index >= 200")
    superuser("UPDATE ledger_head SET (size, assigned, root) ="
              " (SELECT size, size, root FROM ledger_checkpoint WHERE size = 200)")  # fmt: skip
    sql("UPDATE ledger_head SET note = %s", (tmp_path / "earlier" / "checkpoint").read_text())
    shutil.rmtree(log)
    shutil.copytree(tmp_path / "earlier", log)
    refuses("a checkpoint of 300 was signed, but the database knows 200")


def test_other_keys_are_refused(log, signer):
    signer.kill()
    signer.wait()
    shutil.rmtree(log.parent / "keys" / "ledger")
    with running_signer():
        refuses("other keys than those this log was made with")


def test_another_logs_files_are_refused(log):
    (log / "origin").write_text("example.org/ledger")
    refuses(r"other keys|belongs to")


# ---- kills ------------------------------------------------------------------------------------------------

LOOP = """
import django, sys, threading
django.setup()
from steelyard.ledger.sequencer import run_forever
print("started", flush=True)
run_forever(threading.Event())
"""


@contextmanager
def loop_running(app_url):
    """The sequencer as its own process, as the role that serves; killed at the end."""
    process = start("-c", LOOP, STEELYARD_DATABASE_URL=app_url)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def kill_often(app_url, kills, seed):
    """Kill a busy sequencer at random moments; then let it finish and check everything."""
    rng = random.Random(seed)
    stop = threading.Event()
    writer = threading.Thread(target=_keep_writing, args=[stop])
    writer.start()
    published, seen = [], None
    try:
        for _ in range(kills):
            before = log_state().size
            with loop_running(app_url):
                wait_until(lambda at=before: log_state().size > at)
                time.sleep(rng.random() * 0.8)
            state = log_state()
            published.append(state.size)
            if seen:
                assert hash_reader_root(seen.size) == seen.root, "a checkpoint that was published changed"
            seen = state
    finally:
        stop.set()
        writer.join()
    run_after_kill()
    assert published == sorted(published)
    whole(Entry.objects.count())
    sizes = [checkpoint.size for checkpoint in Checkpoint.objects.order_by("created_at")]
    assert sizes == sorted(sizes)


def run_after_kill():
    """A killed backend keeps the lock for a moment."""
    for _ in range(600):
        with suppress(Refused):
            return run_once()
        time.sleep(0.1)
    raise AssertionError("the lock was never freed")


def _keep_writing(stop):
    rng = random.Random(1)
    try:
        while not stop.is_set():
            write(rng.randrange(1, 40))
            time.sleep(0.02)
    finally:
        connection.close()


def test_a_sequencer_killed_again_and_again_loses_nothing_and_says_nothing_twice(signer, app_url):
    kill_often(app_url, 8, seed=8)


@pytest.mark.soak
def test_two_hundred_kills_of_the_sequencer(signer, app_url):
    kill_often(app_url, 200, seed=200)


def start_twice(app_url, rounds):
    """Two at once, again and again, while entries are written: one works, the other waits for it."""
    stop = threading.Event()
    writer = threading.Thread(target=_keep_writing, args=[stop])
    writer.start()
    try:
        for number in range(rounds):
            before = log_state().size
            with loop_running(app_url) as one, loop_running(app_url) as other:
                wait_until(lambda at=before: log_state().size > at)
                assert (one.poll(), other.poll()) == (None, None)
                (one if number % 2 else other).kill()  # the one at work, or the one that waits
                at = log_state().size
                wait_until(lambda at=at: log_state().size > at)
    finally:
        stop.set()
        writer.join()
    run_after_kill()
    whole(Entry.objects.count())


def test_two_sequencers_started_at_once_make_one_log(signer, app_url):
    start_twice(app_url, 2)


@pytest.mark.soak
def test_fifty_double_starts(signer, app_url):
    start_twice(app_url, 50)


def test_the_serving_role_is_all_the_sequencer_needs(signer, app_url):
    write(3)
    with loop_running(app_url):
        wait_until(lambda: log_state().size == 3)
    whole(3)
    assert Head.objects.get().epoch == 1
