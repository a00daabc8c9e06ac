"""Keep a sealed copy; look at one, on the record."""

import hashlib
import hmac
import os

import msgspec
from django.db.models import QuerySet

from steelyard.base.errors import BadInput, NoSuchThing
from steelyard.base.errors import gettext_noop as _
from steelyard.evidence.marks import mark, text_mark
from steelyard.evidence.models import Exhibit, Look
from steelyard.evidence.store import is_put_away
from steelyard.ledger.actions import Facts, record
from steelyard.subjects.models import Subject
from steelyard.vault.actions import new_key, seal, unseal

_PLACE = "evidence.exhibit"


class _Sealed(msgspec.Struct, frozen=True):
    salt: bytes
    content: bytes


def keep(
    subject: Subject, content: bytes, *, origin: str, media_type: str = "text/plain", sealed: bool = False
) -> Exhibit:
    """Seal a copy of `content` under the subject's key and one of its own: without either it is gone.

    The same content of the same subject is kept once.

    `sealed`: kept for a matter under secrecy, so that not even the time of it is public.
    """
    for known in kept_of(subject):
        if contents(known) == content:
            return known
    salt = os.urandom(32)
    body = msgspec.msgpack.encode(_Sealed(salt, content))
    key = new_key(subject.key.ring)
    exhibit = Exhibit.objects.create(
        subject=subject,
        key=key,
        sealed=seal(key, seal(subject.key, body, place=_PLACE), place=_PLACE),
        commitment=hmac.new(salt, content, hashlib.sha256).hexdigest(),
        media_type=media_type,
        origin=origin,
    )
    if media_type == "text/plain" and content.strip():
        mark(subject, [text_mark(content.decode("utf-8", "replace"))])
    record(
        "evidence:exhibit:kept",
        actor="steelyard",
        about=exhibit,
        key=subject.key,
        facts=Facts(by="machine"),
        sealed=sealed,
    )
    return exhibit


def kept_of(subject: Subject) -> QuerySet[Exhibit]:
    """The copies of `subject` that were not erased, the newest first."""
    return subject.exhibits.filter(erased_at=None).select_related("key", "subject__key").order_by("-pk")


def contents(exhibit: Exhibit) -> bytes:
    """The bytes, for machines (restoring, comparing). People go through `look`."""
    sealed = unseal(exhibit.key, exhibit.sealed, place=_PLACE) if exhibit.key else exhibit.sealed
    opened = unseal(exhibit.subject.key, sealed, place=_PLACE)
    return msgspec.msgpack.decode(opened, type=_Sealed).content


def kept_in(channel: Subject, *, limit: int) -> list[Exhibit]:
    """The newest texts that were kept of a channel's posts, for machines; none of what is put away."""
    found = Exhibit.objects.filter(
        subject__channel=channel, media_type="text/plain", subject__put_away=None, erased_at=None
    )
    return list(found.select_related("key", "subject__key").order_by("-pk")[:limit])


def newest_of(subject: Subject) -> Exhibit | None:
    """The newest copy, for a program; None where there is none any more, or it is put away."""
    return None if is_put_away(subject) else kept_of(subject).first()


def words_of(subject: Subject) -> str:
    """The newest words of a post, for a machine. Raises NoSuchThing when none are kept, or they are closed or gone."""
    if is_put_away(subject):
        raise NoSuchThing("This is closed.", "No program is tried on it.")
    exhibit = kept_of(subject).filter(media_type="text/plain").first()
    if exhibit is None:
        raise NoSuchThing("No copy of this was kept.", "It was reported but never seen by us.")
    return contents(exhibit).decode("utf-8", "replace")


def look(member_ref: str, subject: Subject, *, because: str) -> bytes:
    """The newest copy of `subject`, shown to a person and written down. The caller has checked the right.

    Raises NoSuchThing for what is put away: that is opened with `store.look_into` alone.
    """
    if is_put_away(subject):
        raise NoSuchThing("This is closed.", "Nobody sees it by default.")
    exhibit = kept_of(subject).filter(media_type="text/plain").first()
    if exhibit is None:
        raise NoSuchThing("No copy of this was kept.", "It was reported but never seen by us.")
    seen = Look.objects.create(exhibit=exhibit, member=member_ref, because=because)
    record("evidence:exhibit:looked", actor=member_ref, about=seen, key=subject.key, because=because)
    return contents(exhibit)


def look_into(member_ref: str, subject: Subject, *, because: str) -> bytes:
    """The words of what is put away, for a person with a reason; written down before they are shown.

    The caller has checked the right. Pictures are not opened at all. Raises BadInput without a reason.
    """
    if not because.strip():
        raise BadInput(_("Say why you have to see it."), _("Looking is written down with its reason."),
                       field="because")  # fmt: skip
    exhibit = kept_of(subject).filter(media_type="text/plain").first()
    if exhibit is None:
        raise NoSuchThing("No copy of this was kept.", "It was reported but never seen by us.")
    seen = Look.objects.create(exhibit=exhibit, member=member_ref, because=because[:200])
    record("evidence:exhibit:opened", actor=member_ref, about=seen, key=subject.key, because=because)
    return contents(exhibit)
