from steelyard.assembly.demo.__main__ import settings
from steelyard.base.config import read_config


def test_ports_chosen_for_the_demo_are_found_again_by_later_commands(tmp_path, monkeypatch):
    monkeypatch.setenv("STEELYARD_HOME", str(tmp_path))
    file = tmp_path / "steelyard.toml"
    file.write_text(settings({"STEELYARD_WEB_PORT": "8870", "STEELYARD_SYNAPSE_PORT": "8871"}))
    found = read_config(file, {})
    assert (found.web_port, found.intake_port, found.synapse_port) == (8870, 8472, 8871)
    assert found.public_url == "http://localhost:8870"
    assert found.matrix.announcements == "#daily:localhost"


def test_an_address_given_for_the_demo_stays_as_given(tmp_path, monkeypatch):
    monkeypatch.setenv("STEELYARD_HOME", str(tmp_path))
    file = tmp_path / "steelyard.toml"
    file.write_text(settings({"STEELYARD_PUBLIC_URL": "https://demo.example.org"}))
    assert read_config(file, {}).public_url == "https://demo.example.org"
