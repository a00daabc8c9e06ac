"""The platform side of the story: people, channels, an encrypted chat, real messages posted by users."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from steelyard.assembly.connectors import homeserver_of
from steelyard.assembly.demo.memory import Memory
from steelyard.base.config import config
from steelyard.base.errors import Refused
from steelyard.base.places import seeds
from steelyard.enforcement.connector import MemberSession, Membership, Target, connector
from steelyard.enforcement.connectors.matrix import MatrixConnector
from steelyard.enforcement.connectors.matrix.people import open_channel, say, talk_in_private
from steelyard.enforcement.connectors.matrix.wire import Wire

READERS, POSTERS = 8, 6
WRITERS = 2  # at the same moment
OPERATOR = "@steelyard:localhost"
IN_PRIVATE = ("Shall we meet at the old mill on Sunday?", "Yes. Bring nobody, and tell nobody.")
"""Said in the encrypted room; found nowhere in our database."""


class Town:
    """Everybody on the homeserver, each with a session of their own."""

    def __init__(self, memory: Memory, home: Path) -> None:
        self.memory, self.home = memory, home
        found = connector("matrix")
        assert isinstance(found, MatrixConnector)  # noqa: S101 - the demo's only platform
        self.matrix = found
        self.wire = Wire(homeserver_of(config()))

    @cached_property
    def cast(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load((seeds() / "cast.yaml").read_text())
        return found["platform"]

    def session(self, name: str, shown: str = "") -> MemberSession:
        """The person's session: an account opened on first use, signed in again where it was lost."""
        if kept := self.memory.get(f"session:{name}"):
            return MemberSession(**kept)
        password = self.memory.secret(name)
        try:
            session = self.matrix.register_member(name, shown or name.title(), password)
        except Refused:  # a start that was killed after the account was opened
            session = self.matrix.sign_in_member(name, password)
        self.memory[f"session:{name}"] = {
            "account": session.account, "token": session.token, "device": session.device,
        }  # fmt: skip
        return session

    def member(self, name: str) -> Membership:
        return self.matrix.as_member(self.session(name))

    @property
    def channel(self) -> str:
        return str(self.memory["channel"])

    def settle(self) -> None:
        """People, the public channel where everyone writes, a broadcast channel, and the operator's own."""
        for name, who in self.cast.items():
            self.session(name, who["name"])
        for number in range(READERS):
            self.session(f"reader{number + 1}")
        for number in range(POSTERS):
            self.session(f"poster{number + 1}")
        owner = self.session("omar")
        self.memory["channel"] = open_channel(
            self.wire, owner, "market", "Town market", topic="Buy, sell, ask, meet."
        )
        self.memory["broadcast"] = open_channel(
            self.wire, owner, "news", "Town news", topic="From the town hall.", broadcast=True
        )
        say(
            self.wire, owner, self.memory["broadcast"], "The market opens at eight on Saturday.", key="news-1"
        )
        operator = MemberSession(OPERATOR, self.matrix.operator.token(), "")
        open_channel(
            self.wire, operator, config().matrix.announcements.partition(":")[0].lstrip("#"),
            f"{config().service}: daily reports", topic="What was done, every day.", broadcast=True,
        )  # fmt: skip

    def whisper(self) -> None:
        """Two people talk end-to-end encrypted. What they said is for nobody else."""
        room, heard = talk_in_private(
            homeserver_of(config()), self.session("rhea"), self.session("uma"), self.home / "demo" / "e2ee",
            IN_PRIVATE,
        )  # fmt: skip
        self.memory["private"] = {"room": room, "heard": len(heard)}

    def post_real_messages(self, progress: Callable[[int, int], None]) -> None:
        """Post every message of the collection, spam among ordinary ones, as different members."""
        lines = list(real_messages())
        kept: dict[str, dict[str, str]] = dict(self.memory.get("posts", {}))
        left = [line for line in lines if line[0] not in kept]
        for name in {writer for _, writer, _, _ in left}:
            self.matrix.as_member(self.session(name)).read_channel(self.channel, limit=1)
        with ThreadPoolExecutor(WRITERS) as pool:
            for done, (key, event, label) in enumerate(pool.map(self._post, left), len(kept) + 1):
                kept[key] = {"id": event, "label": label}
                progress(done, len(lines))
                if done % 25 == 0:
                    self.memory["posts"] = kept
        self.memory["posts"] = kept

    def _post(self, line: tuple[str, str, str, str]) -> tuple[str, str, str]:
        key, writer, label, text = line
        return key, say(self.wire, self.session(writer), self.channel, text, key=key), label

    def still_visible(self, labels: list[str], *, wanted: int) -> list[str]:
        """Posts that members still see, the first label's first: what no rule has hidden."""
        posts = self.memory["posts"].values()
        ids = (post["id"] for label in labels for post in posts if post["label"] == label)
        return list(islice((one for one in ids if self.sight_of(one)["sight"] == "visible"), wanted))

    def letter_link(self, who: str) -> str:
        """The address in the latest letter that told this member of a decision. Raises StopIteration without one."""
        letters = self.member(who).notices(limit=20)
        return next(
            found.group(0) for post in reversed(letters) if (found := re.search(r"http\S+/d/\S+", post.text))
        )

    def link(self, event: str) -> str:
        """A post's address as any Matrix client copies it."""
        return f"https://matrix.to/#/{self.channel}/{event}"

    def sight_of(self, event: str) -> dict[str, str]:
        """What an ordinary member sees of a post."""
        reading = self.matrix.probe(Target(event, self.channel))
        return {"sight": reading.sight, "content_hash": reading.content_hash}


def real_messages() -> Iterator[tuple[str, str, str, str]]:
    """(key, writer, label, text) of each real message, in an order that mixes spam and ordinary evenly."""
    folder = seeds() / "data" / "telegram_spam"
    spam = (folder / "spam.txt").read_text().splitlines()
    ham = (folder / "ham.txt").read_text().splitlines()
    mixed = sorted(
        [((n + 0.5) / len(spam), "spam", text) for n, text in enumerate(spam)]
        + [((n + 0.5) / len(ham), "ham", text) for n, text in enumerate(ham)]
    )
    for number, (_, label, text) in enumerate(mixed):
        writer = f"poster{number % POSTERS + 1}" if label == "spam" else f"reader{number % READERS + 1}"
        yield f"real-{number}", writer, label, text
