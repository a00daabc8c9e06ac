"""`steelyard connector check` on a real Synapse with our module and our gate: the contract is kept there too."""

import secrets

import pytest
from typer.testing import CliRunner

from steelyard.assembly.main import app
from steelyard.enforcement.connector import forget_connectors, register
from tests.homeserver import Homeserver
from tests.intake.conftest import Intake


@pytest.fixture
def attached(homeserver: Homeserver):
    register("matrix", homeserver.connected)
    yield homeserver
    forget_connectors()


def test_matrix_keeps_every_rule_of_the_contract(attached: Homeserver, intake: Intake) -> None:
    uma, rhea = attached.person("uma"), attached.person("rhea")
    room, other = attached.channel(uma), attached.channel(rhea)
    post = attached.say(uma, room, "A post for the tests of the contract")
    before = attached.messages(uma, room)
    named = [
        "--post", f"https://matrix.to/#/{room}/{post}", "--channel", room, "--account", uma.account,
        "--closable", other, "--file", attached.upload(uma, secrets.token_bytes(64)),
    ]  # fmt: skip
    done = CliRunner().invoke(app, ["connector", "check", "matrix", *named])
    assert done.exit_code == 0, done.output
    not_kept = [line for line in done.output.splitlines() if not line.startswith(("kept", " "))]
    assert not_kept == ["not tried Newcomers refused from a place are taken again."], done.output
    assert attached.messages(uma, room) == before, "everything is as it was found"
