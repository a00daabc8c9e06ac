"""What the service says of itself in public, version by version: each is signed, kept, and in the ledger.

A version is written only when something changed, so the history is the history of changes.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from steelyard.ledger.actions import Facts, record
from steelyard.ledger.signer.client import sign
from steelyard.letters.models import Publication


@dataclass(frozen=True)
class Published:
    name: str
    version: int
    at: datetime
    body: bytes
    """Canonical JSON (RFC 8785)"""
    ed25519: bytes
    mldsa44: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Change:
    """One value that changed: where in the file, what it was, what it is. Empty: it was not there."""

    place: str
    before: str
    after: str


def publish(name: str, body: bytes) -> Published | None:
    """Sign and keep `body` as the next version of `name`; None when it says what the last one said.

    Raises Unreachable when the signer does not answer. Two callers at once make one version.
    """
    last = latest(name)
    if last and last.body == body:
        return None
    signatures = sign(body, "report")  # another process: before the transaction
    with transaction.atomic():
        newest = Publication.objects.select_for_update().filter(name=name).order_by("-version").first()
        if newest and bytes(newest.body) == body:
            return None
        row = Publication.objects.create(
            name=name, version=(newest.version if newest else 0) + 1, body=body,
            ed25519=signatures.ed25519, mldsa44=signatures.mldsa44,
        )  # fmt: skip
        digest = hashlib.sha256(body).hexdigest()
        record(
            "letters:publication:published", actor="steelyard", about=row, after=name, because=digest,
            facts=Facts(verb=f"publish_{name.replace('-', '_')}", digest=digest, by="machine"),
        )  # fmt: skip
    return _published(row)


def latest(name: str) -> Published | None:
    row = Publication.objects.filter(name=name).order_by("-version").first()
    return _published(row) if row else None


def history(name: str) -> list[tuple[Published, tuple[Change, ...]]]:
    """Every version, the newest first, with what changed in it; the first one's changes are empty."""
    versions = [_published(row) for row in Publication.objects.filter(name=name).order_by("version")]
    told = [
        (each, tuple(changes(before.body, each.body)) if before else ())
        for before, each in zip([None, *versions], versions, strict=False)
    ]
    return told[::-1]


def changes(before: bytes, after: bytes) -> Iterator[Change]:
    """What differs between two JSON texts, value by value, in the order of their places."""
    old, new = dict(_leaves(msgspec.json.decode(before))), dict(_leaves(msgspec.json.decode(after)))
    for place in sorted(old.keys() | new.keys()):
        if old.get(place) != new.get(place):
            yield Change(place, old.get(place, ""), new.get(place, ""))


def _leaves(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every plain value with its place. Entries of a list are named by their id where they have one."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(each, f"{place}.{name}" if place else name)
    elif isinstance(value, list) and all(isinstance(each, dict) for each in value):
        for number, each in enumerate(value, 1):
            yield from _leaves(each, f"{place}.{each.get('id') or each.get('instrument') or number}")
    elif isinstance(value, list):
        yield place, ", ".join(map(str, value))
    else:
        yield place, str(value)


def _published(row: Publication) -> Published:
    return Published(
        row.name, row.version, row.created_at, bytes(row.body), bytes(row.ed25519), bytes(row.mldsa44)
    )
