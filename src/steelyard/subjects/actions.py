"""Get to know a subject, and move it through its life. The decision that moves it makes the ledger entry."""

from dataclasses import dataclass
from datetime import datetime

from steelyard.base.states import next_state
from steelyard.subjects.models import Subject
from steelyard.subjects.states import MOVES, Kind, SubjectState
from steelyard.vault.actions import new_key


@dataclass(frozen=True)
class PostFacts:
    """Where a post stands on its platform. Ids are the platform's own."""

    connector: str
    native_id: str
    channel_id: str
    author_id: str
    channel_name: str = ""
    surface: str = "public_channel"
    posted_at: datetime | None = None
    language: str = ""


def know(
    connector: str,
    kind: Kind,
    native_id: str,
    *,
    name: str = "",
    surface: str = "public_channel",
    owner: Subject | None = None,
) -> Subject:
    """The row for a channel or an account, made when it is not there yet.

    Whoever owns a channel answers for it as the author answers for a post.
    """
    found = Subject.objects.filter(connector=connector, kind=kind, native_id=native_id).first()
    if found is None:
        found, _ = Subject.objects.get_or_create(
            connector=connector,
            kind=kind,
            native_id=native_id,
            defaults={"name": name, "surface": surface, "author": owner, "key": new_key()},
        )
    if name and found.name != name:
        found.name = name
        found.save(update_fields=["name"])
    if owner and found.author_id != owner.pk:
        found.author = owner
        found.save(update_fields=["author"])
    return found


def know_post(facts: PostFacts) -> Subject:
    """The row for a post, with its channel and author."""
    channel = know(
        facts.connector, Kind.CHANNEL, facts.channel_id, name=facts.channel_name, surface=facts.surface
    )
    author = know(facts.connector, Kind.ACCOUNT, facts.author_id)
    post, _ = Subject.objects.get_or_create(
        connector=facts.connector,
        kind=Kind.POST,
        native_id=facts.native_id,
        defaults={
            "channel": channel,
            "author": author,
            "surface": facts.surface,
            "posted_at": facts.posted_at,
            "language": facts.language,
            "key": new_key(),
        },
    )
    return post


def move(subject: Subject, move_name: str) -> SubjectState:
    """Take `subject` (locked by the caller) to its next state; returns the state it had."""
    before = SubjectState(subject.state)
    subject.state = next_state(MOVES, move_name, before)
    subject.save(update_fields=["state"])
    return before


def locked(subject_id: int) -> Subject:
    """The subject, locked until the transaction ends: two decisions on one post take turns."""
    return Subject.objects.select_for_update(of=("self",)).select_related("key").get(pk=subject_id)
