"""Assessments a second, and the slowest: a short order, and one with 20,000 letters of reasons and content.

    python bench/bench_assessment.py [--orders 500]

Bar: every assessment under 20 ms once the law of the day has been read; reading it is shown apart.
Times are of the processor, so that a busy machine measures the same.
"""

import argparse
import os
import statistics
import sys
import time
from datetime import UTC, datetime

BAR = 0.020
WORDS = (
    "The market opens on Saturday and the bus stops beside the old bridge. Рынок открыт, приходите с семьёй. "
)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.assembly.settings")
    import django

    django.setup()
    from steelyard.orders.assessment import Asked, Words, assess
    from steelyard.orders.assessment.clocks import seat_of
    from steelyard.rulebook.law import law_on

    given = argparse.ArgumentParser()
    given.add_argument("--orders", type=int, default=500)
    count = given.parse_args().orders
    moment, seat = datetime(2026, 11, 16, 9, 30, tzinfo=UTC), seat_of("BE")
    begun = time.perf_counter()
    law = law_on(moment.date())
    print(f"the law of the day read in {1000 * (time.perf_counter() - begun):.0f} ms")
    slowest = 0.0
    for name, text in (("short", WORDS), ("20,000 letters", (WORDS * 200)[:20_000])):
        for instrument in ("dsa_9", "epoc"):
            asked = Asked(
                instrument=instrument, country="FR", arrived_at=moment, reasons=text, targets=("post",),
                contents=(Words(text=text),), demand=text[:4000], data=("subscriber",),
            )  # fmt: skip
            assess(asked, law, seat=seat)
            took = []
            for _ in range(count):
                begun = time.thread_time()
                assess(asked, law, seat=seat)
                took.append(time.thread_time() - begun)
            slowest = max(slowest, statistics.quantiles(took, n=100)[98])
            print(f"{instrument}, {name}: median {1000 * statistics.median(took):.2f} ms, "
                  f"p99 {1000 * statistics.quantiles(took, n=100)[98]:.2f} ms")  # fmt: skip
    print(f"slowest p99 {1000 * slowest:.1f} ms, bar {1000 * BAR:.0f} ms")
    return int(slowest > BAR)


if __name__ == "__main__":
    sys.exit(main())
