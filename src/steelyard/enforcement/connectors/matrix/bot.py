"""Our bot in people's channels: an account of its own that a channel's owner invites and gives power."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

from steelyard.base.errors import Refused
from steelyard.enforcement.connector import Operation, Target
from steelyard.enforcement.connectors.matrix.accounts import OwnAccount
from steelyard.enforcement.connectors.matrix.powers import LEVELS, Levels, levels_in, put_state, state
from steelyard.enforcement.connectors.matrix.wire import Wire
from steelyard.enforcement.moderated import Answer, Powers

BOT = "steelyard-moderator"
RULES = "org.steelyard.rules"
NOBODY = Powers()


class Bot:
    def __init__(self, wire: Wire, keys: Path) -> None:
        self.wire = wire
        self.own = OwnAccount(wire, keys, BOT, "Steelyard (for moderators)")
        self._account = ""

    def account(self) -> str:
        if not self._account:
            said = self.wire.call("GET", "/_matrix/client/v3/account/whoami", token=self.own.token())
            self._account = str(said["user_id"])
        return self._account

    def levels(self, room: str) -> Levels | None:
        return levels_in(self.wire, self.own.token(), room)

    def powers(self, account: str, channel: str, over: str) -> Powers:
        levels = self.levels(channel)
        return levels.powers(account, self.account(), over) if levels else NOBODY

    def moderators(self, channel: str) -> tuple[str, ...]:
        levels = self.levels(channel)
        return tuple(one for one in levels.moderators() if one != self.account()) if levels else ()

    def channels(self) -> tuple[str, ...]:
        said = self.wire.call("GET", "/_matrix/client/v3/joined_rooms", token=self.own.token())
        return tuple(said["joined_rooms"])

    def rules(self, channel: str) -> str:
        for kind, name in ((RULES, "text"), ("m.room.topic", "topic")):
            try:
                found = state(self.wire, self.own.token(), channel, kind).get(name)
            except Refused:
                continue
            if isinstance(found, str) and found.strip():
                return found
        return ""

    def write_rules(self, channel: str, text: str) -> None:
        put_state(self.wire, self.own.token(), channel, RULES, {"text": text})

    def mute(self, operation: Operation, target: Target) -> Mapping[str, Any]:
        """By the room's own levels, so that it holds on every server and everybody there can see it."""
        levels = self.levels(target.channel)
        if levels is None:
            raise Refused(
                _("Our bot is not in this channel."), do=_("Its owner invites it and gives it power.")
            )
        wanted = levels.muted(target.id, muted=operation is Operation.MUTE_IN_CHANNEL)
        if wanted == dict(levels.content):
            return {"already": [target.id]}
        reference = put_state(self.wire, self.own.token(), target.channel, LEVELS, wanted)
        return {"done": [target.id], "reference": reference}

    async def listen(self, since: Path, answer: Answer) -> None:
        from steelyard.enforcement.connectors.matrix.listening import listen  # matrix-nio is heavy

        await listen(self.wire.homeserver, self.account(), self.own.token(), since, answer)
