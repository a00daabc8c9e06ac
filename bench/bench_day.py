"""A day of five million decisions: how long until it is counted, and until it is published with all its files.

    python bench/bench_day.py [--decisions 5000000]

A cluster of our own with the day's entries in it (written with COPY, as the ledger holds them), and the signer as a
process of its own. Counted: every line of counts.csv from the entries. Published: counted again, every figure, times
and languages, all files with Parquet, both signatures, the rows behind the site. Bars on two cores: 60 seconds and
5 minutes.
"""

import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

BAR_COUNTED, BAR_PUBLISHED = 60.0, 300.0
COUNTRIES = ("FR", "DE", "RU", "IR", "US", "BR", "IN", "TR")


@contextmanager
def house(folder: Path):
    """Database and signer in a folder of their own."""
    os.environ |= {"STEELYARD_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "steelyard.assembly.settings"}
    from steelyard.assembly.postgres import OWNER, own_cluster

    cluster = own_cluster(folder, durable=False)
    running = [cluster.start()]
    try:
        os.environ["STEELYARD_DATABASE_URL"] = cluster.url(OWNER)
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], check=True)
        running.append(subprocess.Popen([sys.executable, "-m", "steelyard.ledger.signer"]))
        import django

        django.setup()
        wait_for_signer()
        yield
    finally:
        for process in reversed(running):
            process.send_signal(signal.SIGINT if process is running[0] else signal.SIGTERM)
            process.wait()


def wait_for_signer() -> None:
    from steelyard.base.errors import Unreachable
    from steelyard.ledger.signer import client

    for _ in range(200):
        try:
            client.state()
        except Unreachable:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("the signer did not start")


def kinds(rng: random.Random) -> list[dict]:
    """Some hundreds of different leaves, the frequent ones first."""
    from steelyard.rulebook.queries import harms

    plain = {"v": 1, "harm": "", "verb": "", "surface": "", "source": "", "ground": "", "instrument": "",
             "authority_country": "", "reversal": False, "digest": "", "by": "machine"}  # fmt: skip
    made = [
        {**plain, "type": "decisions:decision:made", "harm": harm, "verb": f"{outcome}_{kind}", "ground": harm,
         "surface": "public_channel", "source": source, "by": by}
        for harm in harms() for outcome in ("contain", "remove") for kind in ("post", "channel", "account")
        for source in ("rule", "notice", "order") for by in ("machine", "person", "two")
    ]  # fmt: skip
    orders = [
        {**plain, "type": f"orders:order:{step}", "authority_country": country, "instrument": "dsa_9",
         "source": "order"}
        for country in COUNTRIES for step in ("received", "executed", "refused")
    ]  # fmt: skip
    rng.shuffle(made)
    return made + orders


def fill(day: datetime, count: int) -> None:
    """The day's entries, spread over its hours, with COPY."""
    from django.db import connection

    rng = random.Random(7)
    leaves = kinds(rng)
    weights = [1 / (at + 1) for at in range(len(leaves))]
    chosen = rng.choices(range(len(leaves)), weights, k=count)
    parts = [_template(leaf) for leaf in leaves]
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY ledger_entry (ref, created_at, verb, leaf) FROM STDIN") as copy,
    ):
        block = []
        for at, which in enumerate(chosen):
            noise = rng.randbytes(77).hex()
            moment = day + timedelta(seconds=86399 * at / count)
            leaf = parts[which] % (noise[:64], noise[64:128], moment.strftime("%Y-%m-%dT%HZ"), noise[128:154])
            block.append(
                f"{noise[128:154]}\t{moment.isoformat()}\t{leaves[which]['type']}\t\\\\x{leaf.encode().hex()}\n"
            )
            if len(block) == 5000:
                copy.write("".join(block))
                block = []
        copy.write("".join(block))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ledger_entry")


def _template(leaf: dict) -> str:
    """Canonical JSON with places for what is a leaf's own."""
    given = {**leaf, "body_commit": "%s", "case_commit": "%s", "hour": "%s", "id": "%s"}
    return json.dumps(dict(sorted(given.items())), separators=(",", ":"))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--decisions", type=int, default=5_000_000)
    count = options.parse_args().decisions
    folder = Path(tempfile.mkdtemp(prefix="sy-bench-", dir="/tmp"))
    try:
        with house(folder):
            from steelyard.base.clock import now
            from steelyard.flows.publish_day import publish_day
            from steelyard.ledger.queries import counted
            from steelyard.transparency.cube import cells

            day = (
                (now() - timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
            )
            started = time.perf_counter()
            fill(day, count)
            print(f"{count} entries written in {time.perf_counter() - started:.0f} s", flush=True)
            load = os.getloadavg()
            started = time.perf_counter()
            lines = cells(counted(day.date()))
            took = time.perf_counter() - started
            print(f"counted      {took:6.1f} s (bar {BAR_COUNTED:.0f}); {len(lines)} lines")
            assert sum(one.n for one in lines) == count
            started = time.perf_counter()
            publish_day(day.date())
            published = time.perf_counter() - started
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"published    {published:6.1f} s (bar {BAR_PUBLISHED:.0f}); {memory:.0f} MB in our process"
            )
            print(f"load before {load[0]:.1f}, after {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if took > BAR_COUNTED or published > BAR_PUBLISHED:
        raise SystemExit("slower than the bar")


if __name__ == "__main__":
    main()
