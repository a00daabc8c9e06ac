"""The keys of an installation are made on first use: by several at once, one of them counts."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from steelyard.base.files import write_private_once


def test_of_several_that_write_a_key_first_one_counts_and_nothing_is_left_lying(tmp_path):
    file, gate = tmp_path / "keys" / "kek", Barrier(6, timeout=60)

    def first(number: int) -> bytes:
        gate.wait()
        write_private_once(file, bytes([number]) * 32)
        return file.read_bytes()

    with ThreadPoolExecutor(6) as pool:
        seen = set(pool.map(first, range(6)))
    assert len(seen) == 1
    assert [one.name for one in file.parent.iterdir()] == ["kek"]
    assert file.stat().st_mode & 0o777 == 0o600
