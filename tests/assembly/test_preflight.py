from concurrent.futures import ThreadPoolExecutor

import pytest

from steelyard.assembly import preflight
from steelyard.assembly.preflight import CannotStart, check_space, take_house


def test_too_little_space_is_said_before_anything_starts(tmp_path, monkeypatch):
    monkeypatch.setattr(preflight, "NEEDED_MB", 10**9)
    with pytest.raises(CannotStart) as refused:
        check_space(tmp_path)
    assert str(refused.value).startswith("There is too little disk space: ")
    assert str(refused.value).endswith(
        f"The data is in {tmp_path}. Free some space, or set STEELYARD_HOME to a folder on a larger disk."
    )


def test_a_start_waits_for_the_end_of_one_command(tmp_path):
    command = take_house(tmp_path, briefly=True)
    with ThreadPoolExecutor(1) as other:
        start = other.submit(take_house, tmp_path)
        command.close()
        start.result().close()


def test_a_start_beside_one_that_serves_is_refused_at_once(tmp_path):
    serving = take_house(tmp_path)
    with pytest.raises(CannotStart, match=r"already running here\. Process \d+ serves"):
        take_house(tmp_path)
    serving.close()
