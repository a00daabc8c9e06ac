"""A platform of a hundred lines, attached at the generic door: real processes, moderated from end to end."""

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from steelyard.assembly.connectors import attach_connectors
from steelyard.base.config import Config, Platform
from steelyard.cases.models import Case
from steelyard.decisions.states import Outcome
from steelyard.enforcement.connector import forget_connectors, register
from steelyard.enforcement.connectors.http import HttpConnector
from steelyard.enforcement.models import Measure
from steelyard.screening.models import Arrival, Finding
from steelyard.subjects.models import Subject
from tests.flows.stories import HARMLESS, SCAM_RU, decided, delivered
from tests.homeserver import wait_until
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = ("contain_item", "restore_item", "notify_account")


class Town:
    """The board, the door and the intake process behind it."""

    def __init__(self, home: Path, database_url: str) -> None:
        self.home, self.board_port, self.items_port, intake = home, free_port(), free_port(), free_port()
        self.platform = Platform(
            name="tiny", title="Tiny board", callback=f"http://127.0.0.1:{self.board_port}/steelyard",
            operations=OPERATIONS, reads_back=True, links="https://tiny.example/p/{id}",
        )  # fmt: skip
        home.mkdir(parents=True, exist_ok=True)
        (home / "steelyard.toml").write_text(_toml(self.platform))
        self.env = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "integrations" / "python")]),
            "STEELYARD_HOME": str(home), "STEELYARD_DATABASE_URL": database_url,
            "STEELYARD_ITEMS_PORT": str(self.items_port), "STEELYARD_INTAKE_PORT": str(intake),
            "STEELYARD_ITEMS": f"http://127.0.0.1:{self.items_port}",
        }  # fmt: skip
        self.key = self.door("key", "new", "tiny", "tiny")
        self.sandbox = self.door("key", "new", "trial")
        self.secret = self.door("secret", "tiny")
        self.env |= {"STEELYARD_KEY": self.key, "STEELYARD_SECRET": self.secret}
        self.processes = [
            self.start("-m", "steelyard.intake.items"),
            self.start("-m", "steelyard.intake"),
            self.start("examples/tiny_platform.py", str(self.board_port)),
        ]
        for process, port in zip(self.processes, (self.items_port, intake, self.board_port), strict=True):
            wait_until(lambda port=port: _open(port), alive=process)  # type: ignore[misc]

    def door(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "steelyard.intake.items", *arguments]
        return subprocess.run(
            command, env=self.env, check=True, capture_output=True, text=True
        ).stdout.strip()

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        with (self.home / "output").open("ab") as output:
            return subprocess.Popen(
                [sys.executable, *arguments], env=self.env, cwd=ROOT, stdout=output, stderr=output
            )

    def post(self, path: str, said: object, *, port: int = 0, key: str = "") -> Any:
        address = f"http://127.0.0.1:{port or self.board_port}{path}"
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        request = urllib.request.Request(address, json.dumps(said).encode(), headers)
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.load(answer)

    def read(self, path: str) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.board_port}{path}", timeout=60) as answer:
            return json.load(answer)

    def say(self, text: str, author: str = "uma") -> Any:
        return self.post("/posts", {"author": author, "channel": "market", "text": text})

    @property
    def shown(self) -> list[str]:
        return [post["text"] for post in self.read("/posts")]


def _toml(platform: Platform) -> str:
    fields = (f"{name} = {json.dumps(getattr(platform, name))}" for name in platform.__struct_fields__)
    return "\n".join(["[[platforms]]", *fields]) + "\n"


def _open(port: int) -> bool:
    with socket.socket() as caller:
        return not caller.connect_ex(("127.0.0.1", port))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Town]:
    from django.db import connection

    values = connection.settings_dict
    host = values["HOST"] or values["OPTIONS"].get("host", "")
    url = f"postgresql://{values['USER']}:{values['PASSWORD']}@/{values['NAME']}?host={host}"
    town = Town(tmp_path_factory.mktemp("town"), url)
    _same_keys(town.home)
    try:
        yield town
    finally:
        for process in town.processes:
            process.terminate()
        for process in town.processes:
            process.wait(60)


