"""The bot in the room: thanks for reports, the tools of a chat's own administrators, and whom it lets in."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.base.errors import Refused
from steelyard.enforcement.connector import SeenReport
from steelyard.enforcement.connectors.telegram.links import post_id
from steelyard.enforcement.connectors.telegram.people import BANNED, FREE, SILENT, People
from steelyard.enforcement.connectors.telegram.store import Chat, Store
from steelyard.enforcement.connectors.telegram.translation import POSTS, Update, command_of
from steelyard.enforcement.connectors.telegram.wire import Wire

HERE = frozenset({"administrator", "member", "creator"})
KNOWN_LANGUAGES = ("en", "fr", "ru", "ar", "fa")


class Talking:
    """What follows on Telegram from an update, once it is in our database. Losing one of these harms nobody."""

    def __init__(self, wire: Wire, store: Store, people: People) -> None:
        self._wire, self._store, self._people = wire, store, people

    def about(self, update: Update, reports: Mapping[str, SeenReport], me: str) -> None:
        try:
            self._learn(update)
            if update.kind == "my_chat_member":
                self._our_own_rights(update.body)
            elif update.kind == "chat_join_request":
                self._asks_to_join(update.body)
            elif update.kind == "message":
                self._message(update.body, reports, me)
        except (Refused, KeyError, TypeError, ValueError):
            pass  # whoever asked sees that nothing came of it

    def _learn(self, update: Update) -> None:
        """A chat whose administrator we became before anybody told us: what we may do there is asked once."""
        chat = update.body.get("chat") or {}
        if update.kind not in POSTS or chat.get("type") == "private" or self._store.chat(chat["id"]):
            return
        me = self._wire.call("getMe")["id"]
        member = self._wire.call("getChatMember", chat_id=chat["id"], user_id=me)
        self._store.know_chat(chat_known(chat, member))

    def _our_own_rights(self, body: Mapping[str, Any]) -> None:
        chat, member = body["chat"], body["new_chat_member"]
        if chat["type"] == "private":
            return None
        if member["status"] not in HERE:
            return self._store.forget_chat(chat["id"])
        return self._store.know_chat(chat_known(chat, member))

    def _asks_to_join(self, body: Mapping[str, Any]) -> None:
        """Everybody else waits for the chat's own administrators."""
        if self._store.kept(f"{BANNED}{body['from']['id']}"):
            self._wire.call("declineChatJoinRequest", chat_id=body["chat"]["id"], user_id=body["from"]["id"])

    def _message(self, message: Mapping[str, Any], reports: Mapping[str, SeenReport], me: str) -> None:
        chat = message["chat"]
        report = reports.get(post_id(chat["id"], message["message_id"]))
        command, _rest = command_of(message, me)
        with override(_language(message)):
            if report:
                self._thank(message, report)
            elif chat["type"] == "private" and command == "start":
                self._store.drop(f"hint:{chat['id']}")
                self._say(chat["id"], self._help())
            elif chat["type"] == "private":
                self._say(chat["id"], self._help())
            elif command in ("delete", "mute", "unmute", "unreact"):
                self._owners_tool(command, message)

    def _thank(self, message: Mapping[str, Any], report: SeenReport) -> None:
        """In private, so that nobody in the group learns who reported; the command itself is taken away."""
        chat = message["chat"]
        if chat["type"] != "private":
            self._quietly(
                lambda: self._wire.call("deleteMessage", chat_id=chat["id"], message_id=message["message_id"])
            )
        self._quietly(
            lambda: self._say(
                int(report.reporter), _("Thank you. Your report has arrived; a person will decide on it.")
            )
        )

    def _owners_tool(self, command: str, message: Mapping[str, Any]) -> None:
        """For the chat's own administrators, in their own chat, in answer to a post. Theirs, not our decision."""
        chat, about = message["chat"]["id"], message.get("reply_to_message")
        if about is None or not self._may(message):
            return
        if command == "delete":
            self._wire.call("deleteMessage", chat_id=chat, message_id=about["message_id"])
        elif command == "unreact":
            if author := about.get("from"):
                self._wire.call("deleteAllMessageReactions", chat_id=chat, user_id=author["id"])
        elif author := about.get("from"):
            self._wire.call(
                "restrictChatMember", chat_id=chat, user_id=author["id"],
                permissions=SILENT if command == "mute" else FREE, use_independent_chat_permissions=True,
            )  # fmt: skip
        self._wire.call("deleteMessage", chat_id=chat, message_id=message["message_id"])

    def _may(self, message: Mapping[str, Any]) -> bool:
        chat = message["chat"]["id"]
        if (message.get("sender_chat") or {}).get("id") == chat:
            return True  # an administrator who stays anonymous
        member = self._wire.call("getChatMember", chat_id=chat, user_id=message["from"]["id"])
        return member["status"] == "creator" or bool(member.get("can_delete_messages"))

    def _help(self) -> str:
        return _(
            "To report a post, forward it here or send its link. In a group, answer it with /report and, if you "
            "like, say why. A person decides. Letters about your own posts come here too."
        )

    def _say(self, chat: int, text: str) -> None:
        self._wire.call("sendMessage", chat_id=chat, text=text)

    def _quietly(self, say: Callable[[], object]) -> None:
        with suppress(Refused):  # they never opened a chat with the bot, or it may not delete here
            say()


def chat_known(chat: Mapping[str, Any], member: Mapping[str, Any]) -> Chat:
    """A chat and what our bot may do in it."""
    rights = frozenset(name for name, value in member.items() if name.startswith("can_") and value is True)
    return Chat(chat["id"], chat["type"], str(chat.get("title", "")), str(chat.get("username", "")), rights)


def _language(message: Mapping[str, Any]) -> str:
    code = str((message.get("from") or {}).get("language_code", ""))[:2]
    return code if code in KNOWN_LANGUAGES else "en"
