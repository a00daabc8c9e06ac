"""Picture hashes: searches a second, memory, what a new hash costs; hashing speed. CPU time, one core, best of three.

    python bench/bench_images.py [--rows 1000000 10000000] [--queries 2000]      one million when left out

Random hashes; half of the queries are planted at distance 31, the others match nothing. The peer is the index of
`threatexchange` (and faiss, which it uses), where they can be imported. Bars: 7,000 a second at one million and
1,000 at ten million, under 180 and 100 bytes a hash, a new hash found within a second.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
BARS = {1_000_000: (7000, 180), 10_000_000: (1000, 100)}


def planted(values: np.ndarray, count: int) -> list[bytes]:
    chance = np.random.default_rng(17)
    found = []
    for number in range(count):
        bits = chance.integers(0, 2, 256, dtype=np.uint8)
        if number % 2:
            bits = np.unpackbits(values[chance.integers(len(values))])
            bits[chance.choice(256, 31, replace=False)] ^= 1
        found.append(np.packbits(bits).tobytes())
    return found


def rate(work, count: int, repeats: int = 3) -> int:
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return round(count / best)


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def search(rows: int, count: int, kind: str) -> dict:
    """In a process of its own, so that memory is that of this index."""
    from steelyard.screening.engine.images.index import PdqIndex
    from steelyard.screening.engine.images.tables import probe

    if kind == "numba":
        from steelyard.screening.engine.images.accelerated import probe
    values = np.random.default_rng(3).integers(0, 256, (rows, 32), dtype=np.uint8)
    queries = planted(values, count)
    small = PdqIndex.build(values[:21_000], probe=probe)
    small.search(queries[:2]), small.search(queries[:1])  # compiled before it is measured
    start = time.process_time()
    index = PdqIndex.build(values, probe=probe)
    built = time.process_time() - start
    arrays = sum(array.nbytes for array in index._tables[1:])
    found = index.search(queries)
    new = b"\x5a" * 32
    start = time.perf_counter()
    index.add([new])
    seen = bool(index.search([new])[0])
    live = time.perf_counter() - start
    result = {
        "rows": rows,
        "search": kind,
        "batched_per_cpu_second": rate(lambda: index.search(queries), count),
        "single_per_cpu_second": rate(lambda: [index.search([query]) for query in queries[:300]], 300),
        "bytes_a_hash": round(arrays / rows, 1),
        "planted_found": f"{sum(bool(found[n]) for n in range(1, count, 2))}/{count // 2}",
        "others_found": sum(bool(found[n]) for n in range(0, count, 2)),
        "build_cpu_s": round(built, 1),
        "new_hash_live_ms": round(live * 1000, 1) if seen else None,
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "set.pdq"
        start = time.perf_counter()
        index.save(file)
        result["save_s"] = round(time.perf_counter() - start, 1)
        start = time.perf_counter()
        PdqIndex.load(file)
        result["load_and_check_s"] = round(time.perf_counter() - start, 1)
        result["file_bytes_a_hash"] = round(file.stat().st_size / rows, 1)
    return result


def memory(rows: int) -> dict:
    """Resident memory of a process that has mapped a saved set and searched it, less what it had before."""
    from steelyard.screening.engine.images.index import PdqIndex

    values = np.random.default_rng(3).integers(0, 256, (rows, 32), dtype=np.uint8)
    queries = planted(values, 200)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "set.pdq"
        if (child := os.fork()) == 0:
            PdqIndex.build(values).save(file)
            os._exit(0)
        os.waitpid(child, 0)
        del values
        before = resident()
        index = PdqIndex.load(file)
        index.search(queries)
        return {"rows": rows, "resident_bytes_a_hash": round((resident() - before) / rows, 1)}


def peer(rows: int, count: int) -> dict:
    """threatexchange's PDQ index over the same hashes, and faiss's plain one."""
    if not find_spec("threatexchange") or not find_spec("faiss"):
        return {"rows": rows, "peer": "peer not run"}
    import faiss
    from threatexchange.signal_type.pdq.pdq_index import PDQIndex

    faiss.omp_set_num_threads(1)
    values = np.random.default_rng(3).integers(0, 256, (rows, 32), dtype=np.uint8)
    queries = planted(values, count)
    flat = faiss.IndexBinaryFlat(256)
    flat.add(values)
    asked = np.frombuffer(b"".join(queries), np.uint8).reshape(-1, 32)[:200]
    result = {
        "rows": rows,
        "faiss_flat_per_cpu_second": rate(lambda: flat.range_search(asked, 32), len(asked)),
    }
    before, start = resident(), time.process_time()
    index = PDQIndex.build((row.tobytes().hex(), number) for number, row in enumerate(values))
    result["threatexchange_build_cpu_s"] = round(time.process_time() - start, 1)
    result["threatexchange_bytes_a_hash"] = round((resident() - before) / rows)
    some = [query.hex() for query in queries[:200]]
    result["threatexchange_per_cpu_second"] = rate(lambda: [index.query(query) for query in some], len(some))
    found = [bool(index.query(query)) for query in some]
    result["threatexchange_planted_found"] = f"{sum(found[1::2])}/{len(some) // 2}"
    return result


def hashing() -> dict:
    """Whole files to hashes: 20 made pictures as JPEG, and PDQ alone on 512 pixels."""
    from steelyard.screening.engine.images.hashing import hash_media, hash_picture
    from steelyard.screening.engine.images.pdq import distance, pdq
    from tests.screening.images.pictures import blocks, file, waves

    chance = np.random.default_rng(1)
    pictures = []
    for number in range(20):
        mixed = blocks(1080, 1920, number) * 0.5 + waves(1080, 1920, number) * 0.5
        pictures.append(np.clip(mixed + chance.normal(0, 6, mixed.shape), 0, 255).astype(np.uint8))
    files = [file(picture, "JPEG", quality=85) for picture in pictures]
    small = blocks(512, 512)
    moved = sorted(distance(hash_picture(f).pdq, hash_picture(f, whole=True).pdq) for f in files)
    result = {
        "pdq_512_per_cpu_second": rate(lambda: [pdq(small) for _ in range(20)], 20),
        "jpeg_1920x1080_files_per_cpu_second": rate(lambda: [hash_media(each) for each in files], 20),
        "whole_1920x1080_per_cpu_second": rate(lambda: [hash_picture(f, whole=True) for f in files[:5]], 5),
        "shrinking_moves_bits": {"median": moved[10], "max": moved[-1]},
        "peer": "peer not run",
    }
    if find_spec("pdqhash"):
        import pdqhash

        result["peer"] = "pdqhash"
        result["pdqhash_512_per_cpu_second"] = rate(lambda: [pdqhash.compute(small) for _ in range(20)], 20)
        result["identical"] = all(
            pdq(p) == (np.packbits(v).tobytes(), q) for p in pictures for v, q in [pdqhash.compute(p)]
        )
    return result


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, nargs="+", default=[1_000_000])
    options.add_argument("--queries", type=int, default=2000)
    options.add_argument("--part", default="")
    chosen = options.parse_args()
    if chosen.part:
        kind, _, rows = chosen.part.partition(":")
        parts = {"memory": lambda: memory(int(rows)), "peer": lambda: peer(int(rows), chosen.queries),
                 "hashing": hashing}  # fmt: skip
        found = parts[kind]() if kind in parts else search(int(rows), chosen.queries, kind)
        print(json.dumps(found))
        return
    print(json.dumps({"load": os.getloadavg(), "cores": os.cpu_count()}))
    kinds = ["numpy", *(["numba"] if find_spec("numba") else [])]
    for part in [
        "hashing:",
        *(f"{kind}:{rows}" for rows in chosen.rows for kind in [*kinds, "memory", "peer"]),
    ]:
        command = [sys.executable, __file__, "--part", part, "--queries", str(chosen.queries)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        print(
            done.stdout.strip() or json.dumps({"part": part, "failed": done.stderr.strip()[-300:]}),
            flush=True,
        )
    print(json.dumps({"load": os.getloadavg()}))


if __name__ == "__main__":
    main()
