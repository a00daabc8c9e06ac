"""What the module promises to the operator of the homeserver it runs in."""

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from steelyard.assembly.synapse import CHECKOUT
from steelyard.base.errors import Unreachable
from steelyard.enforcement.connector import Operation, Sight, Target, fingerprint
from tests.homeserver import own_homeserver

PACKAGE = CHECKOUT / "integrations" / "synapse" / "steelyard_synapse"
ADDRESSES = [("GET", "status"), ("POST", "hide"), ("POST", "restore"), ("POST", "redact"), ("GET", "reports"),
             ("GET", "rooms"), ("GET", "reached"), ("POST", "label"), ("GET", "rules")]  # fmt: skip


def part(name: str) -> ModuleType:
    """One file of the module that needs nothing of Synapse, from its own package."""
    spec = importlib.util.spec_from_file_location(f"steelyard_synapse_{name}", PACKAGE / f"{name}.py")
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_hiding_switches_itself_off_when_synapse_changed_underneath() -> None:
    modules = Path(__file__).parent / "modules"
    path = os.pathsep.join([str(PACKAGE.parent), str(modules)])
    changed = ("forgetful_cache.ForgetfulCache", "forgetful_cache.OtherSignatures")
    with own_homeserver(extra_modules=changed, PYTHONPATH=path) as homeserver:
        status = homeserver.connector.status()["selftest"]
        assert (status["state"], status["why"]) == (
            "failed",
            "WrongAnswer: a hidden post could still be read",
        )
        assert status["others"] == {
            **{name: {"state": "passed", "why": ""} for name in ("feeds", "removing", "closing", "trying", "names")},
            "policy_server": {
                "state": "failed", "why": "WrongAnswer: Synapse does not take the policy server's signature",
            },
        }  # fmt: skip
        uma = homeserver.person("uma")
        post = Target(homeserver.say(uma, room := homeserver.channel(uma), "Still here"), room)
        with pytest.raises(Unreachable, match="switched off"):  # kept, and tried again once it is fixed
            homeserver.connector.act(Operation.CONTAIN_ITEM, post, key="k")
        assert homeserver.connector.probe(post).sight == Sight.VISIBLE
        removed = homeserver.connector.act(Operation.REMOVE_ITEM, post, key="r")
        assert removed.done == (post.id,), "what needs no private interface goes on working"


def test_every_address_asks_for_the_secret_and_restarts_remember_what_is_hidden() -> None:
    with own_homeserver() as homeserver:
        for method, name in ADDRESSES:
            for headers in ({}, {"Authorization": "Bearer " + "x" * 64}):
                address = f"{homeserver.address}/_synapse/client/steelyard/{name}"
                assert httpx.request(method, address, headers=headers, json={}).status_code == 403, name
        uma = homeserver.person("uma")
        post = Target(homeserver.say(uma, room := homeserver.channel(uma), "Gone until restored"), room)
        homeserver.connector.act(Operation.CONTAIN_ITEM, post, key="k")

        assert homeserver.process
        homeserver.process.kill()
        homeserver.process.wait()
        homeserver.start()
        assert homeserver.connector.probe(post).sight == Sight.HIDDEN
        assert homeserver.connector.act(Operation.RESTORE_ITEM, post, key="k").done == (post.id,)
        assert homeserver.connector.probe(post).sight == Sight.VISIBLE


def test_both_sides_fingerprint_words_alike() -> None:
    theirs = part("refusals").fingerprint
    for words in ("", "  ", "Buy  NOW", "ﬁne Straße", "Дoxoд ОТ 500$", "نص عربي", "\ud800 half", "a\u200bb"):
        assert theirs(words) == fingerprint(words), words


def test_a_decoy_is_not_taken_for_the_words_of_a_post() -> None:
    words_of = part("refusals").words_of
    content = {"body": "Shown", "m.new_content": {"body": "Decoy"}}
    assert words_of("m.room.message", content) == "Shown"
    edit = content | {"m.relates_to": {"rel_type": "m.replace", "event_id": "$a"}}
    assert words_of("m.room.message", edit) == "Decoy"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def broken_three_times() -> tuple[Clock, object]:
    clock = Clock()
    breaker = part("breaker").Breaker(clock)
    breaker.recovered()
    opened = []
    for _ in range(3):
        assert breaker.may_hold()
        breaker.held()
        opened.append(breaker.failed())
    assert opened == [False, False, True]
    return clock, breaker


def test_the_third_failure_opens_the_breaker_and_nobody_waits_after_it() -> None:
    _, breaker = broken_three_times()
    assert breaker.open
    assert not breaker.may_hold()
    breaker.recovered()
    assert (breaker.open, breaker.may_hold()) == (False, True)


def test_never_more_than_three_wait_at_once() -> None:
    breaker = part("breaker").Breaker(Clock())
    breaker.recovered()
    for _ in range(3):
        assert breaker.may_hold()
        breaker.held()
    assert not breaker.may_hold()
    breaker.answered()
    assert breaker.may_hold()


def test_a_gate_that_answers_now_and_then_does_not_go_on_holding_posts() -> None:
    clock = Clock()
    breaker = part("breaker").Breaker(clock)
    breaker.recovered()
    for _ in range(2):
        breaker.held()
        breaker.failed()
        breaker.held()
        breaker.answered()
    breaker.held()
    assert breaker.failed(), "answers in between do not wipe out the failures"
    breaker.recovered()
    breaker.held()
    breaker.failed()
    clock.now += 31
    assert breaker.may_hold()
