"""`steelyard connector check` on a real Synapse with our module and our gate: the contract is kept there too."""

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
    uma = attached.person("uma")
    room = attached.channel(uma)
    post = attached.say(uma, room, "A post for the tests of the contract")
    before = attached.messages(uma, room)
    named = ["--post", f"https://matrix.to/#/{room}/{post}", "--channel", room, "--account", uma.account]
    done = CliRunner().invoke(app, ["connector", "check", "matrix", *named])
    assert done.exit_code == 0, done.output
    marks = [line.split("  ")[0].strip() for line in done.output.splitlines() if not line.startswith(" ")]
    assert marks == ["kept"] * 11, done.output
    assert attached.messages(uma, room) == before, "everything is as it was found"
