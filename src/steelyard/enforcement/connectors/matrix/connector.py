"""Steelyard's words to one Synapse homeserver and back."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from steelyard.base.clock import now
from steelyard.base.errors import Refused
from steelyard.enforcement.connector import (
    SETTLED,
    Held,
    KnownThere,
    MemberSession,
    Membership,
    Operation,
    PlatformReceipt,
    Reading,
    Seen,
    SeenChannel,
    SeenMedia,
    SeenPost,
    SeenReport,
    Sight,
    Target,
    content_hash,
)  # fmt: skip
from steelyard.enforcement.connectors.matrix import accounts, federation, held, links, reading, standing
from steelyard.enforcement.connectors.matrix.bot import BOT, NOBODY, Bot
from steelyard.enforcement.connectors.matrix.doing import Asked, Doing, case_of
from steelyard.enforcement.connectors.matrix.manifest import matrix_manifest
from steelyard.enforcement.connectors.matrix.stream import OPS, Stream
from steelyard.enforcement.connectors.matrix.translation import POSTS, seen_channel, seen_post
from steelyard.enforcement.connectors.matrix.wire import Absent, Wire
from steelyard.enforcement.elsewhere import Handed, Hit, ListedRule
from steelyard.enforcement.moderated import Answer, Powers
from steelyard.enforcement.public_reading import PublicList, PublicPage

OPERATOR, PROBE = "steelyard", "steelyard-probe"
WRITE_FOR_OPERATOR = frozenset({OPERATOR, PROBE, "notices", "steelyard-selftest", "steelyard-stream", BOT})
Params = Mapping[str, Any]
_ALSO_HELD = "?admin_unsafely_bypass_quarantine=true"
"""Whoever judges a post has to see the file that was taken away with it."""


class MatrixConnector:
    """`keys` holds the secrets shared with the homeserver, `control` is the gate's control socket.

    `verified_reports`: an encrypted message that its reader disclosed is opened (disclosure.py), no other.
    `countries`: the module was given a country database. `bot`: our account for channels' moderators is used.
    """

    def __init__(
        self,
        homeserver: str,
        keys: Path,
        control: Path,
        *,
        name: str = "matrix",
        verified_reports: bool = False,
        countries: bool = False,
        bot: bool = False,
    ) -> None:
        self.manifest = matrix_manifest(name, countries=countries, bot=bot)
        self.wire = Wire(homeserver)
        self.stream = Stream(self.wire, keys, name, WRITE_FOR_OPERATOR, verified_reports=verified_reports)
        self.operator = accounts.OwnAccount(self.wire, keys, OPERATOR, "Steelyard", admin=True)
        self.prober = accounts.OwnAccount(self.wire, keys, PROBE, "Steelyard (checks what members see)")
        self.moderator = Bot(self.wire, keys) if bot else None
        self._doing = Doing(self.wire, self.stream, self.operator, control, self.probe)
        self._name, self._keys = name, keys
        self._countries, self._joined = countries, set[str]()

    # Doing.

    def act(
        self, operation: Operation, target: Target, *, key: str, params: Params | None = None
    ) -> PlatformReceipt:
        return self.act_on_many(operation, [target], key=key, params=params)

    def act_on_many(
        self, operation: Operation, targets: Sequence[Target], *, key: str, params: Params | None = None
    ) -> PlatformReceipt:
        """Params: `case` and `reason` everywhere; `text` and `html` for notices and announcements;
        `reason`, `case` and `appeal` (a link) for what the gate tells a refused author."""
        ability = self.manifest.ability(operation)
        if len(targets) > ability.batch:
            raise Refused(f"{operation} takes at most {ability.batch} targets.", do="Split the call.")
        if operation in (Operation.MUTE_IN_CHANNEL, Operation.UNMUTE_IN_CHANNEL):
            found = self._bot().mute(operation, targets[0])
        else:
            asked = {"case": case_of(targets), **(params or {})}
            found = self._doing.carry_out(Asked(operation, targets, key, asked))
        if operation is Operation.CLOSE_CHANNEL:
            self._joined.discard(targets[0].id)
        return PlatformReceipt(
            connector=self._name,
            operation=operation,
            key=key,
            at=now(),
            done=tuple(found.get("done", ())),
            already=tuple(found.get("already", ())),
            missing=tuple(found.get("missing", ())),
            reference=str(found.get("reference", "")),
            inverse=ability.inverse,
        )

    # Reading back.

    def probe(self, target: Target) -> Reading:
        token = self.prober.token()
        if target.kind != "item":
            return standing.seen(self.wire, token, self.stream.ask, target)
        try:
            self._enter(target.channel, token)
        except Refused:
            return Reading(Sight.UNREADABLE)
        try:
            event = self.wire.call("GET", _event_path(target), token=token)
        except Refused:
            return Reading(Sight.HIDDEN)
        if not event.get("content") or "redacted_because" in event.get("unsigned", {}):
            return Reading(Sight.REMOVED)
        return Reading(Sight.VISIBLE, _hash_of(event))

    def find(self, link: str) -> Target | None:
        found = links.read_link(link)
        if found is None or found.channel.startswith("!"):
            return found
        try:
            return self._placed(found)
        except Refused:
            return None

    def _placed(self, found: Target) -> Target:
        """With the ids that people's names for it stand for. Raises Refused when there is no such thing."""
        if found.kind == "account":
            self.wire.call("GET", f"/_matrix/client/v3/profile/{quote(found.id, safe='')}")
            return found
        if found.kind == "channel":
            return Target(self._room_of(found.id), kind="channel")
        room = self._room_of(found.channel) if found.channel else str(self._stored(found.id)["room_id"])
        return Target(found.id, room)

    def _room_of(self, name: str) -> str:
        if name.startswith("!"):
            return name
        said = self.wire.call("GET", f"/_matrix/client/v3/directory/room/{quote(name, safe='')}")
        return str(said["room_id"])

    def channel(self, id_: str) -> SeenChannel | None:
        room = self.stream.room_now(id_)
        return seen_channel(self._name, room) if room.get("known") else None

    def fetch(self, target: Target) -> SeenPost | None:
        try:
            event = self._stored(target.id)
        except Absent:
            return None
        if event.get("type") not in POSTS or not event.get("content"):
            return None
        return seen_post(self._name, event, self.stream.room(str(event["room_id"])))

    def held_about(
        self, account: str, categories: Sequence[str], *, since: date | None = None, until: date | None = None
    ) -> tuple[Held, ...]:
        return held.held_about(
            self.wire, self.operator.token(), account, categories, since=since, until=until
        )

    def known_in(self, country: str) -> KnownThere | None:
        if not self._countries:
            return None
        said = self.stream.ask("seen", country=country)
        if not said["known"]:
            return None
        ours = [one for one in said["accounts"] if one[1:].split(":")[0] not in WRITE_FOR_OPERATOR]
        return KnownThere(accounts=tuple(ours), channels=int(said["channels"]))

    def refuses_newcomer(self, address: str) -> bool:
        return bool(self.stream.ask("origin", address=address)["refused"])

    def media(self, file: SeenMedia, *, most: int) -> bytes | None:
        if not (found := links.read_media(file.uri)):
            return None
        server, name = found
        path = f"/_matrix/client/v1/media/download/{quote(server, safe='')}/{quote(name, safe='')}"
        try:
            return self.wire.download(path + _ALSO_HELD, token=self.operator.token(), most=most)
        except Refused:
            return None

    def status(self) -> dict[str, Any]:
        """The module's own account of itself: breaker, counters, self-test. Raises Unreachable."""
        return self.wire.call("GET", f"{OPS}/status", token=self.stream.ops_token())

    # Other people's servers.

    def handed_to(self, items: Sequence[str]) -> Mapping[str, tuple[Handed, ...]]:
        return federation.handed_to(self.wire, self.stream.ops_token(), items)

    def read_list(self, room: str) -> tuple[tuple[ListedRule, ...], Hit]:
        joined = accounts.join(self.wire, self.operator.token(), room)
        return federation.read_list(self.wire, self.stream.ops_token(), joined, WRITE_FOR_OPERATOR)

    def publish_rule(self, room: str, rule: ListedRule) -> str:
        token = self.operator.token()
        return federation.publish_rule(self.wire, token, accounts.join(self.wire, token, room), rule)

    def _stored(self, event: str) -> dict[str, Any]:
        path = f"/_synapse/admin/v1/fetch_event/{quote(event, safe='')}"
        found: dict[str, Any] = self.wire.call("GET", path, token=self.operator.token())["event"]
        return found

    def _enter(self, room: str, token: str) -> None:
        if room not in self._joined:
            self._joined.add(accounts.join(self.wire, token, room))

    # For channels' own moderators.

    def bot(self) -> str:
        return self.moderator.account() if self.moderator else ""

    def moderators(self, channel: str) -> tuple[str, ...]:
        found = self.moderator.moderators(channel) if self.moderator else ()
        return tuple(one for one in found if one[1:].partition(":")[0] not in WRITE_FOR_OPERATOR)

    def powers(self, account: str, channel: str, over: str = "") -> Powers:
        return self.moderator.powers(account, channel, over) if self.moderator else NOBODY

    def channels_helped(self) -> tuple[str, ...]:
        return self.moderator.channels() if self.moderator else ()

    def channel_rules(self, channel: str) -> str:
        return self._bot().rules(channel)

    def write_channel_rules(self, channel: str, text: str) -> None:
        self._bot().write_rules(channel, text)

    async def listen(self, since: Path, answer: Answer) -> None:
        await self._bot().listen(since, answer)

    def _bot(self) -> Bot:
        if self.moderator is None:
            raise Refused("No bot for moderators is configured.", do="Set channel_moderators.bot.")
        return self.moderator

    # Listening.

    def authentic(self, secret: str) -> bool:
        return self.stream.authentic(secret)

    def translate(self, transaction: bytes) -> Seen:
        return self.stream.translate(transaction)

    def posts_after(self, cursor: str, *, settled: timedelta = SETTLED) -> tuple[tuple[str, ...], str]:
        return self.stream.posts_after(cursor, settled=settled)

    def look_up(self, ids: Sequence[str]) -> tuple[SeenPost, ...]:
        found = []
        for event in ids:
            with suppress(Absent):  # purged since
                found.append(self._stored(event))
        return self.translate(json.dumps({"events": found}).encode()).posts

    def reports_after(self, cursor: str) -> tuple[tuple[SeenReport, ...], str]:
        return self.stream.reports_after(cursor)

    # For everybody, read as an ordinary member.

    def public_channels(self, *, search: str = "", after: str = "", limit: int = 30) -> PublicList:
        return reading.public_channels(
            self.wire, self.prober.token(), search=search, after=after, limit=limit
        )

    def read_public(self, alias: str, *, before: str = "", limit: int = 50) -> PublicPage | None:
        return reading.read_public(self.wire, self.prober.token(), alias, before=before, limit=limit)

    # Members.

    def as_member(self, session: MemberSession) -> Membership:
        from steelyard.enforcement.connectors.matrix.member import Member  # matrix-nio is heavy

        return Member(self.wire.homeserver, session)

    def register_member(self, name: str, display_name: str, password: str) -> MemberSession:
        secret = (self._keys / "registration-secret").read_text().strip()
        return accounts.open_account(self.wire, secret, name, password, display_name=display_name)

    def sign_in_member(self, name: str, password: str) -> MemberSession:
        return accounts.sign_in(self.wire, name, password)

    def sign_in_operator(self) -> MemberSession:
        """The operator's own account, for channels that belong to the operator."""
        token = self.operator.token()
        said = self.wire.call("GET", "/_matrix/client/v3/account/whoami", token=token)
        return MemberSession(said["user_id"], token, said.get("device_id", ""))

    def close(self) -> None:
        self.wire.close()


def _event_path(target: Target) -> str:
    return f"/_matrix/client/v3/rooms/{quote(target.channel, safe='')}/event/{quote(target.id, safe='')}"


def _hash_of(event: Mapping[str, Any]) -> str:
    return content_hash(event["sender"], event["origin_server_ts"], event["type"], event["content"])
