"""Letters to people and posts of the operator. Each is sent once per key, as far as Telegram lets us know."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.base.clock import now
from steelyard.base.errors import Refused, Unreachable, gettext_noop
from steelyard.enforcement.connectors.telegram.links import link_to, number
from steelyard.enforcement.connectors.telegram.people import owner_of
from steelyard.enforcement.connectors.telegram.store import Store
from steelyard.enforcement.connectors.telegram.wire import Forbidden, Wire

LONGEST = 4000
"""Bot API, sendMessage: 1-4096 characters."""


class Telling:
    def __init__(self, wire: Wire, store: Store) -> None:
        self._wire, self._store = wire, store

    def write(self, account: str, text: str, language: str) -> str:
        """A private message. Raises Unreachable while the person has not opened a chat with the bot: the letter
        waits, and the group in which they wrote asks them to open one, without saying what about."""
        who = number(account)
        if who is not None and who < 0:
            who = number(owner_of(self._wire, who))
        if who is None:
            raise Refused(gettext_noop("Nobody answers for this account."))
        try:
            return self._send(who, text)
        except Forbidden as no:
            self._ask_to_open(who, language)
            raise Unreachable(
                gettext_noop("They have not opened a chat with the bot yet."), no.why,
                gettext_noop("Nothing has to be done: it is sent as soon as they do."),
            ) from no  # fmt: skip

    def announce(self, channel: str, text: str) -> str:
        return self._send(number(channel) if number(channel) is not None else channel, text)

    def again(self, chat: int, message: int, text: str, language: str) -> str:
        """The words of a post that was deleted by mistake, marked as what they are."""
        with override(language):
            head = _("This post was deleted by mistake. Here are its words again.")
        return self._send(chat, f"{head}\n{link_to(chat, message, '')}\n\n{text}")

    def _send(self, chat: int | str | None, text: str) -> str:
        last = ""
        for part in pieces(text):
            sent = self._wire.call(
                "sendMessage", chat_id=chat, text=part, link_preview_options={"is_disabled": True}
            )
            last = f"{sent['chat']['id']}:{sent['message_id']}"
        return last

    def _ask_to_open(self, who: int, language: str) -> None:
        chat = self._store.last_chat_of(who)
        if chat is None or self._store.kept(f"hint:{who}") is not None:
            return
        me = self._wire.call("getMe")
        with override(language):
            words = _(
                "There is a letter for you from the moderation of this service. Open a chat with me to read it."
            )
        try:
            self._wire.call(
                "sendMessage", chat_id=chat, text=f"✉ {words}",
                entities=[{"type": "text_mention", "offset": 0, "length": 1,
                           "user": {"id": who, "is_bot": False, "first_name": "–"}}],
                reply_markup={"inline_keyboard": [[{"text": "✉", "url": f"https://t.me/{me['username']}?start=letter"}]]},
            )  # fmt: skip
        except Refused:
            return  # the group lets the bot write nothing; the letter waits all the same
        self._store.keep(f"hint:{who}", True, now())


def pieces(text: str) -> list[str]:
    """Parts that Telegram takes, cut between paragraphs where there are any."""
    found, rest = [], text
    while len(rest) > LONGEST:
        cut = max(rest.rfind("\n\n", 0, LONGEST), rest.rfind("\n", 0, LONGEST))
        cut = cut if cut > 0 else LONGEST
        found.append(rest[:cut])
        rest = rest[cut:].lstrip("\n")
    return [*found, rest]
