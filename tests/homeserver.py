"""A real Synapse for the tests, started once, with our module and application service in it."""

import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from steelyard.assembly.synapse import interpreter, prepare, secrets_of
from steelyard.base.config import Config, Matrix
from steelyard.base.errors import Broken
from steelyard.enforcement.connector import MemberSession
from steelyard.enforcement.connectors.matrix import MatrixConnector
from steelyard.enforcement.connectors.matrix.accounts import join
from steelyard.enforcement.connectors.matrix.people import open_channel, say
from tests.ports import free_port

PASSWORD = "a password for the tests"
STARTS_WITHIN = 300
"""Seconds that a start may take beside other work: three are started at once, on two cores that others use too."""


class Homeserver:
    """One running Synapse and what the tests do with it as ordinary people."""

    def __init__(
        self, home: Path, *, extra_modules: tuple[str, ...] = (), countries: str = "", name: str = ""
    ) -> None:
        self.home, self.port, self.intake_port = home, free_port(), free_port()
        self.control = home / "run" / "gate-control.sock"
        config = Config(
            intake_port=self.intake_port, matrix=Matrix(country_database=countries, server_name=name)
        )
        self.service = prepare(home, config, port=self.port, extra_modules=extra_modules)
        self.process: subprocess.Popen[bytes] | None = None
        self._countries = bool(countries)
        self.connector = self.connected()
        self._people: dict[str, MemberSession] = {}

    def connected(self) -> MatrixConnector:
        """One more connection to it, for whoever closes what they were given."""
        return MatrixConnector(
            self.address, self.home / "keys" / "matrix", self.control, countries=self._countries, bot=True
        )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, **more_env: str) -> "Homeserver":
        with (self.home / "synapse" / "output").open("ab") as output:
            self.process = subprocess.Popen(
                self.service.argv, env={**(self.service.env or {}), **more_env}, cwd=self.service.cwd,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        wait_until(self.service.ready, seconds=STARTS_WITHIN, alive=self.process)
        wait_until(self.ready, seconds=STARTS_WITHIN)
        return self

    def ready(self) -> bool:
        """Our module has tried what it relies on."""
        return bool(self.connector.status()["selftest"]["state"] != "pending")

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(60)
        self.connector.close()

    def person(self, name: str) -> MemberSession:
        """An ordinary account, the same one when asked again."""
        if name not in self._people:
            self._people[name] = self.connector.register_member(name, name.title(), PASSWORD)
        return self._people[name]

    def channel(self, *members: MemberSession, alias: str = "") -> str:
        """A public channel that everybody may write in, owned by Olga, with these members."""
        alias = alias or f"channel-{secrets.token_hex(4)}"
        room = open_channel(self.connector.wire, self.person("olga"), alias, alias.title())
        for member in members:
            join(self.connector.wire, member.token, room)
        return room

    def say(self, who: MemberSession, room: str, text: str) -> str:
        return say(self.connector.wire, who, room, text, key=secrets.token_hex(8))

    def send(self, who: MemberSession, room: str, kind: str, content: dict[str, Any]) -> str:
        path = f"/_matrix/client/v3/rooms/{room}/send/{kind}/{secrets.token_hex(8)}"
        return str(self.connector.wire.call("PUT", path, token=who.token, json=content)["event_id"])

    def upload(self, who: MemberSession, content: bytes) -> str:
        """A file of theirs, as yet in no post. Returns its address."""
        answer = httpx.post(
            f"{self.address}/_matrix/media/v3/upload", params={"filename": "look.png"}, content=content,
            headers={"Authorization": f"Bearer {who.token}", "Content-Type": "image/png"},
        )  # fmt: skip
        return str(answer.json()["content_uri"])

    def edit(self, who: MemberSession, room: str, post: str, text: str) -> str:
        return self.send(
            who, room, "m.room.message",
            {
                "msgtype": "m.text", "body": f"* {text}",
                "m.new_content": {"msgtype": "m.text", "body": text},
                "m.relates_to": {"rel_type": "m.replace", "event_id": post},
            },
        )  # fmt: skip

    def messages(self, who: MemberSession, room: str, limit: int = 200) -> list[dict[str, Any]]:
        """What a member sees of a channel's messages, newest first, as the client API hands it out."""
        said = self.connector.wire.call(
            "GET", f"/_matrix/client/v3/rooms/{room}/messages", token=who.token,
            params={"dir": "b", "limit": limit, "filter": '{"types":["m.room.message"]}'},
        )  # fmt: skip
        return [{name: value for name, value in event.items() if name not in ("age", "unsigned")}
                for event in said["chunk"]]  # fmt: skip

    def database(self) -> bytes:
        """Every byte Synapse keeps in its database, the write-ahead log included."""
        return b"".join(file.read_bytes() for file in (self.home / "synapse").glob("homeserver.db*"))


@contextmanager
def own_homeserver(*, extra_modules: tuple[str, ...] = (), **env: str) -> Iterator[Homeserver]:
    """A Synapse for one test, in a fresh home."""
    need_synapse()
    home = Path(tempfile.mkdtemp(prefix="sy-mx-"))
    server = Homeserver(home, extra_modules=extra_modules)
    try:
        yield server.start(**env)
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def need_synapse() -> None:
    try:
        interpreter()
    except Broken as missing:
        pytest.skip(f"{missing.what} {missing.do}")


def wait_until(true: Any, *, seconds: float = 60, alive: "subprocess.Popen[bytes] | None" = None) -> None:
    """Ask until it is so. Generous: it bounds a hang, it measures nothing."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return
        assert alive is None or alive.poll() is None, "Synapse stopped while starting; see synapse/output."
        time.sleep(0.02)
    raise AssertionError("It did not happen within the time a hang is given.")


def registered_tokens(home: Path) -> dict[str, Any]:
    """The application service's registration file, as Synapse reads it."""
    return dict(yaml.safe_load((home / "synapse" / "registration.yaml").read_text()))


__all__ = ["Homeserver", "own_homeserver", "registered_tokens", "secrets_of", "wait_until"]
