"""What follows from items and reports of a platform: into the stream, into the database. Needs Django."""

import re
from collections.abc import Sequence
from datetime import datetime

import msgspec
from asgiref.sync import sync_to_async
from django.db import OperationalError, close_old_connections

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.base.errors import Unreachable
from steelyard.enforcement.connector import SeenMedia, SeenPost, SeenReport, Surface, Target, content_hash
from steelyard.flows.look_at_media import files_wanted
from steelyard.flows.receive_report import receive_report
from steelyard.flows.screen_arrivals import parcels
from steelyard.intake.items.shapes import Incoming, Reported, Taken
from steelyard.screening.behaviour import Post, behaviour, together
from steelyard.screening.engine.folding import MAX_CHARS
from steelyard.screening.sample import chosen
from steelyard.screening.streams import stream_of

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class StreamRecorder:
    """Items go into the stream, where acting on them cannot make their platform wait."""

    def __init__(self) -> None:
        self._stream = stream_of(config().stream)

    def with_facts(self, platform: str, items: Sequence[Incoming], wanted: frozenset[str]) -> list[Incoming]:
        posts = [Post(f"{item.id}\x1f{item.text}", item.author, item.channel, item.text) for item in items]
        counted = behaviour("items").observe(platform, posts, wanted)
        return [
            msgspec.structs.replace(item, facts=together(facts, item.facts or {}))
            for item, facts in zip(items, counted, strict=True)
        ]

    def sampled(self, platform: str, items: Sequence[Incoming]) -> list[Incoming]:
        return [item for item in items if chosen(platform, item.id)]

    async def wants_files(self) -> bool:
        return await sync_to_async(_wants_files, thread_sensitive=True)()

    async def items(self, platform: str, items: Sequence[Incoming], once: str) -> None:
        posts = {post.id + post.revision: post for post in (seen(platform, item) for item in items)}
        await self._stream.put(parcels(platform, list(posts.values()), once=once))

    async def reports(self, platform: str, reports: Sequence[Reported]) -> Taken:
        return await sync_to_async(_take, thread_sensitive=True)(platform, reports)


def _wants_files() -> bool:
    close_old_connections()
    try:
        return files_wanted()
    except OperationalError as fault:
        raise Unreachable("The database does not answer at the moment.", type(fault).__name__) from fault


def _take(platform: str, reports: Sequence[Reported]) -> Taken:
    close_old_connections()
    taken: list[str] = []
    known: list[str] = []
    try:
        for each in reports:
            new = receive_report(_report(platform, each)) is not None
            (taken if new else known).append(each.id)
    except OperationalError as fault:
        raise Unreachable("The database does not answer at the moment.", type(fault).__name__) from fault
    finally:
        close_old_connections()
    return Taken(taken, known)


def seen(platform: str, item: Incoming) -> SeenPost:
    """Our words for an item. What no database takes is replaced, what is too long is cut as the screening cuts."""
    text, at = _storable(item.text)[:MAX_CHARS], _moment(item.at)
    digest = content_hash(item.author, int(at.timestamp() * 1000) if item.at else 0, "item", {"text": text})
    private = item.surface == Surface.PRIVATE_GROUP
    return SeenPost(
        connector=platform, id=_storable(item.id), channel=_storable(item.channel)[:255],
        channel_name=_storable(item.channel_name)[:200],
        surface=Surface.PRIVATE_GROUP if private else Surface.PUBLIC_CHANNEL,
        author=_storable(item.author)[:255], author_name=_storable(item.author_name)[:200], text=text, at=at,
        media=tuple(SeenMedia(uri=file.uri, mime=file.mime, size=file.size) for file in item.files[:20]),
        facts=item.facts or {},
        scores=item.scores or {}, link=_storable(item.link)[:2000], revision=digest, content_hash=digest,
    )  # fmt: skip


def _report(platform: str, report: Reported) -> SeenReport:
    return SeenReport(
        connector=platform, id=_storable(report.id)[:200],
        about=Target(_storable(report.about)[:255], _storable(report.channel)[:255], report.kind),
        kind=report.kind, reporter=_storable(report.reporter)[:255], reason=_storable(report.reason)[:20_000],
        body={"harm": report.harm}, at=_moment(report.at), reporter_since=_since(report.reporter_since),
        post=seen(platform, report.item) if report.item and report.kind == "item" else None,
    )  # fmt: skip


def _since(stated: str) -> datetime | None:
    """When an account was made, as the platform states it; None where it says nothing that could be true."""
    try:
        found = datetime.fromisoformat(stated)
    except ValueError:
        return None
    return found if found.tzinfo and found <= now() else None


def _moment(stated: str) -> datetime:
    """As the platform states it; now where it does not, or absurdly."""
    try:
        found = datetime.fromisoformat(stated)
    except ValueError:
        return now()
    return found if found.tzinfo and 1990 < found.year < 2100 else now()  # noqa: PLR2004


def _storable(text: str) -> str:
    return _UNSTORABLE.sub("\ufffd", text)
