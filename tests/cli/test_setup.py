import os
import subprocess
import sys
from pathlib import Path

import pytest

from steelyard.assembly.postgres import SYSTEM_HOME
from steelyard.base.config import Config, Mailroom, Witness, read_config
from steelyard.base.errors import BadInput
from steelyard.cli.settings_file import QUESTIONS, answers, text_of
from tests.assembly.house import house

NOTHING = dict.fromkeys(QUESTIONS)


def test_what_an_operator_answers_is_read_back_from_the_file(tmp_path):
    given = {
        "service": "Plaza “нет” \\ Ltd",
        "public_url": "https://safety.example.org/",
        "languages": "en, fr,ru",
        "countries": "de fr",
        "established_in": "ie",
        "authorities_email": "law@example.org",
        "authorities_phone": "+353 1 5550100",
        "users_email": "help@example.org",
        "on_call": "Ada, ada@example.org, +49 30 1; Rhea, rhea@example.org",
    }
    wanted = answers(Config(), given, ask=None)
    file = tmp_path / "steelyard.toml"
    file.write_text(text_of(wanted))
    assert read_config(file, {}) == wanted
    assert wanted.public_url == "https://safety.example.org"
    assert wanted.countries == ("DE", "FR")
    assert [(person.name, person.phone) for person in wanted.on_call] == [("Ada", "+49 30 1"), ("Rhea", "")]


def test_every_setting_has_its_line_in_the_file():
    text = text_of(Config())
    lists = {
        "on_call",
        "witnesses",
        "platforms",
        "classifiers",
        "legal_bases",
    }  # one table each, when there is one
    missing = [name for name in Config.__struct_fields__ if name not in lists and f"{name} =" not in text]
    assert [name for name in missing if f"[{name}]" not in text] == []


def test_a_second_setup_keeps_what_it_does_not_ask_about(tmp_path):
    before = Config(
        webhooks_inside=True,
        mailroom=Mailroom(smtp="127.0.0.1:2525", addresses={"law@example.org": "authorities"}, dns=False),
        web_port=8870,
        witnesses=(Witness(url="https://w.example.org", vkey="w.example.org+1+A"),),
    )
    file = tmp_path / "steelyard.toml"
    file.write_text(text_of(answers(before, NOTHING, ask=None)))
    assert read_config(file, {}) == before


def test_a_second_setup_offers_what_was_answered_before():
    offered = {}

    def keep(question, default):
        offered[question] = default
        return default

    before = answers(Config(), NOTHING | {"service": "Plaza", "on_call": "Ada, ada@example.org"}, ask=None)
    assert answers(before, NOTHING, ask=keep) == before
    assert offered[QUESTIONS["service"]] == "Plaza"
    assert offered[QUESTIONS["on_call"]] == "Ada, ada@example.org"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("public_url", "example.org", "“example.org” is not an address we can use."),
        ("countries", "Germany", "“GERMANY” is not a country."),
        ("languages", "en,xx", "There is no catalogue for xx."),
        ("users_email", "nobody", "“nobody” is not an e-mail address."),
        ("service", " ", "The service needs a name."),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused_with_its_reason(name, value, said):
    with pytest.raises(BadInput) as refused:
        answers(Config(), NOTHING | {name: value}, ask=None)
    assert refused.value.what == said


@pytest.fixture(scope="module")
def cut_off():
    """A house whose very first start was killed while it made the database."""
    with house() as made:
        argv = [sys.executable, "-m", "steelyard", "serve"]
        cut = subprocess.Popen(argv, env=made.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        made.wait_for(lambda: list(cluster(made).glob("data.new/*")), cut)
        cut.kill()
        cut.wait()
        yield made


def cluster(made) -> Path:
    name = made.folder / "keys" / "cluster-name"
    if os.geteuid() != 0:
        return made.folder / "postgresql"
    return SYSTEM_HOME / "clusters" / name.read_text() if name.exists() else made.folder / "nothing"


def test_setup_writes_a_private_file_and_invites_the_first_administrator(cut_off):
    """It is the command that brings the database up, where a first start was cut off and nobody cleaned."""
    done = cut_off.command("setup", "--yes", "--service", "Plaza", "--administrator", "Ada Example")
    file = cut_off.folder / "steelyard.toml"
    assert done.returncode == 0, done.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    assert 'service = "Plaza"' in file.read_text()
    wrote, link, works, then = done.stdout.splitlines()
    assert wrote == f"Wrote {file}"
    assert link.startswith("http://localhost:8470/")
    assert "#" in link
    assert works.endswith("Give it to ada-example and to nobody else.")
    assert then == "Next: steelyard serve"

    again = cut_off.command("setup", "--yes", "--administrator", "Otto")
    assert again.returncode == 1
    assert again.stderr.startswith("There is an administrator already.")


def test_a_command_about_somebody_whom_nobody_knows_says_where_the_members_are(cut_off):
    asked = cut_off.command("sign-in", "nobody")
    assert asked.stderr == "Nobody with this handle is on the staff. The console lists the members.\n"
