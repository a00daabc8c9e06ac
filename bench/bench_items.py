"""The generic door end to end: `python bench/bench_items.py [--batch 100] [--connections 8]`.

Starts the real process with 10,000 terms, and sends it batches over the loopback from another process, each connection
waiting for its answer. Wall figures include the client, which shares the machine's cores; the door's own CPU time
is read from the kernel. Latency is what the client waits.
"""

import argparse
import asyncio
import json
import os
import random
import resource
import socket
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.bench_screening import made_messages, made_terms, policy_of

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def requests(batch: int, key: str, messages: list[str]) -> list[bytes]:
    found = []
    for first in range(0, len(messages) - batch + 1, batch):
        items = [{"id": str(n), "text": text} for n, text in enumerate(messages[first : first + batch])]
        body = json.dumps({"items": items}, ensure_ascii=False).encode()
        head = f"POST /v1/items HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {key}\r\n"
        head += f"content-length: {len(body)}\r\n\r\n"
        found.append(head.encode() + body)
    return found


async def send(port: int, wanted: list[bytes], until: float, waits: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    number = random.randrange(len(wanted))
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(wanted[number % len(wanted)])
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split(b"\r", 1)[0]))
        waits.append(time.perf_counter() - began)
        number += 1
    writer.close()


def cpu_seconds(pid: int) -> float:
    """Of the process and its children, user and system."""
    total = 0.0
    for entry in Path("/proc").glob("[0-9]*/stat"):
        fields = entry.read_text().rpartition(")")[2].split()
        if int(entry.parent.name) == pid or int(fields[1]) == pid:
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


async def load(port: int, wanted: list[bytes], connections: int, seconds: float) -> list[float]:
    waits: list[float] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(*(send(port, wanted, until, waits) for _ in range(connections)))
    return sorted(waits)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--plain", action="store_true", help="without compiled code, although Numba is there")
    given = parser.parse_args()
    fast = bool(find_spec("numba")) and not given.plain
    chance = random.Random(1)
    terms = made_terms(10_000, chance)
    messages, _ = made_messages(20_000, terms, chance)
    with tempfile.TemporaryDirectory() as home:
        policy, port = Path(home) / "policy", free_port()
        policy.mkdir()
        policy_of(terms, policy, 10)
        env = os.environ | {
            "STEELYARD_HOME": home,
            "STEELYARD_POLICY": str(policy),
            "STEELYARD_ITEMS_PORT": str(port),
            "STEELYARD_FAST": str(fast).lower(),
        }
        command = [sys.executable, "-m", "steelyard.intake.items"]
        key = subprocess.run(
            [*command, "key", "new", "bench"], env=env, check=True, capture_output=True, text=True
        )
        wanted = requests(given.batch, key.stdout.strip(), messages)
        door = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while True:
                with socket.socket() as caller:
                    if not caller.connect_ex(("127.0.0.1", port)):
                        break
                time.sleep(0.1)
            asyncio.run(load(port, wanted, given.connections, 1))
            spent, own, began = (
                cpu_seconds(door.pid),
                resource.getrusage(resource.RUSAGE_SELF),
                time.perf_counter(),
            )
            waits = asyncio.run(load(port, wanted, given.connections, given.seconds))
            wall, spent = time.perf_counter() - began, cpu_seconds(door.pid) - spent
            after = resource.getrusage(resource.RUSAGE_SELF)
        finally:
            door.terminate()
            door.wait(20)
    items = len(waits) * given.batch
    client = after.ru_utime + after.ru_stime - own.ru_utime - own.ru_stime
    print(
        f"batches of {given.batch}, {given.connections} connections: {items / wall:,.0f} items/s by the clock,"
    )
    print(
        f"{items / spent:,.0f} per CPU second of the door ({spent / wall:.0%} of a core; client {client / wall:.0%})"
    )
    print(
        f"waited: half under {waits[len(waits) // 2] * 1000:.1f} ms, p99 {waits[int(len(waits) * 0.99)] * 1000:.1f} ms"
    )


if __name__ == "__main__":
    main()
