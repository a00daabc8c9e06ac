"""Others cosign what they can follow, and refuse what they cannot."""

import base64

import msgspec
import pytest

from steelyard.base.config import Witness, config
from steelyard.base.errors import Broken
from steelyard.ledger import witness
from steelyard.ledger.origin import folder, origin
from steelyard.ledger.proof.merkle import consistency_proof, leaf_hash
from steelyard.ledger.proof.note import read_key, read_note, verified_by
from steelyard.ledger.proof.receipt import verify_receipt
from steelyard.ledger.proof.tiles import Folder, hash_reader
from steelyard.ledger.queries import log_state, proof_at
from steelyard.ledger.sequencer import Sequencer, run_once
from steelyard.ledger.signer.client import vkeys
from tests.ledger.gocheck import GoClient
from tests.ledger.parts import build, genuine_keys, leaves, write
from tests.ledger.witness_server import running_witness

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other(signer, monkeypatch):
    """A witness in the settings."""
    with running_witness("witness.example/w1", origin(), vkeys()[0].public) as (someone, url):
        monkeypatch.setattr(witness, "config", lambda: settings_with(Witness(url=url, vkey=someone.vkey())))
        monkeypatch.setattr(witness, "_cosigned", {})
        monkeypatch.setattr(witness, "_not_before", {})
        someone.url = url
        yield someone


def settings_with(*witnesses):
    return msgspec.structs.replace(config(), witnesses=witnesses)


def test_each_checkpoint_is_published_with_the_cosignature_of_the_witness(other):
    for count in (5, 300, 1, 700):
        write(count)
        run_once()
        note = read_note(log_state().checkpoint)
        keys = [*vkeys(), read_key(other.vkey())]
        assert verified_by(note, keys) == keys
        assert other.size == log_state().size
    assert {path for path, _ in other.asked} == {"/w/add-checkpoint"}
    assert {status for _, status in other.asked} == {200}


def test_a_receipt_carries_the_cosignature_and_clients_that_do_not_know_the_witness_ignore_it(other):
    write(5)
    run_once()
    keys = [*vkeys(), read_key(other.vkey())]
    assert verified_by(verify_receipt(proof_at(3), vkeys()).checkpoint.note, keys) == keys
    with GoClient(map(str, vkeys())) as go:
        assert go.check(folder()).startswith("ok 5 ")


def test_one_that_was_away_for_a_while_tells_where_it_stands(other, monkeypatch):
    write(5)
    run_once()
    monkeypatch.setattr(witness, "config", settings_with)
    write(5)
    run_once()
    monkeypatch.setattr(witness, "config", lambda: settings_with(Witness(url=other.url, vkey=other.vkey())))
    other.asked.clear()
    run_once()
    assert [status for _, status in other.asked] == [409, 200]
    assert other.size == 10


def test_a_witness_that_is_away_delays_no_checkpoint(other, monkeypatch):
    away = Witness(url="http://127.0.0.1:9/w", vkey=other.vkey())
    monkeypatch.setattr(witness, "config", lambda: settings_with(away))
    write(5)
    assert run_once() == 5
    assert len(read_note(log_state().checkpoint).signatures) == 2
    assert away.url in witness._not_before


def test_a_cosignature_that_does_not_verify_is_not_published(other, monkeypatch):
    with running_witness("witness.example/w1", origin(), vkeys()[0].public) as (_, url):
        monkeypatch.setattr(witness, "config", lambda: settings_with(Witness(url=url, vkey=other.vkey())))
        write(5)
        run_once()
    assert len(read_note(log_state().checkpoint).signatures) == 2


def submit(old, proof, checkpoint):
    lines = [f"old {old}", *(base64.b64encode(step).decode() for step in proof), "", checkpoint]
    return "\n".join(lines)


def test_a_witness_refuses_rollback_fork_and_forgery(other, tmp_path):
    write(20)
    run_once()
    earlier = log_state().checkpoint
    write(20)
    run_once()
    assert other.add_checkpoint(submit(40, [], earlier))[0] == 400
    assert other.add_checkpoint(submit(20, [], earlier)) == (409, "40\n")
    forged = [*leaves()[:7], b"forged", *leaves()[8:], b"more"]
    build(tmp_path / "fork", forged, keys=genuine_keys(folder().parent))
    fork = (tmp_path / "fork" / "checkpoint").read_text()
    assert other.add_checkpoint(submit(40, [leaf_hash(b"more")], fork))[0] == 422
    assert other.add_checkpoint(submit(40, [], fork.replace("\n41\n", "\n42\n")))[0] == 403
    assert other.add_checkpoint(submit(40, [], fork.replace("localhost", "example.org")))[0] == 404
    assert other.size == 40


@pytest.fixture
def restored(other, tmp_path):
    """The witness has seen 22 entries; database, files and signer all know of 20, as an older backup would."""
    write(20)
    run_once()
    build(tmp_path / "lost", [*leaves(), b"lost", b"too"], keys=genuine_keys(folder().parent))
    proof = consistency_proof(hash_reader(Folder(tmp_path / "lost"), 22), 20, 22)
    if other.add_checkpoint(submit(20, proof, (tmp_path / "lost" / "checkpoint").read_text()))[0] != 200:
        pytest.fail("The witness does not follow the log that was lost.")
    return log_state().checkpoint


def test_a_restore_from_an_older_backup_is_refused_before_anything_is_signed(other, restored):
    write(5)
    with pytest.raises(Broken, match="It has cosigned 22 entries already, and we are at 20"):
        run_once()
    assert log_state().checkpoint == restored
    assert other.size == 22


def test_a_witness_that_was_away_at_the_start_stops_it_with_its_first_answer(other, restored, monkeypatch):
    monkeypatch.setattr(witness, "_not_before", {other.url: float("inf")})
    write(5)
    run_once()
    witness._not_before.clear()
    with pytest.raises(Broken, match="Our 25 entries do not begin with the 22 that it has cosigned"):
        run_once()


def test_one_that_agreed_and_then_speaks_of_another_history_stops_nothing(other):
    with Sequencer() as log:
        write(20)
        log.round()
        assert other.size == 20
        other.size = 60
        write(5)
        assert log.round() == 5
    assert log_state().size == 25
