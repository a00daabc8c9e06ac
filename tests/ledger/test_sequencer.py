"""From staged entry to published checkpoint."""

import pytest
from django.db import transaction

from steelyard.ledger.actions import Happening, record_many
from steelyard.ledger.models import Head
from steelyard.ledger.proof.receipt import verify_receipt
from steelyard.ledger.queries import log_state, proof_at
from steelyard.ledger.sequencer import run_once
from steelyard.ledger.signer.client import vkeys
from steelyard.vault.actions import new_key

pytestmark = pytest.mark.django_db(transaction=True)


def write(count):
    with transaction.atomic():
        about = new_key()
        return record_many([Happening("x:y:z", "machine", about)] * count)


def test_it_goes(signer):
    assert run_once() == 0
    assert log_state().size == 0
    for count in (1, 3, 600, 700):
        write(count)
        assert run_once() == count
    state = log_state()
    assert state.size == Head.objects.get().size == 1304
    for index in (0, 300, 603, 1303):
        assert verify_receipt(proof_at(index), vkeys()).index == index
