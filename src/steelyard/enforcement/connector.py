"""What every platform's connector promises. No Django, no network here: words, shapes and the register.

A connector says in its manifest what it can do and what is lost, does it under an idempotency key, hands
back the platform's receipt, and reads the platform back as an ordinary member would. The core never assumes.
"""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

import msgspec

from steelyard.base.errors import NoSuchThing, Refused, Unreachable

__all__ = [  # the two errors are part of the contract: worth retrying, and not
    "COUNTRIES", "Ability", "Author", "Connector", "Held", "KnownThere", "Linked", "Manifest", "Mark",
    "MemberSession", "Membership", "NotAccepted", "Operation", "Places", "PlatformReceipt", "ReadPost", "Reading",
    "Refused", "Seen", "SeenAccount", "SeenChannel", "SeenMedia", "SeenPost", "SeenReport",
    "Sight", "Surface", "Target", "Unreachable", "connector", "connector_at",
    "connectors", "content_hash",
    "fingerprint", "forget_connectors", "register", "register_addresses",
]  # fmt: skip


class NotAccepted(Refused):
    """The platform refused a member's post. `why` is our reason, `do` the link to contest it, if any."""

    def __init__(self, what: str, why: str = "", do: str = "", *, case: str = "") -> None:
        super().__init__(what, why, do)
        self.case = case


COUNTRIES = "countries"
"""The key in `params` of `contain_item`: ISO 3166-1 alpha-2 codes, for a platform that limits by country."""
SETTLED = timedelta(seconds=15)
"""A post older than this has reached us, or was lost on the way."""


class Operation(StrEnum):
    CONTAIN_ITEM = "contain_item"
    RESTORE_ITEM = "restore_item"
    REMOVE_ITEM = "remove_item"
    LABEL_ITEM = "label_item"
    """Words beside a post that stays as it is; `params`: `label` (a code) and `text` (what people read)."""
    UNLABEL_ITEM = "unlabel_item"
    NOTIFY_ACCOUNT = "notify_account"
    POST_ANNOUNCEMENT = "post_announcement"
    REMOVE_REACTIONS = "remove_reactions"
    """An account's recent reactions to other people's posts: the target is the account."""
    FREEZE_CHANNEL = "freeze_channel"
    """No new posts; what is there stays readable."""
    UNFREEZE_CHANNEL = "unfreeze_channel"
    CLOSE_CHANNEL = "close_channel"
    """Nobody reads it or comes in; its members are told why (`params`: `reason`, `case`, `appeal`)."""
    REOPEN_CHANNEL = "reopen_channel"
    UNLIST_CHANNEL = "unlist_channel"
    """Not in the directory or in searches; whoever has its address reads and writes as before."""
    RELIST_CHANNEL = "relist_channel"
    MUTE_ACCOUNT = "mute_account"
    """No new posts; it reads as before."""
    UNMUTE_ACCOUNT = "unmute_account"
    MUTE_IN_CHANNEL = "mute_in_channel"
    """An account may not write in one channel: the target names both."""
    UNMUTE_IN_CHANNEL = "unmute_in_channel"
    LIMIT_ACCOUNT = "limit_account"
    """It posts less often; `params`: `every` (seconds between two posts), else the platform's own measure."""
    UNLIMIT_ACCOUNT = "unlimit_account"
    SUSPEND_ACCOUNT = "suspend_account"
    """It takes part in nothing: no post, no channel entered or made. It is kept, with all that it has."""
    UNSUSPEND_ACCOUNT = "unsuspend_account"
    QUARANTINE_MEDIA = "quarantine_media"
    """A file that nobody is handed any more, wherever it was posted: the target is its address, of kind media."""
    RELEASE_MEDIA = "release_media"
    ERASE_MEDIA = "erase_media"
    """The bytes of the files in a removed post are destroyed: the target is the post."""
    ACKNOWLEDGE_REPORT = "acknowledge_report"
    """A report made inside the platform (the target) was taken up; `params`: `reporter`, `text`, `language`."""
    REPLY_TO_REPORT = "reply_to_report"
    """What became of it, with the same parameters."""
    BLOCK_CONTENT = "block_content"
    UNBLOCK_CONTENT = "unblock_content"
    BAN_ACCOUNT = "ban_account"
    UNBAN_ACCOUNT = "unban_account"
    CLOSE_REGISTRATION = "close_registration"
    """Nobody new from a country: the target is its code, of kind country."""
    OPEN_REGISTRATION = "open_registration"


