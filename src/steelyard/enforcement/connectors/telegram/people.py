"""Mute, ban, freeze, take reactions away: in every chat where the bot may, and back to exactly what stood before."""

from collections.abc import Callable, Iterator
from typing import Any

from steelyard.base.clock import now
from steelyard.base.errors import Refused, gettext_noop
from steelyard.enforcement.connector import Operation
from steelyard.enforcement.connectors.telegram.links import number
from steelyard.enforcement.connectors.telegram.store import Chat, Store
from steelyard.enforcement.connectors.telegram.wire import Wire

RIGHTS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
)  # fmt: skip
SILENT = dict.fromkeys(RIGHTS, False)
FREE = dict.fromkeys(RIGHTS, True)
BANNED = "banned:"
"""Accounts that asking to join does not bring back."""


class People:
    def __init__(self, wire: Wire, store: Store) -> None:
        self._wire, self._store = wire, store

    def mute(self, account: str) -> bool:
        """Whether it took effect anywhere. What the person was allowed before is kept, once."""

        def silence(chat: Chat, who: int) -> None:
            name = f"muted:{account}:{chat.id}"
            if self._store.kept(name) is None:
                member = self._wire.call("getChatMember", chat_id=chat.id, user_id=who)
                if member["status"] in ("creator", "administrator"):
                    raise Refused(gettext_noop("An administrator of a chat cannot be muted by a bot."))
                before = {right: bool(member.get(right)) for right in RIGHTS}
                self._store.keep(name, before if member["status"] == "restricted" else FREE, now())
            self._restrict(chat.id, who, SILENT)

        return self._everywhere(account, silence, "banChatSenderChat")

    def unmute(self, account: str) -> bool:
        who, kept = _who(account), self._store.kept_below(f"muted:{account}:")
        for chat, before in kept.items():
            self._restrict(int(chat), who, before)
            self._store.drop(f"muted:{account}:{chat}")
        return self._everywhere(account, None, "unbanChatSenderChat") if who < 0 else bool(kept)

    def ban(self, account: str) -> bool:
        self._store.keep(BANNED + account, True, now())
        return self._everywhere(
            account,
            lambda chat, who: self._wire.call("banChatMember", chat_id=chat.id, user_id=who),
            "banChatSenderChat",
        )

    def unban(self, account: str) -> bool:
        def back(chat: Chat, who: int) -> None:
            self._wire.call("unbanChatMember", chat_id=chat.id, user_id=who, only_if_banned=True)

        self._store.drop(BANNED + account)
        return self._everywhere(account, back, "unbanChatSenderChat")

    def unreact(self, account: str) -> bool:
        """Take the account's reactions away; Telegram says no word of how many there were."""

        def away(chat: Chat, who: int) -> None:
            by = {"actor_chat_id": who} if who < 0 else {"user_id": who}
            self._wire.call("deleteAllMessageReactions", chat_id=chat.id, **by)

        return self._everywhere(account, away, "")

    def freeze(self, channel: str) -> bool:
        """Nobody but administrators writes. Raises Refused for a channel, whose writers are administrators."""
        chat, name = _who(channel), f"frozen:{channel}"
        known = self._store.chat(chat)
        if known and known.kind == "channel":
            raise Refused(
                gettext_noop("A bot cannot stop a channel's own administrators from posting."),
                do=gettext_noop("Delete its posts, or report the channel to Telegram."),
            )
        if self._store.kept(name) is None:
            found = self._wire.call("getChat", chat_id=chat).get("permissions") or FREE
            self._store.keep(name, {right: bool(found.get(right)) for right in RIGHTS}, now())
        self._permit(chat, SILENT)
        return True

    def unfreeze(self, channel: str) -> bool:
        before = self._store.kept(f"frozen:{channel}")
        if before is None:
            return False
        self._permit(_who(channel), before)
        self._store.drop(f"frozen:{channel}")
        return True

    def carry_out(self, operation: Operation, id_: str) -> bool:
        return bool(
            {
                Operation.MUTE_ACCOUNT: self.mute, Operation.UNMUTE_ACCOUNT: self.unmute,
                Operation.BAN_ACCOUNT: self.ban, Operation.UNBAN_ACCOUNT: self.unban,
                Operation.FREEZE_CHANNEL: self.freeze, Operation.UNFREEZE_CHANNEL: self.unfreeze,
                Operation.REMOVE_REACTIONS: self.unreact,
            }[operation](id_)
        )  # fmt: skip

    def _restrict(self, chat: int, who: int, permissions: dict[str, bool]) -> None:
        self._wire.call(
            "restrictChatMember", chat_id=chat, user_id=who, permissions=permissions,
            use_independent_chat_permissions=True,
        )  # fmt: skip

    def _permit(self, chat: int, permissions: dict[str, bool]) -> None:
        self._wire.call(
            "setChatPermissions", chat_id=chat, permissions=permissions, use_independent_chat_permissions=True
        )

    def _everywhere(self, account: str, one: Callable[[Chat, int], object] | None, for_channels: str) -> bool:
        """In each group where the bot may; a group that does not know the account is passed over.

        Raises the last refusal where none took it.
        """
        who, took, no = _who(account), False, None
        for chat in self._groups():
            try:
                if who < 0 and for_channels:
                    self._wire.call(for_channels, chat_id=chat.id, sender_chat_id=who)
                elif one:
                    one(chat, who)
                took = True
            except Refused as refusal:
                no = refusal
        if no and not took and "not found" not in no.why and "INVALID" not in no.why:
            raise no
        return took

    def _groups(self) -> Iterator[Chat]:
        return (
            c for c in self._store.chats() if c.kind == "supergroup" and "can_restrict_members" in c.rights
        )


def _who(id_: str) -> int:
    found = number(id_)
    if found is None:
        raise Refused(gettext_noop("The platform does not know it."))
    return found


def owner_of(wire: Wire, chat: int) -> str:
    """The account that created a chat, where Telegram tells the bot."""
    found: list[dict[str, Any]] = wire.call("getChatAdministrators", chat_id=chat)
    return next((str(each["user"]["id"]) for each in found if each["status"] == "creator"), "")
