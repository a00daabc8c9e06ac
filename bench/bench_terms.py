"""100,000 terms: how long they take to load, and by how much the process grows.

    python bench/bench_terms.py [--terms 100000]

Each way in a process of its own: the first time, and from the cache. Bars: 10 seconds and 1 second of CPU, 200 MB. The
growth is of the resident size from before the policy is read until it screens; what was needed only meanwhile shows
in the largest size.
"""

import argparse
import random
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.bench_screening import made_terms, policy_of

LOAD = """
import resource, sys, time
from pathlib import Path
from steelyard.screening.engine import load_screen
load_screen()
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() >> 20
before, began = resident(), time.process_time()
screen = load_screen(Path(sys.argv[1]), Path(sys.argv[2]))
spent, after = time.process_time() - began, resident()
screen.noticed(["a word or two"] * 1000)
most = next(int(line.split()[1]) >> 10 for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(f"{spent:.2f} s of CPU, the process grows by {after - before} MB to {after} (largest {most})")
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--terms", type=int, default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        folder, cache = Path(home) / "policy", Path(home) / "cache"
        folder.mkdir()
        policy_of(made_terms(given.terms, random.Random(1)), folder)
        for what in ("the first time", "from the cache"):
            done = subprocess.run(
                [sys.executable, "-c", LOAD, str(folder), str(cache)],
                check=True,
                capture_output=True,
                text=True,
            )
            sys.stdout.write(f"{given.terms:,} terms, {what}: {done.stdout}")


if __name__ == "__main__":
    main()
