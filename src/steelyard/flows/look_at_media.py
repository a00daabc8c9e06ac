"""Files posted with what is about to be screened: fetched from their platform, hashed, and not kept.

Runs where the network may be waited for, before the transaction. A file that cannot be had in time stops nothing:
its post is screened without it, and counted.
"""

import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from steelyard.base.errors import SteelyardError
from steelyard.enforcement.connector import Connector, SeenMedia, SeenPost
from steelyard.screening.engine.images.hashing import MediaHashes, hash_media
from steelyard.screening.engine.images.picture import MAX_BYTES
from steelyard.screening.hashlists import held_lists
from steelyard.screening.policy import screen_in_force

PATIENCE = 10.0
"""Seconds for all files of one push; the platform sends the next one only when this is through."""


class Looked(NamedTuple):
    """Hashes by post, and how many files could not be had."""

    media: Mapping[str, tuple[MediaHashes, ...]]
    missed: int


def files_wanted() -> bool:
    """Whether any rule in force could say something of a file: lists without hashes say nothing."""
    screen = screen_in_force()
    return screen.pictures_wanted or bool(screen.lists_wanted & held_lists())


def look_at_media(platform: Connector, posts: Sequence[SeenPost]) -> Looked:
    """Fetch and hash the files of these posts, if any rule in force asks about files."""
    files = [(post.id, file) for post in posts for file in post.media if file.uri]
    if not files or not screen_in_force().wants_media:
        return Looked({}, 0)
    until, found, missed = time.monotonic() + PATIENCE, dict[str, tuple[MediaHashes, ...]](), 0
    for post, file in files:
        hashes = hashed(platform, file) if time.monotonic() < until else None
        missed += hashes is None
        if hashes:
            found[post] = (*found.get(post, ()), hashes)
    return Looked(found, missed)


def hashed(platform: Connector, file: SeenMedia) -> MediaHashes | None:
    try:
        content = platform.media(file, most=MAX_BYTES)
    except SteelyardError:
        return None
    return None if content is None else hash_media(content, picture=_may_be_shown(file))


def _may_be_shown(file: SeenMedia) -> bool:
    """What says it is sound or film is no picture; anything else may be shown as one."""
    return not file.mime.startswith(("audio/", "video/"))
