"""The signer: its signatures verify, and it refuses what would let the log say two things."""

import socket
import stat
from pathlib import Path

import pytest

from steelyard.base.errors import Broken, Unreachable
from steelyard.ledger.proof.checkpoint import checkpoint_text
from steelyard.ledger.proof.merkle import EMPTY, consistency_proof, leaf_hash, root_of
from steelyard.ledger.proof.note import BadNote, Note, Signature, check, verified_by
from steelyard.ledger.proof.statement import signed_bytes, verify_statement
from steelyard.ledger.signer.client import sign, state, vkeys
from tests.ledger.parts import running_signer, start

LEAVES = [leaf_hash(bytes([n])) for n in range(9)]
OTHERS = [leaf_hash(bytes([n, n])) for n in range(9)]
NAME = "localhost:8470/ledger"


def text(size, leaves=LEAVES):
    return checkpoint_text(NAME, size, root_of(leaves[:size]))


def proof(old, new, leaves=LEAVES):
    return consistency_proof(
        lambda level, number: root_of(leaves[number << level : (number + 1) << level]), old, new
    )


def sign_size(old, new, leaves=LEAVES):
    return sign(text(new, leaves).encode(), "checkpoint", proof=proof(old, new, leaves))


def test_a_checkpoint_is_signed_with_both_keys(signer):
    signatures, keys = sign_size(0, 3), vkeys()
    note = Note(
        text(3),
        tuple(
            Signature(NAME, key.id, value)
            for key, value in zip(keys, (signatures.ed25519, signatures.mldsa44), strict=True)
        ),
    )
    assert verified_by(note, keys) == list(keys)
    assert [key.algorithm for key in keys] == ["Ed25519", "ML-DSA-44"]
    assert (len(signatures.ed25519), len(signatures.mldsa44)) == (64, 8 + 2420)


def test_the_keys_are_private_and_stay_the_same(own_home):
    with running_signer():
        first = vkeys()
    with running_signer():
        assert vkeys() == first
    kept = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (own_home / "keys/ledger").iterdir()}
    assert {kept[name] for name in ("ed25519", "mldsa44", "last")} == {0o600}
    assert stat.S_IMODE((own_home / "run").stat().st_mode) == 0o700


@pytest.mark.parametrize("purpose", ["receipt", "report"])
def test_a_receipt_verifies_for_its_purpose_only(signer, purpose):
    signatures = sign(b"Received.", purpose)
    verify_statement(purpose, b"Received.", signatures.ed25519, signatures.mldsa44, vkeys())
    other = {"receipt": "report", "report": "receipt"}[purpose]
    for changed in ((other, b"Received."), (purpose, b"Received!")):
        with pytest.raises(BadNote):
            verify_statement(*changed, signatures.ed25519, signatures.mldsa44, vkeys())


def test_one_key_alone_does_not_verify_a_receipt(signer):
    signatures = sign(b"Received.", "receipt")
    with pytest.raises(BadNote, match="Two keys"):
        verify_statement("receipt", b"Received.", signatures.ed25519, b"", vkeys()[:1])


def test_no_signature_on_a_receipt_can_pass_as_one_on_a_checkpoint(signer):
    """Whatever the message: even one that is a checkpoint's text, or what ML-DSA signs of it."""
    ed25519, mldsa44 = vkeys()
    for message in (text(3).encode(), b"\n" + text(3).encode()):
        made = sign(message, "receipt")
        with pytest.raises(BadNote):
            check(ed25519, text(3), made.ed25519)
        with pytest.raises(BadNote):
            check(mldsa44, text(3), bytes(8) + made.mldsa44)
    assert b"\0" in signed_bytes("receipt", b"")


REFUSED = {
    "smaller": (text(4).encode(), ()),
    "same size, other root": (text(5, OTHERS).encode(), ()),
    "larger without a proof": (text(6).encode(), ()),
    "larger with another history": (text(6, OTHERS).encode(), tuple(proof(5, 6, OTHERS))),
    "another log": (text(6).replace(NAME, "example.org/ledger").encode(), tuple(proof(5, 6))),
    "more lines": ((text(6) + "more\n").encode(), tuple(proof(5, 6))),
    "not a checkpoint": (b"Received.", ()),
    "not text": (b"\xff\n\n", ()),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_let_the_log_say_two_things_is_refused(signer, name):
    sign_size(0, 5)
    message, steps = REFUSED[name]
    with pytest.raises(Broken, match="refused to sign"):
        sign(message, "checkpoint", proof=steps)
    assert state().last == text(5)
    assert sign_size(5, 6)


def test_the_memory_outlives_a_kill_and_the_same_checkpoint_is_signed_again(own_home):
    with running_signer():
        first = sign_size(0, 5)
    with running_signer():
        assert sign_size(5, 5).ed25519 == first.ed25519
        with pytest.raises(Broken, match="smaller"):
            sign_size(0, 4)


def test_an_unknown_purpose_is_refused(signer):
    with pytest.raises(Broken, match="no purpose"):
        sign(b"", "anything")


def test_a_second_signer_for_the_same_home_does_not_start(signer):
    assert start("-m", "steelyard.ledger.signer").wait(120) == 1
    assert state().origin == NAME


def test_without_a_signer_the_error_says_what_to_do(own_home):
    with pytest.raises(Unreachable, match="steelyard serve"):
        sign(b"", "receipt")


@pytest.mark.parametrize("gone", [("last",), ("ed25519",)])
def test_a_signer_that_lost_its_keys_or_its_memory_does_not_start(own_home, gone):
    with running_signer():
        sign_size(0, 5)
    for name in gone:
        (own_home / "keys/ledger" / name).unlink()
    assert start("-m", "steelyard.ledger.signer").wait(120) == 1


def test_a_caller_that_hangs_or_talks_nonsense_does_not_stop_the_others(signer, own_home):
    with socket.socket(socket.AF_UNIX) as hung, socket.socket(socket.AF_UNIX) as loud:
        hung.connect(str(own_home / "run/signer.sock"))
        loud.connect(str(own_home / "run/signer.sock"))
        loud.sendall((5).to_bytes(4, "big") + b"hello")
        assert state().last == checkpoint_text(NAME, 0, EMPTY)


def test_the_signer_is_small(signer):
    """It imports neither Django nor a database driver: what it does not have, it cannot leak."""
    maps = Path(f"/proc/{signer.pid}/maps").read_text()
    assert "psycopg" not in maps
    resident = next(
        int(line.split()[1]) for line in Path(f"/proc/{signer.pid}/status").read_text().splitlines()
        if line.startswith("VmRSS")
    )  # fmt: skip
    assert resident < 60_000
