"""A suspected crime against life or safety (DSA Art. 18): sealed, released by two persons, encrypted, handed over.

Nothing goes out by itself. Its ledger entries are sealed: that somebody is suspected is nobody's to read.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from msgspec import structs

from steelyard.base.clock import now
from steelyard.base.states import next_state
from steelyard.cases.models import Case
from steelyard.disclosure.models import Suspicion
from steelyard.disclosure.sealing import (
    Manifest,
    described,
    encrypted_to,
    manifest_bytes,
    packed,
    readable_key,
    unpacked,
)
from steelyard.disclosure.states import SUSPICION_MOVES, SuspicionState
from steelyard.ledger.actions import Facts, record
from steelyard.people.access import Presence
from steelyard.people.actions import approve, ask_approval, decline, spend
from steelyard.people.permissions import Permission
from steelyard.subjects.models import Subject
from steelyard.subjects.queries import answers_for
from steelyard.subjects.states import Kind
from steelyard.vault.actions import new_key, seal, unseal

VERB, _FILES = "disclosure:suspicion:release", "disclosure.suspicion"


def prepare(
    presence: Presence, case: Case, subject: Subject, manifest: Manifest, files: Mapping[str, bytes], *,
    country: str, tell_after: date | None, because: str,
) -> Suspicion:  # fmt: skip
    """Seal what would be told. In the caller's transaction; nothing has left."""
    key = new_key()
    row = Suspicion.objects.create(
        case=case, subject=subject, key=key, country=country, addressee=manifest.authority,
        sealed=seal(key, packed(manifest, files), place=_FILES), prepared_by=presence.member.ref,
        digest=hashlib.sha256(manifest_bytes(manifest)).hexdigest(), tell_after=tell_after,
    )  # fmt: skip
    _record(row, "prepared", presence.member.ref, because=because)
    return row


def add(
    presence: Presence, row: Suspicion, categories: tuple[str, ...], held: Sequence[tuple[str, str, bytes]]
) -> Suspicion:
    """Put what the platform holds of the account into the package: sealed anew, with a digest of its own.

    `held`: category, file name, content.
    """
    manifest, files = contents_of(row)
    files |= {f"{category}-{name}": content for category, name, content in held}
    there = {category for category, _name, _content in held}
    lines = {line.path: line for line in manifest.files}
    lines |= {
        name: described(name, name.partition("-")[0], files[name]) for name in files if name not in lines
    }
    manifest = structs.replace(
        manifest, categories=tuple(dict.fromkeys((*manifest.categories, *categories))),
        not_held=tuple(dict.fromkeys((*manifest.not_held, *(one for one in categories if one not in there)))),
        files=tuple(lines[name] for name in sorted(lines)),
    )  # fmt: skip
    row.sealed = seal(row.key, packed(manifest, files), place=_FILES)
    row.digest = hashlib.sha256(manifest_bytes(manifest)).hexdigest()
    row.save(update_fields=["sealed", "digest"])
    _record(row, "added", presence.member.ref, because=" ".join(categories))
    return row


def ask(presence: Presence, row: Suspicion, recipient: str, *, because: str) -> Suspicion:
    """The first person asks for the release of exactly this, to exactly this key."""
    row.recipient = readable_key(recipient)
    _move(row, "ask", presence.member.ref, because=because)
    approval = ask_approval(
        presence, Permission.ORDERS_ORDER_DECIDE, VERB, row, payload_of(row), because=because,
        second=Permission.DISCLOSURE_PACKAGE_RELEASE, matter=row.key,
    )  # fmt: skip
    row.approval = approval.ref
    row.save()
    return row


def payload_of(row: Suspicion) -> dict[str, Any]:
    """What both persons sign."""
    return {
        "suspicion": row.ref, "case": row.case.ref, "manifest": row.digest, "to": row.addressee,
        "recipient": row.recipient,
    }  # fmt: skip


def decline_it(presence: Presence, row: Suspicion, *, because: str) -> None:
    decline(presence, row.approval, because=because)
    _move(row, "decline", presence.member.ref, because=because)
    row.save()


def release(presence: Presence, row: Suspicion) -> Suspicion:
    """The second person releases it: encrypted to the authority's key, ready to be handed over."""
    approve(presence, row.approval, payload_of(row))
    spend(presence, row.approval, VERB, row, payload_of(row))
    manifest, files = contents_of(row)
    row.released_by, row.released_at = presence.member.ref, now()
    row.encrypted = encrypted_to(row.recipient, packed(manifest, files))
    _move(row, "release", presence.member.ref, by="two")
    row.save()
    return row


def hand_over(presence: Presence, row: Suspicion, *, how: str) -> bytes:
    """Note that it went, and by which way; returns the encrypted file."""
    row.sent_at = now()
    _move(row, "send", presence.member.ref, because=how)
    row.save()
    return bytes(row.encrypted or b"")


def drop(presence: Presence, row: Suspicion, *, because: str) -> None:
    """It was no such suspicion. Whoever was not told may be told."""
    row.tell_after = None
    _move(row, "drop", presence.member.ref, because=because)
    row.save()


def told(row: Suspicion) -> None:
    """The delay is over, and the author was told."""
    row.told_at = now()
    row.save(update_fields=["told_at"])
    _record(row, "told", "steelyard", by="machine")


def contents_of(row: Suspicion) -> tuple[Manifest, dict[str, bytes]]:
    return unpacked(unseal(row.key, row.sealed, place=_FILES))


def under_way(subject: Subject) -> bool:
    """Whether a suspicion about it was prepared, and is neither handed over nor dropped."""
    over = (SuspicionState.SENT, SuspicionState.DROPPED)
    return Suspicion.objects.filter(subject=subject).exclude(state__in=over).exists()


def telling_waits(subject: Subject | None) -> bool:
    """Whether the author is not to be told of a decision on this now.

    What is done to an account or its channel for a post would tell them of the post, so it waits with it.
    """
    if subject is None:
        return False
    account = answers_for(subject)
    near = Q(subject=subject) | (Q(subject=account) if account else Q())
    if account and subject.kind != Kind.POST:
        near |= Q(subject__author=account)
    return Suspicion.objects.filter(near, tell_after__gt=now().date(), told_at=None).exists()


def _move(row: Suspicion, move: str, actor: str, *, because: str = "", by: str = "person") -> None:
    before, row.state = row.state, next_state(SUSPICION_MOVES, move, SuspicionState(row.state))
    _record(row, row.state, actor, because=because, before=before, by=by)


def _record(
    row: Suspicion, what: str, actor: str, *, because: str = "", before: str = "", by: str = "person"
) -> None:
    record(f"disclosure:suspicion:{what}", actor=actor, about=row, key=row.key, before=before, after=row.state,
           because=because, facts=Facts(by=by), sealed=True)  # fmt: skip