def _same_keys(home: Path) -> None:
    """The test's own process and the house's processes open the same seals."""
    from steelyard.base.config import home as mine
    from steelyard.vault.actions import _key_encryption_key, _matching_key

    _key_encryption_key(), _matching_key(mine() / "keys" / "matching")
    for name in ("kek", "matching"):
        (home / "keys" / name).write_bytes((mine() / "keys" / name).read_bytes())


@pytest.fixture
def town(running: Town, transactional_db: None) -> Iterator[Town]:
    register("tiny", lambda: HttpConnector(running.platform, lambda: (running.secret,)))
    yield running
    forget_connectors()


def test_a_scam_is_hidden_its_author_is_told_why_and_a_clean_post_leaves_nothing(town: Town) -> None:
    assert town.say(HARMLESS)["shown"] is True
    told = town.say(SCAM_RU)
    assert told["shown"] is False
    wait_until(Measure.objects.exists)
    delivered()
    assert Measure.objects.get().state == "confirmed"
    assert [subject.native_id for subject in Subject.objects.filter(kind="post")] == [told["id"]]
    (letter,) = town.read("/notices")["uma"]
    assert "http" in letter
    assert HARMLESS in town.shown


def test_the_same_items_sent_again_are_acted_on_once(town: Town) -> None:
    items = {"items": [{"id": "again", "author": "uma", "channel": "market", "text": SCAM_RU}]}
    first = town.post("/v1/items", items, port=town.items_port, key=town.key)
    assert (first["recorded"], first["verdicts"][0]["action"]) == (1, "hold")
    wait_until(lambda: Finding.objects.exists() and not Arrival.objects.exists())
    before = Finding.objects.count()
    assert town.post("/v1/items", items, port=town.items_port, key=town.key) == first
    wait_until(lambda: not Arrival.objects.exists())
    assert Finding.objects.count() == before


def test_a_sandbox_key_is_answered_and_nothing_follows(town: Town) -> None:
    items = {"items": [{"id": "trial", "text": SCAM_RU}]}
    told = town.post("/v1/items", items, port=town.items_port, key=town.sandbox)
    assert told["verdicts"][0]["action"] == "hold"
    assert "recorded" not in told
    assert not Arrival.objects.exists()


def test_what_a_member_reports_is_decided_by_a_person_and_carried_out_on_the_board(town: Town) -> None:
    post = town.say("Meet me behind the station, bring the stuff.")["id"]
    report = {
        "id": "r1",
        "about": post,
        "reporter": "rhea",
        "reason": "He sells drugs.",
        "harm": "illegal_goods",
    }
    assert town.post("/reports", report) == {"taken": ["r1"], "known": []}
    assert town.post("/reports", report) == {"taken": [], "known": ["r1"]}
    decided(
        "ada", Case.objects.get(), outcome=Outcome.CONTAIN, ground="terms.illegal_goods", words="An offer."
    )
    delivered()
    assert "Meet me behind the station, bring the stuff." not in town.shown


def test_a_message_that_is_not_ours_moves_nothing_on_the_board(town: Town) -> None:
    post = town.say("Good morning everybody")["id"]
    forged = {"type": "action", "operation": "contain_item", "targets": [{"id": post}], "params": {}}
    with pytest.raises(urllib.error.HTTPError):
        town.post("/steelyard", forged)
    assert "Good morning everybody" in town.shown


def test_a_private_message_is_not_read_without_a_legal_basis(town: Town) -> None:
    item = {"id": "dm", "author": "uma", "channel": "dm", "text": SCAM_RU, "surface": "private_message"}
    told = town.post("/v1/items", {"items": [item]}, port=town.items_port, key=town.key)
    assert (told["verdicts"][0]["action"], told["verdicts"][0]["notes"]) == ("allow", ["not_screened"])


def test_the_settings_attach_a_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from steelyard.assembly import connectors as assembly
    from steelyard.enforcement.connector import connector

    platform = Platform(name="tiny", callback="http://127.0.0.1:9/x")
    monkeypatch.setattr(assembly, "config", lambda: Config(platforms=(platform,)))
    attach_connectors()
    try:
        assert connector("tiny").manifest.offers("contain_item")  # type: ignore[arg-type]
    finally:
        forget_connectors()
