"""Others cosign what they can follow, and refuse what they cannot."""

import base64

import msgspec
import pytest

from steelyard.base.config import Witness, config
from steelyard.ledger import witness
from steelyard.ledger.origin import folder, origin
from steelyard.ledger.proof.merkle import leaf_hash
from steelyard.ledger.proof.note import BadNote, read_key, read_note, verified_by
from steelyard.ledger.proof.receipt import verify_receipt
from steelyard.ledger.queries import log_state, proof_at
from steelyard.ledger.sequencer import run_once
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


def test_after_a_restart_the_witness_tells_where_it_stands(other):
    write(5)
    run_once()
    witness._cosigned.clear()
    write(5)
    run_once()
    assert [status for _, status in other.asked][-2:] == [409, 200]
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


def test_we_do_not_ask_for_less_than_a_witness_has_seen(other):
    write(20)
    run_once()
    other.size = 25
    witness._cosigned.clear()
    settings = witness.config().witnesses[0]
    with pytest.raises(BadNote, match="25 entries already"):
        witness.cosignatures(settings, read_note(log_state().checkpoint), 20)
