"""How soon a decision stands under a published checkpoint: a sample in every run, the whole of it as a soak test.

The bars (2,000 decisions a second for ten minutes, 99 of 100 under a checkpoint within ten seconds) are those of a
machine that does nothing else: `bench/bench_ledger.py` measures them and fails when one is missed.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from steelyard.ledger.origin import folder
from steelyard.ledger.proof.verify import verify
from steelyard.ledger.queries import log_state
from steelyard.ledger.signer.client import vkeys
from tests.ledger.parts import write
from tests.ledger.test_sequencer import loop_running, wait_until

BENCH = Path(__file__).resolve().parents[2] / "bench" / "bench_ledger.py"


@pytest.mark.django_db(transaction=True)
def test_a_running_log_publishes_what_is_written_soon_and_whole_each_time(signer, app_url):
    with loop_running(app_url):
        for batch in range(1, 4):
            write(100)
            wait_until(lambda size=batch * 100: log_state().size == size, seconds=30)
            whole = verify(folder(), vkeys())
            assert (whole.faults, whole.size) == ((), batch * 100)


@pytest.mark.soak
def test_two_thousand_decisions_a_second_for_ten_minutes():
    bench = [sys.executable, str(BENCH), "--seconds", "600", "--rate", "2000"]
    told = subprocess.run(bench, capture_output=True, text=True, timeout=3600, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
