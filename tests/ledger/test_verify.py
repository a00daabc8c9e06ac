"""Whatever is changed, it is found, and the place is named."""

import pytest
from django.db import transaction

from steelyard.ledger.actions import Happening, record_many
from steelyard.ledger.audit import audit
from steelyard.ledger.sequencer import run_once
from steelyard.vault.actions import new_key

pytestmark = pytest.mark.django_db(transaction=True)


def write(count):
    with transaction.atomic():
        about = new_key()
        return record_many([Happening("x:y:z", "machine", about)] * count)


def test_a_log_that_nobody_touched_is_whole(signer):
    for count in (0, 1, 254, 1, 1, 700):
        write(count)
        run_once()
        report = audit()
        assert report.faults == ()
    assert report.size == 957
    assert report.signed_by == ("Ed25519", "ML-DSA-44")
