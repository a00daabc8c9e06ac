"""How long the public page takes that says where to send, and a form until its receipt is there.

    python bench/bench_doors.py [--times 40]

A cluster and a signer of our own; the pages rendered anew each time in one process, without a network between, by the
clock on the wall. Bars at the 95th of a hundred: 50 ms for a page, one second from a form to its signed receipt.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench_day import house

PAGE, RECEIPT = 0.050, 1.0
LANGUAGES = ("en", "fr", "ru", "ar", "fa")
ANSWER = "where?country=FR&need=data&issuer=judge"
ORDER = {
    "instrument": "dsa_9", "authority": "Tribunal judiciaire de Paris", "country": "FR",
    "contact": "greffe@example.org", "language": "fr", "harm": "scam", "targets": "https://chat.example/c/market/1",
    "legal_basis": "Code pénal, art. 313-1",
    "reasons": "Escroquerie. " * 40, "scope": "own", "redress": "Cour d’appel, un mois.", "incomplete": "yes",
}  # fmt: skip
NOTICE = {
    "links": "https://chat.example/c/market/1", "harm": "scam", "explanation": "They took my savings. " * 20,
    "name": "Rhea", "email": "rhea@example.org", "good_faith": "on",
}  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--times", type=int, default=40)
    times = asked.parse_args().times
    with tempfile.TemporaryDirectory() as folder, house(Path(folder)):
        from django.core.management import call_command
        from django.test.utils import setup_test_environment

        call_command("migrate", verbosity=0)
        setup_test_environment()
        held = [*pages(times), *forms(times)]
    print(f"load {' '.join(f'{one:.1f}' for one in os.getloadavg())}, {os.cpu_count()} processors")
    if not all(held):
        raise SystemExit("a bar is not held")


def pages(times: int) -> list[bool]:
    from django.core.cache import cache
    from django.test import Client

    client = Client(HTTP_HOST="localhost")
    held = []
    for path in ("", "where", ANSWER):
        took, largest = [], 0
        for language in LANGUAGES * (times // len(LANGUAGES) + 1):
            cache.clear()
            seconds, answer = timed(lambda: client.get(f"/{language}/{path}"))  # noqa: B023 - called at once
            assert answer.status_code == 200, answer.status_code
            took.append(seconds)
            largest = max(largest, len(answer.content))
        held.append(
            told(
                f"/{path.partition('?')[0]}{' answered' * ('?' in path)}, {largest / 1000:.0f} kB", took, PAGE
            )
        )
    return held


def forms(times: int) -> list[bool]:
    from django.test import Client

    client = Client(HTTP_HOST="localhost")
    held = []
    for path, form in (("order", ORDER), ("notice", NOTICE)):
        took = []
        for number in range(times + 1):
            more = (
                {"reference": f"26/{number}"}
                if path == "order"
                else {"links": f"https://chat.example/c/{number}"}
            )
            seconds, answer = timed(lambda: client.post(f"/en/{path}", form | more))  # noqa: B023 - called at once
            assert answer.status_code == 302, answer.content.decode()[:3000]
            assert "/receipt/" in answer["Location"]
            took.append(seconds)
        held.append(told(f"{path}: from the form to its receipt", took, RECEIPT))
    return held


def timed(act: Callable[[], object]) -> tuple[tuple[float, float], object]:
    """Seconds by the clock on the wall and of the processor, and what came of it."""
    begun, busy = time.perf_counter(), time.process_time()
    done = act()
    return (time.perf_counter() - begun, time.process_time() - busy), done


def told(what: str, took: list[tuple[float, float]], bar: float) -> bool:
    """The first one loads what is loaded once, and is told apart."""
    first, *rest = took
    wall, busy = ([1000 * one[at] for one in rest] for at in (0, 1))
    last = sorted(wall)[int(len(wall) * 0.95) - 1]
    print(
        f"{what}: median {statistics.median(wall):.0f} ms, 95th {last:.0f} ms (bar {bar * 1000:.0f} ms), of the "
        f"processor {statistics.median(busy):.0f} ms, the first {first[0] * 1000:.0f} ms"
    )
    return last <= bar * 1000


if __name__ == "__main__":
    main()
