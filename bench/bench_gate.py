"""The gate over its Unix socket: how long the module waits, at 1,000 questions a second, with long lists.

    python bench/bench_gate.py [--seconds 5] [--rate 1000]

The real gate in a process of its own with 20,000 refused fingerprints, 1,000 frozen channels and 1,000 muted accounts;
one connection, as the module keeps it, and questions at an even pace. The wait is from the question to its answer. Bar:
p99 under 2 ms. No peer does the same; Synapse's own spam checkers ask over HTTP.
"""

import argparse
import asyncio
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BAR = 2.0
GATE = """
import asyncio, sys
from pathlib import Path
from steelyard.intake.gate import Gate
from steelyard.intake.refusals import Refusals
home = Path(sys.argv[1])
async def main():
    await Gate(Refusals(home / "refusals.json"), dict).open(home / "gate.sock", home / "control.sock")
    await asyncio.Event().wait()
asyncio.run(main())
"""


def made_lists(home: Path) -> None:
    why = {"reason": "Removed by a decision.", "case": "C", "appeal": "https://example.org/a"}
    lists = {
        "channels": {f"!frozen{n}:home": why for n in range(1000)},
        "accounts": {f"@muted{n}:home": why for n in range(1000)},
        "content": {hashlib.sha256(str(n).encode()).hexdigest(): why for n in range(20_000)},
    }
    (home / "refusals.json").write_text(json.dumps(lists))


async def ask(socket: Path, rate: int, seconds: float) -> list[float]:
    reader, writer = await asyncio.open_unix_connection(str(socket), limit=1 << 26)
    await reader.readline()  # what is refused
    asked: dict[int, float] = {}
    waits: list[float] = []

    async def hear() -> None:
        while line := await reader.readline():
            if (number := json.loads(line).get("id")) in asked:
                waits.append(time.perf_counter() - asked.pop(number))

    hearing = asyncio.create_task(hear())
    began, total = time.perf_counter(), int(rate * seconds)
    for number in range(total):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        question = {
            "id": number,
            "room": "!market:home",
            "sender": f"@uma{number}:home",
            "text": f"post {number} " * 15,
        }
        asked[number] = time.perf_counter()
        writer.write(json.dumps(question).encode() + b"\n")
    while asked:
        await asyncio.sleep(0.01)
    hearing.cancel()
    return sorted(waits)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rate", type=int, default=1000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        made_lists(Path(home))
        gate = subprocess.Popen([sys.executable, "-c", GATE, home])
        try:
            while not (Path(home) / "gate.sock").exists():
                time.sleep(0.05)
            waits = asyncio.run(ask(Path(home) / "gate.sock", given.rate, given.seconds))
        finally:
            gate.terminate()
            gate.wait(20)
    half, most = waits[len(waits) // 2] * 1000, waits[int(len(waits) * 0.99)] * 1000
    print(
        f"{len(waits)} questions at {given.rate} a second: half under {half:.2f} ms, p99 {most:.2f} ms (bar {BAR} ms)"
    )


if __name__ == "__main__":
    main()
