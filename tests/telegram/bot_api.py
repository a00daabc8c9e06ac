"""Telegram, as a bot meets it: a small Bot API server that checks every call against aiogram's own method models.

It keeps chats, posts, members and their rights; delivers updates by long polling and by webhook with the secret
token; refuses what Telegram refuses, in its words: 48 hours, missing rights, people who never opened a chat, and
429 with retry_after. It knows nothing of Steelyard.
"""

import asyncio
import json
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from aiogram import methods
from aiogram.types import Update
from aiohttp import ClientSession, web
from pydantic import ValidationError

TOKEN = "123456:AAFakeTokenForTestsOnly-000000000000"
BOT = {"id": 123456, "is_bot": True, "first_name": "Scales", "username": "scales_bot"}
TWO_DAYS = 48 * 3600
ALL_RIGHTS = {
    "can_delete_messages": True, "can_restrict_members": True, "can_invite_users": True, "can_manage_chat": True,
    "can_promote_members": False, "can_change_info": True, "can_manage_video_chats": True, "can_post_stories": False,
    "can_edit_stories": False, "can_delete_stories": False, "is_anonymous": False, "can_be_edited": False,
    "can_pin_messages": True, "can_send_welcome_messages": False,
}  # fmt: skip
OPEN = {
    "can_send_messages": True, "can_send_audios": True, "can_send_documents": True, "can_send_photos": True,
    "can_send_videos": True, "can_send_video_notes": True, "can_send_voice_notes": True, "can_send_polls": True,
    "can_send_other_messages": True, "can_add_web_page_previews": True, "can_invite_users": True,
}  # fmt: skip


class No(Exception):
    def __init__(self, status: int, words: str, **parameters: Any) -> None:
        super().__init__(words)
        self.status, self.words, self.parameters = status, words, parameters


@dataclass
class Chat:
    id: int
    type: str
    title: str = ""
    username: str = ""
    permissions: dict[str, bool] = field(default_factory=lambda: dict(OPEN))
    admins: dict[int, dict[str, Any]] = field(default_factory=dict)
    members: dict[int, dict[str, Any]] = field(default_factory=dict)
    banned_channels: set[int] = field(default_factory=set)
    reactions: list[tuple[int, int, str]] = field(default_factory=list)
    """(post, who, sign)"""
    posts: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def shown(self) -> dict[str, Any]:
        named = {"title": self.title} if self.title else {"first_name": "Person"}
        return {"id": self.id, "type": self.type, **named} | (
            {"username": self.username} if self.username else {}
        )


