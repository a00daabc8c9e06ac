"""`steelyard telegram`: one command from a token to a bot that is attached, saying what is missing."""

import stat

import pytest
from typer.testing import CliRunner

from steelyard.assembly.main import app
from steelyard.base.config import read_config
from tests.telegram.bot_api import BOT, TOKEN, BotApi

run = CliRunner().invoke


@pytest.fixture
def api(tmp_path, monkeypatch):
    monkeypatch.setenv("STEELYARD_HOME", str(tmp_path))
    monkeypatch.setenv("STEELYARD_TELEGRAM_TOKEN", TOKEN)
    server = BotApi()
    yield server
    server.close()


def test_a_token_and_a_group_are_enough(api, tmp_path):
    api.group(-1001001, "Market", username="market_square")
    api.group(-1009, "Moderators")
    done = run(app, ["telegram", "--api", api.address, "--chat", "@market_square", "--workroom", "-1009"])
    assert done.exit_code == 0, done.output
    assert "Market (supergroup, public): ready" in done.output
    assert TOKEN not in done.output
    token = tmp_path / "keys" / "telegram" / "token"
    assert (token.read_text(), stat.S_IMODE(token.stat().st_mode)) == (TOKEN, 0o600)
    stated = read_config(tmp_path / "steelyard.toml", {}).telegram
    assert (stated.api, stated.workroom, stated.rules_delete) == (api.address, -1009, False)


def test_it_says_what_the_bot_may_not_do_and_where_it_is_not(api):
    market = api.group(-1001001, "Market", username="market_square")
    market.admins[BOT["id"]]["can_restrict_members"] = False
    done = run(app, ["telegram", "--api", api.address, "--chat", "@market_square", "--chat", "@elsewhere"])
    assert done.exit_code == 1
    assert "may not mute and ban people, close a group" in done.output
    assert "@elsewhere: Bad Request: chat not found Add the bot there." in done.output


def test_a_token_that_telegram_does_not_know_changes_nothing(api, tmp_path, monkeypatch):
    monkeypatch.setenv("STEELYARD_TELEGRAM_TOKEN", "999:" + "x" * 30)
    done = run(app, ["telegram", "--api", api.address])
    assert done.exit_code != 0
    assert not (tmp_path / "keys").exists()
