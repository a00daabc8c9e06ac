"""Any platform sends items over HTTP and has its verdicts in the answer."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uvicorn
import yaml

import steelyard.intake.items.__main__ as served
from steelyard.intake.items import patience
from steelyard.intake.items.door import TOGETHER, Door
from steelyard.intake.items.keys import Key, Keys
from steelyard.intake.items.shapes import Sent
from steelyard.screening.engine import load_screen
from tests.homeserver import wait_until
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
TERM = """\
signal: listed
about: L.
terms: [{{languages: [en], words: [{word}]}}]
examples: {{match: [{word}]}}
"""
RULE = """\
- {{rule: says-{word}, about: L., when: signal.listed, then: hold, harm: spam, policy_ref: terms.spam, state: live,
   owner: Ada, examples: {{match: [{word}], no_match: [nothing]}}}}
"""


def write_policy(folder: Path, word: str) -> None:
    for name in ("signals", "rules"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "policy.yaml").write_text("policy: small\nowner: Ada\n")
    (folder / "signals" / "listed.yaml").write_text(TERM.format(word=word))
    (folder / "rules" / "rules.yaml").write_text(RULE.format(word=word))


class House:
    def __init__(self, home: Path) -> None:
        self.port = free_port()
        self.policy = home / "policy"
        write_policy(self.policy, "casino")
        self.env = os.environ | {
            "PYTHONPATH": str(ROOT / "src"),
            "STEELYARD_HOME": str(home),
            "STEELYARD_POLICY": str(self.policy),
            "STEELYARD_ITEMS_PORT": str(self.port),
        }
        self.address = f"http://127.0.0.1:{self.port}"
        self.key = self.run("key", "new", "tests").strip()
        with (home / "output").open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "steelyard.intake.items"], env=self.env, stdout=output, stderr=output
            )
        wait_until(self.answers, alive=self.process)

    def run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "steelyard.intake.items", *arguments]
        return subprocess.run(command, env=self.env, check=True, capture_output=True, text=True).stdout

    def answers(self) -> bool:
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", self.port)):
                return False
        return self.post({"items": []})[0] == 200

    def post(
        self, body: object, key: str | None = None, once: str = "", path: str = "/v1/items"
    ) -> tuple[int, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.key if key is None else key}"}
        headers |= {"Idempotency-Key": once} if once else {}
        request = urllib.request.Request(self.address + path, data, headers)  # noqa: S310 (our own http)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 (our own http)
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as fault:
            return fault.code, json.load(fault)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("items"))
    yield house
    house.process.terminate()
    house.process.wait(60)


def test_each_item_has_its_verdict_and_a_found_one_its_reasons(house: House) -> None:
    status, told = house.post({"items": [{"id": "1", "text": "hello"}, {"id": "2", "text": "a CASINO"}]})
    assert (status, told["verdicts"][0]) == (200, {"id": "1", "action": "allow"})
    found = told["verdicts"][1]
    assert (found["id"], found["action"], [hit["rule"] for hit in found["rules"]]) == (
        "2",
        "hold",
        ["says-casino"],
    )
    assert found["spans"] == [{"signal": "listed", "start": 2, "end": 8, "folding": ["case"]}]


@pytest.mark.parametrize(
    ("body", "status", "what"),
    [
        (b"no json", 400, "This request cannot be read"),
        (b'{"items": [{"id": 1, "text": "x"}]}', 400, "Expected `str`, got `int` - at `$.items[0].id`"),
        (b'{"items": [{"id": "1"}]}', 400, "missing required field `text`"),
        (json.dumps({"items": [{"id": "1", "text": ""}] * 1001}).encode(), 413, "These are 1001 items."),
        (b" " * (8 * 1024 * 1024 + 1), 413, "larger than"),
        (b'{"items": ' + b"[" * 100_000, 400, "cannot be read"),
    ],
)
def test_what_cannot_be_served_is_told_why(house: House, body: bytes, status: int, what: str) -> None:
    told = house.post(body)
    assert told[0] == status
    assert what in told[1]["error"]["what"]
    assert told[1]["error"]["do"]


def test_half_a_surrogate_pair_or_broken_utf8_stops_no_batch(house: House) -> None:
    broken = b'{"items": [{"id": "1", "text": "a\\ud800b"}, {"id": "2", "text": "\xff casino"}]}'
    status, told = house.post(broken)
    assert (status, [verdict["action"] for verdict in told["verdicts"]]) == (200, ["allow", "hold"])


def test_nobody_gets_in_without_a_key_and_a_key_taken_away_ends_at_once(house: House) -> None:
    assert [house.post({"items": []}, key=key)[0] for key in ("", "sandbox_guessed")] == [401, 401]
    brief = house.run("key", "new", "brief").strip()
    assert brief not in (house.policy.parent / "keys" / "items.json").read_text()
    assert house.post({"items": []}, key=brief)[0] == 200
    house.run("key", "remove", "brief")
    assert house.post({"items": []}, key=brief)[0] == 401
    assert house.post({"items": []}, path="/v1/other")[0] == 404


def test_the_same_request_gets_the_same_answer_and_another_is_refused(house: House) -> None:
    one, two = ({"items": [{"id": name, "text": "casino"}]} for name in "ab")
    first = house.post(one, once="k")
    assert first[0] == 200
    assert house.post(one, once="k") == first
    assert house.post(two, once="k")[0] == 422
    other = house.run("key", "new", "other").strip()
    assert house.post(two, key=other, once="k")[0] == 200


def test_the_written_examples_work(house: House) -> None:
    written = (ROOT / "docs" / "send-items.md").read_text()
    env = house.env | {"STEELYARD_ITEMS": house.address, "STEELYARD_KEY": house.key}
    shell, python = (re.search(rf"```{kind}\n(.*?)```", written, re.DOTALL) for kind in ("sh", "python"))
    assert shell
    assert python
    said = subprocess.run(["sh", "-c", shell[1]], env=env, capture_output=True, text=True, check=True).stdout
    assert [verdict["id"] for verdict in json.loads(said)["verdicts"]] == ["1", "2"]
    said = subprocess.run(
        [sys.executable, "-c", python[1]], env=env, capture_output=True, text=True, check=True
    ).stdout
    assert said == "1 allow []\n2 allow []\n"


def test_the_description_names_the_fields_the_door_reads_and_writes() -> None:
    described = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text())["components"]["schemas"]
    (items,) = (msgspec.json.schema_components([Sent])[1]["Incoming"]["properties"].keys(),)
    assert set(described["Item"]["properties"]) == set(items)


def test_a_changed_policy_takes_effect_under_load_and_no_item_is_dropped(house: House) -> None:
    answers: list[tuple[int, Any]] = []
    stop = threading.Event()

    def keep_sending() -> None:
        while not stop.is_set():
            items = [
                {"id": str(n), "text": text} for n, text in enumerate(["casino", "lottery", "hello"] * 30)
            ]
            answers.append(house.post({"items": items}))

    senders = [threading.Thread(target=keep_sending) for _ in range(3)]
    for sender in senders:
        sender.start()
    try:
        wait_until(lambda: len(answers) > len(senders), alive=house.process)
        (house.policy / "rules" / "rules.yaml").write_text("- rule: [broken")
        (house.policy / "signals" / "listed.yaml").write_text(TERM.format(word="lottery"))
        time.sleep(2.5)  # looked at twice; the policy before stays in force
        assert answers[-1][1]["verdicts"][0]["action"] == "hold"
        write_policy(house.policy, "lottery")
        wait_until(lambda: answers[-1][1]["verdicts"][1]["action"] == "hold", alive=house.process)
    finally:
        stop.set()
        for sender in senders:
            sender.join()
    actions = {tuple(verdict["action"] for verdict in told["verdicts"][:3]) for _, told in answers}
    assert {status for status, _ in answers} == {200}
    assert {len(told["verdicts"]) for _, told in answers} == {90}
    assert actions == {("hold", "allow", "allow"), ("allow", "hold", "allow")}
    write_policy(house.policy, "casino")


def test_ids_that_json_writes_otherwise_come_back_as_they_were_sent(house: House) -> None:
    ids = ['a"b', "back\\slash", "tab\there", "ünïcode 中文 😀", "", "plain"]
    status, told = house.post({"items": [{"id": id_, "text": "hello"} for id_ in ids]})
    assert (status, [verdict["id"] for verdict in told["verdicts"]]) == (200, ids)
    plain = ["ünïcode 中文 😀", "see example.org", "1", "2"]
    status, told = house.post({"items": [{"id": id_, "text": id_} for id_ in plain]})
    assert [verdict["id"] for verdict in told["verdicts"]] == plain
    assert [verdict.get("signals") for verdict in told["verdicts"]] == [None, {"link": 1}, None, None]


def test_nobody_waits_for_those_who_keep_coming(tmp_path: Path) -> None:
    write_policy(tmp_path, "casino")
    screen, key = load_screen(tmp_path), Key("flood", "f", ("items",))
    door = Door(Keys(tmp_path / "keys.json"), lambda: screen)
    body = b'{"items": [{"id": "1", "text": "casino"}]}'

    async def flood() -> list[bytes]:
        sent = [asyncio.ensure_future(door.items(key, body))]
        while not sent[0].done() and len(sent) < 20 * TOGETHER:
            sent.append(asyncio.ensure_future(door.items(key, body)))
            await asyncio.sleep(0)
        assert len(sent) < 20 * TOGETHER
        return list(await asyncio.gather(*sent))

    answers = asyncio.run(flood())
    assert {json.loads(answer)["verdicts"][0]["action"] for answer in answers} == {"hold"}


def test_a_request_that_never_ends_is_turned_away_and_holds_up_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(patience, "SLOWEST", 0.05)
    said: list[Any] = []
    key = Keys(tmp_path / "keys.json")
    secret = key.make("slow")

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0 if not said else 30)
        said.append("a piece")
        return {"type": "http.request", "body": b'{"items": [', "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        said.append(message.get("status"))

    door = Door(key, lambda: load_screen(house.policy))
    scope = {
        "path": "/v1/items",
        "method": "POST",
        "headers": [(b"authorization", f"Bearer {secret}".encode())],
    }
    asyncio.run(served.Application(door)(scope, receive, send))
    assert said == ["a piece", 408, None]


def test_whoever_never_says_what_they_want_is_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "SLOWEST", 0.2)
    head, port = b"POST /v1/items HTTP/1.1\r\nX-Long: ", free_port()

    async def nobody_asks(scope: object, receive: object, send: object) -> None:
        raise AssertionError

    async def ends(said: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        try:
            return await asyncio.wait_for(reader.read(), 30)
        except ConnectionError:
            return b""

    async def met() -> list[bytes]:
        config = uvicorn.Config(
            nobody_asks, http=patience.Bounded, port=port, lifespan="off", log_config=None
        )
        server = uvicorn.Server(config)
        running = asyncio.ensure_future(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        told = await asyncio.gather(ends(b""), ends(head), ends(head + b"a" * 1_000_000))
        server.should_exit = True
        await running
        return list(told)

    assert asyncio.run(met()) == [b"", b"", b""]