class Surface(StrEnum):
    PUBLIC_CHANNEL = "public_channel"
    PRIVATE_GROUP = "private_group"


class Ability(msgspec.Struct, frozen=True, kw_only=True):
    """One operation as this platform can do it."""

    operation: Operation
    inverse: Operation | None = None
    """What undoes it; None: it cannot be undone, and the person deciding is told so."""
    delay: timedelta
    """How long it usually takes from the call until an ordinary member sees the effect."""
    batch: int = 1
    """How many targets one call may carry."""
    limits: tuple[str, ...] = ()
    """What it does not reach or what is lost, in English for the catalogues."""
    alone: bool = True
    """Whether a rule may have it done without a person; False where it cannot be taken back and nobody said so."""
    ends_itself: bool = False
    """The platform itself ends it at the target's `until`; otherwise we do, with the inverse."""
    needs_words: bool = False
    """The platform keeps no copy of what it took away: `params["text"]` carries ours."""

    @property
    def reversible(self) -> bool:
        return self.inverse is not None


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What one platform allows. The interface shows only this."""

    connector: str
    platform: str
    abilities: tuple[Ability, ...]
    refuses_before_publication: bool = False
    reports_inside: bool = False
    limits_by_country: bool = False
    """Whether `contain_item` takes `params["countries"]`: hidden there, and in no other country any more."""
    changes_hidden: bool = True
    """Whether its author can change a post that is hidden; otherwise it can only be published again."""
    reads_back: bool = True
    """Whether it can be read as an ordinary member reads it; otherwise its receipts are believed."""
    sees: tuple[str, ...] = ("item",)
    """What it can read back so, by the target's kind; of the others its receipts are believed."""
    discloses: tuple[str, ...] = ()
    """Categories of data that it can hand over about an account, for a lawful request."""

    def offers(self, operation: Operation) -> bool:
        return any(ability.operation == operation for ability in self.abilities)

    def ability(self, operation: Operation) -> Ability:
        """How the platform does `operation`. Raises Refused when it cannot."""
        for ability in self.abilities:
            if ability.operation == operation:
                return ability
        raise Refused(
            f"{self.platform} cannot do this: {operation}.",
            "Its manifest does not declare it.",
            "Choose a measure the platform has.",
        )

    def shows(self, target: "Target") -> bool:
        """Whether an ordinary member's view of it can be had."""
        return self.reads_back and target.kind in self.sees


class Target(msgspec.Struct, frozen=True):
    """What an operation is about: a post (with its channel), a channel, an account, a file, a fingerprint.

    With it, for which case it is done and until when; both may be left out.
    """

    id: str
    channel: str = ""
    kind: str = "item"
    """item, channel, account, media, report or country"""
    case: str = ""
    until: datetime | None = None


class PlatformReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the platform answered. The same key gives the same effect once."""

    connector: str
    operation: Operation
    key: str
    at: datetime
    done: tuple[str, ...]
    already: tuple[str, ...] = ()
    """Targets that were in the wanted state before the call."""
    missing: tuple[str, ...] = ()
    """Targets the platform does not know."""
    by_hand: Mapping[str, str] = {}
    """Targets that only a person on the platform itself can deal with, each with what that person does."""
    reference: str = ""
    """The platform's own identifier of the effect (a redaction, a notice), where it has one."""
    inverse: Operation | None = None


