"""Entries recorded a second through the public action, and how soon a commit stands under a checkpoint.

    python bench/bench_ledger.py [--seconds 20] [--rate 2000] [--batch 100] [--writers 2]

A durable cluster of our own (fsync on), the signer and the sequencer as their own processes, and writers that
commit batches of decisions, one leaf each. First at `--rate` decisions a second in all, then as fast as they go.
A batch's latency is from its commit to the checkpoint file that covers its last entry. Ends by checking the log.
Bars: 2,000 a second sustained; p99 under 10 seconds (merge delay of a CT log for Chrome: 60 seconds; Tessera on
a small machine: 1,500 a second, integrated within 0.6 to 6 seconds).
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

BAR_RATE, BAR_P99 = 2000.0, 10.0
SEQUENCER = """
import threading, django
django.setup()
from steelyard.ledger.sequencer import run_forever
run_forever(threading.Event())
"""
WRITER = """
import sys, time, django
django.setup()
from django.db import transaction
from steelyard.ledger.actions import Facts, Happening, record_many
from steelyard.vault.actions import new_key
batch, rate, seconds = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
case = new_key()
facts = Facts(harm="scam", verb="hide", surface="public_channel", source="rule", ground="terms", by="machine")
end = time.time() + seconds
due = time.time()
while time.time() < end:
    with transaction.atomic():
        entries = record_many([Happening("decisions:decision:made", "machine", case, key=case, facts=facts)] * batch)
    print(entries[-1].ref, time.time(), flush=True)
    due += batch / rate if rate else 0
    time.sleep(max(0.0, due - time.time()) if rate else 0)
"""


@contextmanager
def house(folder: Path):
    """Database, signer and sequencer in a folder of their own."""
    os.environ |= {"STEELYARD_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "steelyard.assembly.settings"}
    from steelyard.assembly.postgres import OWNER, own_cluster

    cluster = own_cluster(folder)
    running = [cluster.start()]
    try:
        os.environ["STEELYARD_DATABASE_URL"] = cluster.url(OWNER)
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], check=True)
        os.environ["STEELYARD_DATABASE_URL"] = cluster.url()
        running.append(subprocess.Popen([sys.executable, "-m", "steelyard.ledger.signer"]))
        running.append(subprocess.Popen([sys.executable, "-c", SEQUENCER]))
        import django

        django.setup()
        yield
    finally:
        for process in reversed(running):
            process.send_signal(
                signal.SIGINT if process is running[0] else signal.SIGTERM
            )  # PostgreSQL: fast
            process.wait()


class Published:
    """When each size was first seen in the checkpoint file."""

    def __init__(self) -> None:
        self.moments: list[tuple[int, float]] = [(0, 0.0)]
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self) -> None:
        from steelyard.ledger.origin import folder

        while not self.stop.wait(0.005):
            with suppress(OSError, IndexError):
                size = int((folder() / "checkpoint").read_text().split("\n")[1])
                if size > self.moments[-1][0]:
                    self.moments.append((size, time.time()))

    def covers(self, index: int) -> float:
        return next(moment for size, moment in self.moments if size > index)


def run(published: Published, seconds: float, rate: float, batch: int, writers: int) -> dict:
    """Writers at `rate` in all (0: as fast as they go) for `seconds`; figures once everything is published."""
    from steelyard.ledger.models import Position
    from steelyard.ledger.queries import log_state, staged_count

    command = [sys.executable, "-c", WRITER, str(batch), str(rate / writers), str(seconds)]
    with ThreadPoolExecutor(writers) as all_read:  # a writer whose pipe is full would wait for its reader
        told = all_read.map(
            lambda _: subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True), range(writers)
        )
    lines = [line.split() for writer in told for line in writer.stdout.splitlines()]
    commits = [(ref, float(moment)) for ref, moment in lines]
    first, last = min(m for _, m in commits), max(m for _, m in commits)
    while staged_count() or published.moments[-1][0] < log_state().size:
        time.sleep(0.05)
    places = dict(
        Position.objects.filter(entry__ref__in=[r for r, _ in commits]).values_list("entry__ref", "index")
    )
    waits = sorted(published.covers(places[ref]) - moment for ref, moment in commits)
    return {
        "entries": len(commits) * batch,
        "seconds": round(last - first, 1),
        "recorded_per_second": round((len(commits) - writers) * batch / (last - first)),
        "to_checkpoint_p50_s": round(statistics.median(waits), 3),
        "to_checkpoint_p99_s": round(waits[int(len(waits) * 0.99)], 3),
        "to_checkpoint_max_s": round(waits[-1], 3),
    }


def main() -> None:
    options = argparse.ArgumentParser()
    for name, value in (("seconds", 20.0), ("rate", 2000.0)):
        options.add_argument(f"--{name}", type=float, default=value)
    for name, value in (("batch", 100), ("writers", 2)):
        options.add_argument(f"--{name}", type=int, default=value)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="sy-bench-", dir="/tmp") as folder, house(Path(folder)):
        published = Published()
        steady = run(published, chosen.seconds, chosen.rate, chosen.batch, chosen.writers)
        fastest = run(published, min(chosen.seconds, 60), 0, chosen.batch, chosen.writers)
        published.stop.set()
        from steelyard.ledger.audit import audit

        start = time.time()
        report = audit()
        checked = {"entries": report.size, "seconds": round(time.time() - start, 1), "whole": report.ok}
    print(json.dumps({"steady": steady, "fastest": fastest, "audit": checked}, indent=1))
    held = steady["recorded_per_second"] >= min(BAR_RATE, chosen.rate) * 0.98
    sys.exit(not (held and steady["to_checkpoint_p99_s"] < BAR_P99 and report.ok))


if __name__ == "__main__":
    main()
