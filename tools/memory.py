"""Memory of the processes below a running house: resident (RSS) and proportional (PSS), in MB."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

BESIDE = ("postgres", "synapse")  # counted, but not ours


def below(pid: int) -> Iterator[int]:
    """A process and everything it started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from below(int(child))


def memory(pid: int) -> tuple[float, float]:
    """RSS and PSS in MB; zero for a process that just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return 0, 0
    kb = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return kb.get("Rss", 0) / 1024, kb.get("Pss", 0) / 1024


def name_of(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    module = words[words.index("-m") + 1] if "-m" in words else words[0]
    return "postgres" if "postgres" in words[0] else module


def main(home: Path) -> int:
    state = home / "run" / "state.json"
    if not state.exists():
        print(f"Nothing runs in {home}. Start it first: steelyard serve")
        return 1
    ours = [0.0, 0.0]
    print(f"{'process':<36} {'pid':>8} {'RSS':>8} {'PSS':>8}")
    for pid in below(json.loads(state.read_text())["supervisor"]):
        (rss, pss), name = memory(pid), name_of(pid)
        print(f"{name:<36} {pid:>8} {rss:>8.1f} {pss:>8.1f}")
        if not any(other in name for other in BESIDE):
            ours = [ours[0] + rss, ours[1] + pss]
    print(f"{'ours together':<45} {ours[0]:>8.1f} {ours[1]:>8.1f}")
    return 0


if __name__ == "__main__":
    from steelyard.base.config import home

    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else home()))
