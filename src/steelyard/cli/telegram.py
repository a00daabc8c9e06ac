"""`steelyard telegram`: from a bot's token to an attached platform, in one command."""

import os
import re
import secrets
from typing import Annotated, Any

import msgspec
import typer

from steelyard.base.config import Config, home, read_config
from steelyard.base.errors import BadInput, Refused, Unreachable
from steelyard.base.files import write_private
from steelyard.base.platforms import telegram_secret_file, telegram_token_file

NEEDED = {
    "can_delete_messages": "delete posts",
    "can_restrict_members": "mute and ban people, close a group",
}
TELEGRAM = "https://api.telegram.org"


def telegram(  # noqa: PLR0917 - typer fills them by name
    chat: Annotated[
        list[str] | None,
        typer.Option("--chat", help="A group or channel to check: @name or number. Repeatable."),
    ] = None,
    announcements: Annotated[str | None, typer.Option(help="Channel for the daily report: @name.")] = None,
    workroom: Annotated[
        str | None, typer.Option(help="Number or @name of the moderators' own group.")
    ] = None,
    webhook: Annotated[str | None, typer.Option(help="Public https address that Telegram pushes to.")] = None,
    rules_delete: Annotated[
        bool | None, typer.Option(help="A rule alone may delete posts; it cannot be undone.")
    ] = None,
    api: Annotated[str | None, typer.Option(help="A Bot API server of your own.")] = None,
) -> None:
    """Attach Telegram: check the bot's token and its rights, keep the token, write the settings, say what is missing.

    The token is asked for, or read from STEELYARD_TELEGRAM_TOKEN; never from the command line, where others see it.
    Run it again to change or check something.
    """
    file = home() / "steelyard.toml"
    before = read_config(file, {})
    known = telegram_token_file().read_text().strip() if telegram_token_file().exists() else ""
    token = (
        os.environ.get("STEELYARD_TELEGRAM_TOKEN", "")
        or known
        or typer.prompt("Token of the bot", hide_input=True)
    )
    asking = _Asking(token.strip(), before.telegram.api if api is None else api)
    me = asking("getMe")
    print(f"The bot is @{me['username']}, “{me['first_name']}”.")
    if not me.get("can_read_all_group_messages"):
        print(
            "  In groups where it is no administrator it sees commands only: make it an administrator there."
        )
    given: dict[str, Any] = {
        "announcements": announcements, "webhook": webhook, "rules_delete": rules_delete, "api": api,
        "workroom": None if workroom is None else _number(asking, workroom),
    }  # fmt: skip
    after = _settings(before, {name: value for name, value in given.items() if value is not None})
    places = [*(chat or ()), after.telegram.announcements, str(after.telegram.workroom or "")]
    missing = sum(_check(asking, me, place, after) for place in dict.fromkeys(filter(None, places)))
    _keep(token.strip(), after)
    print(f"Wrote {file}; the token is in {telegram_token_file()}, for nobody else to read.")
    print(
        "Next: make the bot an administrator of your groups and channels, then start again: steelyard serve"
    )
    if missing:
        raise typer.Exit(1)


class _Asking:
    """Questions to the Bot API before the bot's own process runs. The token is in no message of ours."""

    def __init__(self, token: str, api: str) -> None:
        if not re.fullmatch(r"\d+:[\w-]{20,}", token):
            raise BadInput(
                "This is not a bot's token.",
                "It has the shape 123456:AA…",
                "Get one from @BotFather on Telegram.",
            )
        self._address = f"{(api or TELEGRAM).rstrip('/')}/bot{token}/"

    def __call__(self, method: str, **params: Any) -> Any:
        import httpx

        try:
            said = httpx.post(self._address + method, data=params, timeout=20, trust_env=True).json()
        except (httpx.HTTPError, ValueError) as fault:
            raise Unreachable(
                "Telegram does not answer.",
                type(fault).__name__,
                "Check this machine's way out, then try again.",
            ) from None
        if said.get("ok"):
            return said["result"]
        if said.get("error_code") in (401, 404):
            raise Refused("Telegram does not know this token.", do="Ask @BotFather for it again.")
        raise Refused("Telegram refused this.", str(said.get("description", "")))


def _number(asking: _Asking, named: str) -> int:
    return int(named) if re.fullmatch(r"-?\d+", named) else int(asking("getChat", chat_id=named)["id"])


def _settings(before: Config, given: dict[str, Any]) -> Config:
    if (address := given.get("webhook")) and not address.startswith("https://"):
        raise BadInput(
            "Telegram pushes to https addresses only.", do="Put a proxy with TLS before webhook_port."
        )
    return msgspec.structs.replace(before, telegram=msgspec.structs.replace(before.telegram, **given))


def _check(asking: _Asking, me: dict[str, Any], place: str, after: Config) -> bool:
    """Say what the bot may do there; whether something is missing."""
    try:
        found = asking("getChat", chat_id=place)
        member = asking("getChatMember", chat_id=place, user_id=me["id"])
    except Refused as no:
        print(f"  {place}: {no.why or no.what} Add the bot there.")
        return True
    own = str(after.telegram.workroom) == str(found["id"])
    wanted = {} if own else dict(NEEDED)
    if found["type"] == "channel":
        wanted = {"can_post_messages": "post"} if place == after.telegram.announcements else {
            "can_delete_messages": NEEDED["can_delete_messages"]
        }  # fmt: skip
    lacks = [words for right, words in wanted.items() if member.get(right) is not True]
    public = "public" if found.get("username") else "private: its posts are read only on a legal basis (docs)"
    print(
        f"  {found.get('title', place)} ({found['type']}, {public}): "
        + (f"may not {', '.join(lacks)}" if lacks else "ready")
    )
    return bool(lacks)


def _keep(token: str, after: Config) -> None:
    from steelyard.cli.settings_file import text_of

    file = home() / "steelyard.toml"
    write_private(telegram_token_file(), token.encode())
    if after.telegram.webhook and not telegram_secret_file().exists():
        write_private(telegram_secret_file(), secrets.token_urlsafe(32).encode())
    if file.exists():
        write_private(file.with_suffix(".toml.before"), file.read_bytes())
    write_private(file, text_of(after).encode())