class BotApi:
    """In a thread of its own, on a free port of this machine."""

    def __init__(self) -> None:
        self.chats: dict[int, Chat] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.updates: list[dict[str, Any]] = []
        self.confirmed = 0
        self.allowed: list[str] = []
        self.opened: set[int] = set()
        """People who opened a chat with the bot."""
        self.declined: list[tuple[int, int]] = []
        self.floods: dict[str, list[float]] = defaultdict(list)
        """Method -> seconds that the next calls of it are told to wait"""
        self.too_early: list[str] = []
        """Calls that came before the time Telegram had named"""
        self.silent_until: dict[str, float] = {}
        self.files: dict[str, bytes] = {}
        self.hook: tuple[str, str] = ("", "")
        self._numbers = iter(range(1, 1_000_000))
        self._update_numbers = iter(range(700, 1_000_000))
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=[ready], daemon=True)
        self._thread.start()
        assert ready.wait(60)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        ready.set()
        self._loop.run_forever()

    async def _listen(self) -> None:
        self._news = asyncio.Condition()
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._on_call)
        app.router.add_get("/file/bot{token}/{path:.*}", self._on_file)
        self._runner = web.AppRunner(app, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(60)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)

    # What people do

    def group(
        self, id_: int, title: str, *, username: str = "", type_: str = "supergroup", owner: int = 1
    ) -> Chat:
        """A chat of `owner`, who makes the bot an administrator; the bot hears of it."""
        chat = self.chats[id_] = Chat(id_, type_, title, username)
        chat.admins = {
            owner: {"status": "creator", "is_anonymous": False},
            BOT["id"]: {"status": "administrator"} | ALL_RIGHTS,
        }  # type: ignore[dict-item]
        before = {"user": BOT, "status": "left"}
        self.tell("my_chat_member", {
            "chat": chat.shown, "from": person(owner), "date": int(time.time()), "old_chat_member": before,
            "new_chat_member": {"user": BOT, "status": "administrator"} | ALL_RIGHTS,
        })  # fmt: skip
        return chat

    def say(
        self, chat: Chat, text: str = "", *, author: int = 50, age: int = 0, kind: str = "", **more: Any
    ) -> dict[str, Any]:
        """Somebody posts; `age` in seconds."""
        number = next(self._numbers)
        post = {"message_id": number, "date": int(time.time()) - age, "chat": chat.shown} | more
        if text:
            post["text"] = text
        if chat.type == "channel":
            post["sender_chat"] = chat.shown
        else:
            post["from"] = person(author)
            chat.members.setdefault(author, {"status": "member"})
        if text.startswith("/"):
            post["entities"] = [
                {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
            ]
        chat.posts[number] = post
        self.tell(kind or ("channel_post" if chat.type == "channel" else "message"), post)
        return post

    def edit(self, chat: Chat, number: int, text: str) -> None:
        post = chat.posts[number] = chat.posts[number] | {"text": text, "edit_date": int(time.time()) + 1}
        self.tell("edited_channel_post" if chat.type == "channel" else "edited_message", post)

    def write_to_bot(self, who: int, text: str = "", **more: Any) -> dict[str, Any]:
        self.opened.add(who)
        private = self.chats.setdefault(who, Chat(who, "private"))
        return self.say(private, text, author=who, **more)

    def asks_to_join(self, chat: Chat, who: int) -> None:
        self.tell("chat_join_request", {
            "chat": chat.shown, "from": person(who), "user_chat_id": who, "date": int(time.time()),
        })  # fmt: skip

    def tell(self, kind: str, body: dict[str, Any]) -> None:
        update = {"update_id": next(self._update_numbers), kind: body}
        Update.model_validate(update)
        asyncio.run_coroutine_threadsafe(self._tell(kind, update), self._loop).result(60)

    async def _tell(self, kind: str, update: dict[str, Any]) -> None:
        if self.allowed and kind not in self.allowed:
            return
        async with self._news:
            self.updates.append(update)
            self._news.notify_all()
        if self.hook[0]:
            await self._push(update)

    async def _push(self, update: dict[str, Any], *, secret: str | None = None) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.hook[1] if secret is None else secret}
        async with (
            ClientSession() as session,
            session.post(self.hook[0], json=update, headers=headers) as answer,
        ):
            return answer.status

    def push(self, update: dict[str, Any], *, secret: str) -> int:
        """What a stranger might try at the webhook."""
        return asyncio.run_coroutine_threadsafe(self._push(update, secret=secret), self._loop).result(60)

    def shown(self, chat: Chat) -> list[str]:
        """What an ordinary member reads there now."""
        return [post.get("text", "") for _, post in sorted(chat.posts.items())]

    def asked(self, method: str) -> list[dict[str, Any]]:
        return [params for name, params in self.calls if name == method]

    # What the bot asks

    async def _on_call(self, request: web.Request) -> web.Response:
        try:
            if request.match_info["token"] != TOKEN:
                raise No(401, "Unauthorized")
            name = request.match_info["method"]
            params = await _params(request)
            return web.json_response({"ok": True, "result": await self._call(name, params)})
        except No as no:
            said: dict[str, Any] = {"ok": False, "error_code": no.status, "description": no.words}
            if no.parameters:
                said["parameters"] = no.parameters
            return web.json_response(said, status=no.status)

    async def _call(self, name: str, params: dict[str, Any]) -> Any:
        model = getattr(methods, name[0].upper() + name[1:], None)
        if model is None:
            raise No(404, "Not Found")
        try:
            model.model_validate(params)
        except ValidationError as wrong:
            raise No(400, f"Bad Request: {wrong.errors()[0]['loc']}") from wrong
        if unknown := set(params) - set(model.model_fields):
            raise No(400, f"Bad Request: unknown parameters {unknown}")
        if name != "getUpdates":
            self.calls.append((name, params))
            self._flood(name)
        handler = getattr(self, f"_do_{name}", None)
        if handler is None:
            raise No(501, f"Not Implemented: {name}")
        return await handler(**params)

    def _flood(self, name: str) -> None:
        if time.monotonic() < self.silent_until.get(name, 0.0):
            self.too_early.append(name)
        if self.floods[name]:
            wait = self.floods[name].pop(0)
            self.silent_until[name] = time.monotonic() + wait
            raise No(429, f"Too Many Requests: retry after {wait}", retry_after=wait)

    async def _do_getMe(self) -> Any:
        return BOT | {"can_join_groups": True, "can_read_all_group_messages": True}

    async def _do_deleteWebhook(self, **_: Any) -> bool:
        self.hook = ("", "")
        return True

    async def _do_setWebhook(
        self, url: str, secret_token: str = "", allowed_updates: Any = (), **_: Any
    ) -> bool:
        self.hook, self.allowed = (url, secret_token), list(allowed_updates)
        return True

    async def _do_getWebhookInfo(self) -> Any:
        return {"url": self.hook[0], "has_custom_certificate": False, "pending_update_count": 0}

    async def _do_getUpdates(
        self, offset: int = 0, timeout: int = 0, allowed_updates: Any = (), **_: Any
    ) -> Any:
        if self.hook[0]:
            raise No(409, "Conflict: can't use getUpdates method while webhook is active")
        self.allowed = list(allowed_updates) or self.allowed
        self.confirmed = max(self.confirmed, offset)
        self.updates = [u for u in self.updates if u["update_id"] >= offset]
        if not self.updates and timeout:
            async with self._news:
                try:
                    await asyncio.wait_for(self._news.wait_for(lambda: self.updates), timeout)
                except TimeoutError:
                    return []
        return self.updates[:100]

    def _chat(self, chat_id: int | str) -> Chat:
        for chat in self.chats.values():
            if chat.id == chat_id or (chat.username and chat_id == f"@{chat.username}"):
                return chat
        raise No(400, "Bad Request: chat not found")

    def _may(self, chat: Chat, right: str) -> None:
        bot = chat.admins.get(BOT["id"])  # type: ignore[call-overload]
        if bot is None:
            raise No(403, f"Forbidden: bot is not a member of the {chat.type} chat")
        if not bot.get(right):
            raise No(400, "Bad Request: not enough rights")

    async def _do_deleteMessage(self, chat_id: int, message_id: int) -> bool:
        chat = self._chat(chat_id)
        post = chat.posts.get(message_id)
        if post is None:
            raise No(400, "Bad Request: message to delete not found")
        if post.get("from", {}).get("id") != BOT["id"]:
            self._may(chat, "can_delete_messages")
        if time.time() - post["date"] > TWO_DAYS:
            raise No(400, "Bad Request: message can't be deleted")
        del chat.posts[message_id]
        return True

    async def _do_deleteMessages(self, chat_id: int, message_ids: list[int]) -> bool:
        if not 1 <= len(message_ids) <= 100:
            raise No(400, "Bad Request: message identifiers must be 1-100")
        chat = self._chat(chat_id)
        self._may(chat, "can_delete_messages")
        known = [m for m in message_ids if m in chat.posts]
        if any(time.time() - chat.posts[m]["date"] > TWO_DAYS for m in known):
            raise No(400, "Bad Request: message can't be deleted")
        for message in known:
            del chat.posts[message]
        return True

    async def _do_deleteAllMessageReactions(
        self, chat_id: int, user_id: int = 0, actor_chat_id: int = 0
    ) -> bool:
        chat = self._chat(chat_id)
        self._may(chat, "can_delete_messages")
        chat.reactions = [one for one in chat.reactions if one[1] not in (user_id, actor_chat_id)]
        return True

    async def _do_sendMessage(self, chat_id: int | str, text: str, **more: Any) -> Any:
        if isinstance(chat_id, int) and chat_id > 0 and chat_id not in self.opened:
            raise No(403, "Forbidden: bot can't initiate conversation with a user")
        if not 1 <= len(text) <= 4096:
            raise No(400, "Bad Request: message is too long")
        return self._post(self._chat(chat_id), text)

    def _post(self, chat: Chat, text: str, **more: Any) -> dict[str, Any]:
        number = next(self._numbers)
        who = {"sender_chat": chat.shown} if chat.type == "channel" else {"from": BOT}
        chat.posts[number] = (
            {"message_id": number, "date": int(time.time()), "chat": chat.shown, "text": text} | who | more
        )
        return chat.posts[number]

    async def _do_forwardMessage(self, chat_id: int, from_chat_id: int, message_id: int, **_: Any) -> Any:
        post = self._chat(from_chat_id).posts.get(message_id)
        if post is None:
            raise No(400, "Bad Request: message to forward not found")
        origin = {"type": "user", "date": post["date"], "sender_user": post.get("from")}
        if "sender_chat" in post:
            origin = {
                "type": "channel",
                "date": post["date"],
                "chat": post["sender_chat"],
                "message_id": message_id,
            }
        return self._post(self._chat(chat_id), post.get("text", ""), forward_origin=origin)

    async def _do_getChat(self, chat_id: int | str) -> Any:
        chat = self._chat(chat_id)
        return chat.shown | {
            "permissions": chat.permissions, "accent_color_id": 0, "max_reaction_count": 11,
            "accepted_gift_types": {
                "unlimited_gifts": True, "limited_gifts": True, "unique_gifts": True, "premium_subscription": True,
                "gifts_from_channels": True,
            },
        }  # fmt: skip

    async def _do_getChatAdministrators(self, chat_id: int | str) -> Any:
        chat = self._chat(chat_id)
        return [self._member(chat, who) for who in chat.admins]

    async def _do_getChatMember(self, chat_id: int | str, user_id: int) -> Any:
        return self._member(self._chat(chat_id), user_id)

    def _member(self, chat: Chat, who: int) -> dict[str, Any]:
        found = chat.admins.get(who) or chat.members.get(who)
        if found is None:
            raise No(400, "Bad Request: user not found")
        return {"user": BOT if who == BOT["id"] else person(who)} | found

    async def _do_restrictChatMember(
        self, chat_id: int, user_id: int, permissions: dict[str, bool], **_: Any
    ) -> bool:
        chat = self._chat(chat_id)
        self._may(chat, "can_restrict_members")
        if user_id in chat.admins:
            raise No(400, "Bad Request: user is an administrator of the chat")
        if user_id not in chat.members:
            raise No(400, "Bad Request: user not found")
        free = all(permissions.get(name) for name in OPEN)
        limited: dict[str, Any] = {name: bool(permissions.get(name)) for name in (*OPEN, *_OTHER)}
        limited |= {"status": "restricted", "is_member": True, "until_date": 0}
        limited |= {"can_react_to_messages": False, "can_edit_tag": False}
        chat.members[user_id] = {"status": "member"} if free else limited
        return True

    async def _do_banChatMember(self, chat_id: int, user_id: int, **_: Any) -> bool:
        self._may(self._chat(chat_id), "can_restrict_members")
        self._chat(chat_id).members[user_id] = {"status": "kicked", "until_date": 0}
        return True

    async def _do_unbanChatMember(self, chat_id: int, user_id: int, **_: Any) -> bool:
        self._may(self._chat(chat_id), "can_restrict_members")
        if self._chat(chat_id).members.get(user_id, {}).get("status") == "kicked":
            self._chat(chat_id).members[user_id] = {"status": "left"}
        return True

    async def _do_banChatSenderChat(self, chat_id: int, sender_chat_id: int) -> bool:
        self._chat(chat_id).banned_channels.add(sender_chat_id)
        return True

    async def _do_unbanChatSenderChat(self, chat_id: int, sender_chat_id: int) -> bool:
        self._chat(chat_id).banned_channels.discard(sender_chat_id)
        return True

    async def _do_setChatPermissions(self, chat_id: int, permissions: dict[str, bool], **_: Any) -> bool:
        self._may(self._chat(chat_id), "can_restrict_members")
        self._chat(chat_id).permissions = {name: value for name, value in permissions.items() if value}
        return True

    async def _do_declineChatJoinRequest(self, chat_id: int, user_id: int) -> bool:
        self.declined.append((chat_id, user_id))
        return True

    async def _do_getFile(self, file_id: str) -> Any:
        if file_id not in self.files:
            raise No(400, "Bad Request: wrong file_id")
        return {
            "file_id": file_id,
            "file_unique_id": file_id,
            "file_path": file_id,
            "file_size": len(self.files[file_id]),
        }

    async def _on_file(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["path"]])


_OTHER = ("can_change_info", "can_pin_messages", "can_manage_topics")


def person(id_: int) -> dict[str, Any]:
    return {"id": id_, "is_bot": False, "first_name": f"Person {id_}", "language_code": "en"}


async def _params(request: web.Request) -> dict[str, Any]:
    """Telegram takes forms whose nested values are JSON."""
    given = await request.post()
    return {name: _value(name, str(value)) for name, value in given.items()}


_WORDS = frozenset({"text", "url", "secret_token", "file_id"})


def _value(name: str, value: str) -> Any:
    if name in _WORDS:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
