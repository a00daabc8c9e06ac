"""Found items arrive over the stream from a door that has answered already; here they are acted on, once each."""

import hashlib
from collections.abc import Sequence
from dataclasses import astuple

import msgspec
from django.db import DatabaseError

from steelyard.enforcement.connector import SeenPost, connector
from steelyard.flows.look_at_media import Looked, files_wanted, look_at_media
from steelyard.flows.screen_posts import Screened, screen_posts
from steelyard.screening.streams import Parcel
from steelyard.vault.actions import seal_in_transit, unseal_in_transit

_PLACE = "stream.items"
LARGEST = 800_000
"""Bytes of a parcel: what brokers take by default is 1 MiB."""


class Batch(msgspec.Struct, frozen=True):
    platform: str
    posts: tuple[SeenPost, ...]


def parcels(platform: str, posts: Sequence[SeenPost], *, once: str) -> list[Parcel]:
    """Sealed, each small enough for any stream. The same posts under the same `once` are the same parcels."""
    found: list[Parcel] = []
    for number, part in enumerate(_parts(posts)):
        sealed = seal_in_transit(msgspec.msgpack.encode(Batch(platform, tuple(part))), place=_PLACE)
        name = hashlib.sha256(f"{platform}\x1f{once}\x1f{number}".encode()).hexdigest()
        found.append(Parcel(name, sealed))
    return found


def act_on(parcel: Parcel) -> Screened:
    """Deal with one parcel, however often it comes. Raises Broken for one that is none of ours."""
    batch = msgspec.msgpack.decode(unseal_in_transit(parcel.sealed, place=_PLACE), type=Batch)
    looked = Looked({}, 0)
    if any(post.media for post in batch.posts) and files_wanted():
        looked = look_at_media(connector(batch.platform), batch.posts)
    try:
        return screen_posts(batch.platform, batch.posts, parcel.once, media=looked.media)
    except DatabaseError:
        raise
    except Exception:  # one item that we cannot deal with must not keep the others from being judged
        return _one_by_one(batch, parcel.once, looked)


def _one_by_one(batch: Batch, once: str, looked: Looked) -> Screened:
    total, fault = Screened(0, 0, 0, 0), None
    for number, post in enumerate(batch.posts):
        try:
            done = screen_posts(batch.platform, [post], f"{once}-{number}", media=looked.media)
            total = Screened(*(a + b for a, b in zip(astuple(total), astuple(done), strict=True)))
        except DatabaseError:
            raise
        except Exception as trouble:
            fault = trouble
    if fault:
        raise fault
    return total


def _parts(posts: Sequence[SeenPost]) -> list[list[SeenPost]]:
    parts: list[list[SeenPost]] = [[]]
    size = 0
    for post in posts:
        length = 4 * len(post.text) + 1000
        if parts[-1] and size + length > LARGEST:
            parts.append([])
            size = 0
        parts[-1].append(post)
        size += length
    return parts
