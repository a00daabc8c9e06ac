import pytest

from steelyard.assembly import preflight
from steelyard.assembly.preflight import CannotStart, check_space


def test_too_little_space_is_said_before_anything_starts(tmp_path, monkeypatch):
    monkeypatch.setattr(preflight, "NEEDED_MB", 10**9)
    with pytest.raises(CannotStart) as refused:
        check_space(tmp_path)
    assert str(refused.value).startswith("There is too little disk space: ")
    assert str(refused.value).endswith(
        f"The data is in {tmp_path}. Free some space, or set STEELYARD_HOME to a folder on a larger disk."
    )