class Sight(StrEnum):
    VISIBLE = "visible"
    HIDDEN = "hidden"
    REMOVED = "removed"
    UNREADABLE = "unreadable"
    """An ordinary member cannot read the place at all, so nothing can be said."""


class Mark(StrEnum):
    """What an ordinary member meets in a channel, or finds when writing from an account."""

    FROZEN = "frozen"
    CLOSED = "closed"
    UNLISTED = "unlisted"
    MUTED = "muted"
    LIMITED = "limited"
    SUSPENDED = "suspended"
    BANNED = "banned"


class Reading(msgspec.Struct, frozen=True):
    """What an ordinary member sees of one post, channel, account or file."""

    sight: Sight
    content_hash: str = ""
    """As in SeenPost, so a post that came back can be compared with the one that arrived."""
    marks: tuple[Mark, ...] = ()
    """Of a channel or an account; () is a place like any other."""

    def words(self) -> str:
        """The view in a line, by the contract's own words."""
        return ", ".join([self.sight, *self.marks])


class SeenMedia(msgspec.Struct, frozen=True, kw_only=True):
    uri: str
    mime: str = ""
    size: int = 0
    name: str = ""


class SeenPost(msgspec.Struct, frozen=True, kw_only=True):
    """A post as the platform handed it to us. `id` and the other identifiers are the platform's own."""

    connector: str
    id: str
    channel: str
    channel_name: str = ""
    surface: Surface = Surface.PUBLIC_CHANNEL
    author: str
    author_name: str = ""
    text: str
    at: datetime
    edits: str = ""
    """The post whose text this one replaces; containing either contains both."""
    replies_to: str = ""
    media: tuple[SeenMedia, ...] = ()
    facts: Mapping[str, int | str | bool] = {}
    """What the platform itself knows or counted (`screening.engine.behaviour.FACTS`); absent is unknown."""
    scores: Mapping[str, float] = {}
    """What the platform's own classifiers say of it."""
    revision: str = ""
    """Which version of the post this is, where an edited post keeps its id: each version is judged once."""
    link: str = ""
    """An address a person can open, or "" where the platform has none."""
    content_hash: str = ""


class SeenChannel(msgspec.Struct, frozen=True, kw_only=True):
    """A channel as the platform knows it."""

    connector: str
    id: str
    name: str = ""
    surface: Surface = Surface.PUBLIC_CHANNEL
    owner: str = ""
    """The account that answers for it; "" where the platform has none."""


class SeenAccount(msgspec.Struct, frozen=True, kw_only=True):
    connector: str
    id: str


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One push of the platform: the posts in public channels, and how many things we did not look into."""

    mark: str
    """The same for the same things, however often they are pushed."""
    posts: tuple[SeenPost, ...]
    joins: tuple[tuple[str, str], ...] = ()
    """(channel, account) for everybody who joined a public channel; counted, never kept."""
    encrypted: int = 0
    private: int = 0
    """Posts in rooms that are not public: counted, never handed on."""
    other: int = 0
    reports: tuple["SeenReport", ...] = ()
    """Reports that came with it, from a platform that has no list of them."""
    opened: tuple[str, ...] = ()
    """Accounts that can be written to from now on: letters that waited for that go out."""


class SeenReport(msgspec.Struct, frozen=True, kw_only=True):
    """A report made inside the platform. `id` is stable, so receiving it twice changes nothing."""

    connector: str
    id: str
    about: Target
    kind: str
    """item, channel or account."""
    reporter: str
    reason: str
    body: Mapping[str, Any] = {}
    """Every field the reporter's client sent, also those the platform itself does not show."""
    at: datetime
    reporter_since: datetime | None = None
    """When the reporter's account was made; None where the platform does not say."""
    post: SeenPost | None = None
    """The reported post where it is readable; an encrypted one only where the reporter has proven it."""
    encrypted: bool = False
    proven: bool = False
    """The reporter disclosed this one encrypted message, and it is what the platform stored of its sender."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """Something the platform holds about an account, as it holds it. Nothing is derived, nothing is decrypted."""

    category: str
    """By the rulebook's words (subscriber, identification, traffic, content)."""
    name: str
    """A file name, without a folder."""
    content: bytes
    """JSON"""


