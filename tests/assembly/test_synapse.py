"""The files of our own Synapse: made once, private, the same after any interruption."""

from pathlib import Path

import pytest
import yaml

from steelyard.assembly.synapse import prepare, secrets_of
from steelyard.base.config import Config
from steelyard.base.errors import Broken
from tests.homeserver import need_synapse


@pytest.fixture(autouse=True)
def _synapse() -> None:
    need_synapse()


def everything(home: Path) -> dict[str, bytes]:
    return {str(file.relative_to(home)): file.read_bytes() for file in home.rglob("*") if file.is_file()}


def test_a_second_start_finds_the_same_secrets_and_files(tmp_path: Path) -> None:
    first = prepare(tmp_path, Config())
    before = everything(tmp_path)
    assert prepare(tmp_path, Config()).argv == first.argv
    assert everything(tmp_path) == before


def test_a_start_interrupted_after_any_file_is_completed_by_the_next(tmp_path: Path) -> None:
    prepare(tmp_path, Config())
    whole = everything(tmp_path)
    for name in whole:
        (tmp_path / name).unlink()
        prepare(tmp_path, Config())
        after = everything(tmp_path)
        assert after.keys() == whole.keys()
        unchanged = {file: content for file, content in after.items() if file.startswith("keys/")}
        assert all(whole[file] == content for file, content in unchanged.items() if file != name)
        whole = after


def test_secrets_are_for_their_owner_only_and_in_no_file_that_people_paste(tmp_path: Path) -> None:
    prepare(tmp_path, Config())
    for file in tmp_path.rglob("*"):
        assert file.stat().st_mode & 0o077 == 0, file
    config = (tmp_path / "synapse" / "homeserver.yaml").read_text()
    for name, file in secrets_of(tmp_path).items():
        assert file.read_text().strip() not in config, name


def test_it_listens_on_this_machine_only_and_lets_nobody_register(tmp_path: Path) -> None:
    prepare(tmp_path, Config())
    config = yaml.safe_load((tmp_path / "synapse" / "homeserver.yaml").read_text())
    assert [listener["bind_addresses"] for listener in config["listeners"]] == [["127.0.0.1"]]
    assert config["enable_registration"] is False
    assert config["federation_domain_whitelist"] == []


def test_a_missing_synapse_and_a_long_path_are_said_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEELYARD_SYNAPSE_PYTHON", "/nowhere/python")
    monkeypatch.setattr("steelyard.assembly.synapse.CHECKOUT", tmp_path)
    with pytest.raises(Broken, match="Synapse is not installed"):
        prepare(tmp_path, Config())
    with pytest.raises(Broken, match="too long"):
        prepare(tmp_path / ("long" * 30), Config())
