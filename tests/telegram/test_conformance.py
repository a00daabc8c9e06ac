"""The suite that any connector must pass: ours pass it, and one that lies does not."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from typer.testing import CliRunner

from steelyard.assembly.main import app
from steelyard.base.webhooks import new_secret
from steelyard.enforcement.conformance import Subjects, check
from steelyard.enforcement.connector import PlatformReceipt, Reading, Sight, Target
from tests.flows.stories import HARMLESS
from tests.platform import CHANNEL, MemoryPlatform


def broken(results):
    return [(one.rule, one.why) for one in results if one.kept is False]


def tried(results):
    return sum(one.kept is True for one in results)


@pytest.fixture
def memory():
    platform = MemoryPlatform()
    platform.publish("$one", HARMLESS)
    return platform


WHOLE = Subjects(
    post=Target("$one", CHANNEL),
    channel=Target(CHANNEL, kind="channel"),
    account=Target("@uma:home", kind="account"),
    closable=Target(CHANNEL, kind="channel"),
    file=Target("mxc://home/one", kind="media"),
)


def test_the_platform_of_the_stories_keeps_every_rule(memory):
    results = check(memory, WHOLE)
    assert broken(results) == []
    assert tried(results) == len(results)
    assert (memory.hidden, memory.refused, memory.labels, memory.closed) == (set(), {}, {}, set())
    assert not any(memory.marks.values())


def test_telegram_keeps_every_rule_that_it_declares(telegram):
    market = telegram.api.group(-1001001, "Market", username="market_square")
    telegram.api.write_to_bot(50, "/start")
    post = telegram.api.say(market, HARMLESS)
    telegram.heard_raw()
    results = check(
        telegram.connector,
        Subjects(
            post=Target(f"-1001001:{post['message_id']}", "-1001001"),
            channel=Target("-1001001", kind="channel"), account=Target("50", kind="account"),
        ),
    )  # fmt: skip
    assert broken(results) == []
    assert tried(results) >= 6
    assert telegram.api.shown(market) == [HARMLESS]


def test_a_platform_that_says_yes_and_does_nothing_is_found_out(memory):
    memory._do = lambda *_: None
    rules = {rule for rule, _ in broken(check(memory, WHOLE))}
    assert rules == {
        "What is contained is out of an ordinary member's sight.",
        "A frozen channel takes posts again.",
        "A channel taken out of the directory can be put back.",
        "A closed channel can be opened again.",
        "A muted account can write again.",
        "A limited account can write as often as before.",
        "A suspended account takes part again.",
        "A banned account may come in again.",
        "A file taken away is handed out again.",
    }


def test_a_platform_that_brings_back_something_else_is_found_out(memory):
    seen = iter(range(1000))
    memory.probe = lambda target: Reading(
        Sight.VISIBLE if target.id not in memory.hidden else Sight.HIDDEN, str(next(seen))
    )
    assert "What is brought back is identical, byte for byte." in [
        rule for rule, _ in broken(check(memory, WHOLE))
    ]


def test_a_fault_that_is_no_answer_of_the_contract_is_found_out(memory):
    def falls_over(*_, **__) -> PlatformReceipt:
        raise RuntimeError("out of order")

    memory.act = falls_over
    assert ("It raised RuntimeError.") in {why for _, why in broken(check(memory, WHOLE))}


class Callback(BaseHTTPRequestHandler):
    """Anybody's platform at the generic door, in the few lines that the contract asks for."""

    hidden: ClassVar[set[str]] = set()

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        said = json.dumps(getattr(self, "on_" + asked["type"])(asked)).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def on_action(self, asked):
        known = [target["id"] for target in asked["targets"] if target["id"] == "1"]
        if asked["operation"] in ("contain_item", "restore_item"):
            {"contain_item": self.hidden.update, "restore_item": self.hidden.difference_update}[
                asked["operation"]
            ](known)
        missing = [target["id"] for target in asked["targets"] if target["id"] != "1"]
        return {"done": known, "missing": missing}

    def on_read(self, asked):
        there = asked["target"]["id"] == "1"
        sight = "hidden" if "1" in self.hidden else "visible"
        return (
            {"sight": sight, "content_hash": "abc" if sight == "visible" else ""}
            if there
            else {"sight": "removed"}
        )

    def on_fetch(self, asked):
        return {"post": {"id": "1", "text": HARMLESS} if asked["target"]["id"] == "1" else None}

    def log_message(self, *_):
        pass


@pytest.fixture
def callback():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Callback)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/steelyard"
    server.shutdown()


def test_a_third_party_checks_its_own_callback_by_its_address(callback, monkeypatch):
    monkeypatch.setenv("STEELYARD_SECRET", new_secret())
    done = CliRunner().invoke(app, ["connector", "check", callback, "--post", "1"])
    assert done.exit_code == 0, done.output
    assert (done.output.count("kept     "), done.output.count("BROKEN")) == (7, 0)
    monkeypatch.setattr(Callback, "on_action", lambda self, asked: {})
    done = CliRunner().invoke(app, ["connector", "check", callback, "--post", "1"])
    assert (done.exit_code, "BROKEN    What is contained is out of an ordinary member" in done.output) == (
        1,
        True,
    )