class Author(msgspec.Struct, frozen=True):
    id: str
    name: str


class ReadPost(msgspec.Struct, frozen=True, kw_only=True):
    """A post as a member reads it in a channel."""

    id: str
    author: Author
    text: str
    at: datetime
    mine: bool
    edited: bool = False


class MemberSession(msgspec.Struct, frozen=True):
    """An ordinary person signed in to the platform. The token is a secret of the person's own session."""

    account: str
    token: str
    device: str


@runtime_checkable
class Membership(Protocol):
    """The platform as one ordinary member uses it. Holds no connection between calls."""

    def read_channel(self, channel: str, *, limit: int = 50) -> tuple[ReadPost, ...]:
        """The channel's newest posts, oldest first, joining it when necessary."""
        ...

    def post(self, channel: str, text: str, *, key: str) -> str:
        """Write into a channel; returns the post's id. Raises NotAccepted with our reason."""
        ...

    def report(self, channel: str, item: str, reason: str, *, harm: str = "") -> None:
        """Report a post to the operator; `harm` is one of the rulebook's, when the member chose one."""
        ...

    def notices(self, *, limit: int = 20) -> tuple[ReadPost, ...]:
        """What the operator wrote to this member, oldest first."""
        ...


class KnownThere(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform can say about a country: who was last seen from there, and what public channels they made."""

    accounts: tuple[str, ...]
    channels: int


@runtime_checkable
class Places(Protocol):
    """A platform that may know countries. Of one that does not keep this contract, nothing is known."""

    manifest: Manifest

    def known_in(self, country: str) -> KnownThere | None:
        """Who was last seen from a country (ISO 3166-1 alpha-2); None: unknown, which is not nobody.

        Raises Unreachable.
        """
        ...

    def refuses_newcomer(self, address: str) -> bool:
        """Whether registration is closed for where this network address is. Raises Unreachable."""
        ...


@runtime_checkable
class Linked(Protocol):
    """A platform whose posts a person can open by an address. A connector may keep this part or not."""

    def address_of(self, target: Target) -> str:
        """Where a person opens a post, in the platform's own client; "" where it has no address."""
        ...


@runtime_checkable
class Connector(Protocol):
    manifest: Manifest

    def act(
        self, operation: Operation, target: Target, *, key: str, params: Mapping[str, Any] | None = None
    ) -> PlatformReceipt:
        """Do it once per `key`. Raises Unreachable (try again with the same key) or Refused (do not)."""
        ...

    def act_on_many(
        self,
        operation: Operation,
        targets: Sequence[Target],
        *,
        key: str,
        params: Mapping[str, Any] | None = None,
    ) -> PlatformReceipt:
        """The same for up to `manifest.ability(operation).batch` targets in one call."""
        ...

    def probe(self, target: Target) -> Reading:
        """Read a post, channel, account or file back as an ordinary member. Raises Unreachable.

        Unreadable for a kind that the manifest does not name in `sees`.
        """
        ...

    def find(self, link: str) -> Target | None:
        """The post, channel or account that a person's link or identifier means; None when it is none of
        this platform's."""
        ...

    def fetch(self, target: Target) -> SeenPost | None:
        """A post as the platform holds it, hidden or (for as long as it keeps it) removed; None when unknown
        or encrypted."""
        ...

    def channel(self, id_: str) -> SeenChannel | None:
        """A channel and who answers for it; None when the platform knows no such channel."""
        ...

    def media(self, file: SeenMedia, *, most: int) -> bytes | None:
        """A posted file's bytes; None when it is gone, larger than `most`, or no file of this platform.
        Raises Unreachable."""
        ...

    def held_about(
        self, account: str, categories: Sequence[str], *, since: date | None = None, until: date | None = None
    ) -> tuple[Held, ...]:
        """What is stored about one account now, of these categories and days; () when it knows no such account.

        Asked only for categories the manifest `discloses`. Raises Unreachable.
        """
        ...

    def authentic(self, secret: str) -> bool:
        """Does the platform's own push carry the right secret? Compared in constant time."""
        ...

    def translate(self, transaction: bytes) -> "Seen":
        """Our words for one push of the platform. Raises Unreachable when it has to be asked back."""
        ...

    def posts_after(self, cursor: str, *, settled: timedelta = SETTLED) -> tuple[tuple[str, ...], str]:
        """Ids of the posts since `cursor` that are older than `settled`, and the next cursor.

        With "" there are none: it says where the platform stands now.
        """
        ...

    def look_up(self, ids: Sequence[str]) -> tuple[SeenPost, ...]:
        """These posts as they would have been pushed; those of private or encrypted places are left out."""
        ...

    def reports_after(self, cursor: str) -> tuple[tuple[SeenReport, ...], str]:
        """Reports made inside the platform since `cursor` ("" from the beginning), and the next cursor."""
        ...

    def as_member(self, session: MemberSession) -> Membership: ...

    def register_member(self, name: str, display_name: str, password: str) -> MemberSession:
        """Open an account for a newcomer and sign in. Raises Refused (name taken) or Unreachable."""
        ...

    def sign_in_member(self, name: str, password: str) -> MemberSession: ...


def content_hash(author: str, at_ms: int, kind: str, content: Mapping[str, Any]) -> str:
    """SHA-256 over who, when, what kind and the whole content: equal means identical.

    Strangers write the content, so this takes any JSON, also what canonical forms refuse (huge numbers).
    """
    whole = {"author": author, "at": at_ms, "kind": kind, "content": dict(content)}
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint(words: str) -> str:
    """What BLOCK_CONTENT takes for words: SHA-256 without differences of width, case and spacing.

    For a file it is the SHA-256 of its bytes. "" for no words: an empty post is like no other.
    """
    plain = " ".join(unicodedata.normalize("NFKC", words).casefold().split())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest() if plain else ""


Addressed = Callable[[str, Sequence[str], tuple[str, ...], str], Connector]
_addressed: list[Addressed] = []


def register_addresses(factory: Addressed) -> None:
    """How a platform is met that is named by its callback's address only. Called by the assembly only."""
    _addressed[:] = [factory]


def connector_at(address: str, operations: Sequence[str], *, sees: tuple[str, ...], secret: str) -> Connector:
    """A platform at the generic door that is not attached, for trying it out. Raises BadInput.

    `sees`: of what it answers an ordinary member's view; () where it is never read back.
    """
    return _addressed[0](address, operations, sees, secret)


_factories: dict[str, Callable[[], Connector]] = {}
_made: dict[str, Connector] = {}


def register(name: str, factory: Callable[[], Connector]) -> None:
    """Called by the assembly only; the connector itself is made on first use."""
    _factories[name] = factory
    _made.pop(name, None)


def connectors() -> tuple[str, ...]:
    """The names of the platforms attached, in the order they were registered."""
    return tuple(_factories)


def connector(name: str) -> Connector:
    """The attached platform of that name. Raises NoSuchThing."""
    if name not in _factories:
        raise NoSuchThing(
            f"No platform called {name!r} is attached.", do="Attach it in steelyard.toml, or use another."
        )
    if name not in _made:
        _made[name] = _factories[name]()
    return _made[name]


def forget_connectors() -> None:
    """Close and forget all, for a process that stops and for tests."""
    for made in _made.values():
        if close := getattr(made, "close", None):
            close()
    _made.clear()
    _factories.clear()
