"""The application service's addresses. 200 means: it is in our database. Anything else: send it again."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from django.db import DatabaseError

from steelyard.base.errors import NoSuchThing, Unreachable
from steelyard.enforcement.connector import Connector, Seen, SeenPost, connector
from steelyard.flows.look_at_media import Looked, files_wanted, look_at_media
from steelyard.flows.screen_posts import screen_posts
from steelyard.intake.catch_up import set_aside
from steelyard.intake.http import Answer, Request
from steelyard.screening.behaviour import behaviour

TRANSACTIONS = "/_matrix/app/v1/transactions/"
PING = "/_matrix/app/v1/ping"
PLATFORM = "matrix"

Got = TypeVar("Got")
InThread = Callable[[Callable[[], Got]], Awaitable[Got]]


class Door:
    """`on_network` and `on_database` run a function in the thread kept for it; `folder` keeps what was set aside."""

    def __init__(self, on_network: InThread[Any], on_database: InThread[object], folder: Path) -> None:
        self._folder = folder
        self._on_network, self._on_database = on_network, on_database
        self.counts: Counter[str] = Counter(
            transactions=0, posts=0, files=0, files_missed=0, encrypted=0, private=0, other=0
        )

    async def __call__(self, request: Request) -> Answer:
        try:
            platform = connector(PLATFORM)
        except NoSuchThing:
            return Answer(404, {"errcode": "M_UNRECOGNIZED", "error": "No homeserver is attached."})
        if not platform.authentic(request.secret):
            return Answer(403, {"errcode": "M_FORBIDDEN", "error": "Not our homeserver's token."})
        if request.method == "PUT" and request.path.startswith(TRANSACTIONS):
            return await self._take(platform, request.path.removeprefix(TRANSACTIONS), request.body)
        if request.method == "POST" and request.path == PING:
            return Answer(200, {})
        return Answer(404, {"errcode": "M_NOT_FOUND", "error": "Steelyard owns no accounts or aliases."})

    async def _take(self, platform: Connector, number: str, body: bytes) -> Answer:
        try:
            seen = await self._on_network(lambda: platform.translate(body))
        except Unreachable as trouble:
            return Answer(503, {"errcode": "M_UNKNOWN", "error": trouble.what})
        if seen.joins:
            await self._on_database(lambda: behaviour().joined(PLATFORM, seen.joins))
        if seen.posts:
            try:
                await self._screen(platform, seen.posts, f"{number}-{seen.mark}")
            except (DatabaseError, Unreachable):
                raise  # nothing is wrong with the posts: the platform sends them again
            except Exception:
                await self._one_by_one(platform, seen.posts)
        self._count(seen)
        return Answer(200, {})

    async def _screen(self, platform: Connector, posts: Sequence[SeenPost], once: str) -> None:
        looked = Looked({}, 0)
        if any(post.media for post in posts) and await self._on_database(files_wanted):
            looked = await self._on_network(lambda: look_at_media(platform, posts))
        await self._on_database(lambda: screen_posts(PLATFORM, posts, once, media=looked.media))
        self.counts.update(files=sum(map(len, looked.media.values())), files_missed=looked.missed)

    async def _one_by_one(self, platform: Connector, posts: Sequence[SeenPost]) -> None:
        """One post that we cannot deal with must not keep everybody else's from being screened."""
        for post in posts:
            try:
                await self._screen(platform, [post], f"alone-{post.id}")
            except (DatabaseError, Unreachable):
                raise
            except Exception as fault:
                set_aside(self._folder, PLATFORM, post.id, fault)
                self.counts.update(set_aside=1)

    def _count(self, seen: Seen) -> None:
        self.counts.update(
            transactions=1,
            posts=len(seen.posts),
            encrypted=seen.encrypted,
            private=seen.private,
            other=seen.other,
        )
