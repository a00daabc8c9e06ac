import re
import subprocess
from pathlib import Path

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


def test_the_readmes_one_line_turns_mail_on(tmp_path, monkeypatch):
    monkeypatch.setenv("STEELYARD_HOME", str(tmp_path))
    file = tmp_path / "steelyard.toml"
    file.write_text(settings({}))
    assert not read_config(file, {}).mailroom.addresses
    readme = Path(__file__).resolve().parents[2] / "README.md"
    line = re.search(r"`sed -i '([^']+)' var/demo/steelyard\.toml`", readme.read_text())[1]
    subprocess.run(["sed", "-i", line, str(file)], check=True)
    found = read_config(file, {})
    assert (found.mailroom.smtp, found.smtp_url) == ("127.0.0.1:8475", "smtp://127.0.0.1:8476")
    assert found.mailroom.addresses["help@demo.example.org"] == "users"
