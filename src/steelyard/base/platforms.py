"""The secrets that platforms know us by."""

from pathlib import Path

from steelyard.base.config import home
from steelyard.base.errors import NoSuchThing
from steelyard.base.files import write_private
from steelyard.base.webhooks import new_secret

KEPT = 2
"""The newest signs, and the one before it too, so that it can be exchanged without losing a message."""


def secrets_of(platform: str) -> tuple[str, ...]:
    """Those that sign, the newest first. Raises NoSuchThing before the first was made."""
    file = home() / "keys" / "platforms" / platform
    if not file.exists():
        raise NoSuchThing(
            f"The platform “{platform}” has no secret yet.",
            do=f"Make one: python -m steelyard.intake.items secret {platform}",
        )
    return tuple(file.read_text().split())


def exchange_secret(platform: str) -> str:
    """A new secret for a platform, shown once to its operator."""
    file = home() / "keys" / "platforms" / platform
    known = file.read_text().split() if file.exists() else []
    made = new_secret()
    write_private(file, "\n".join([made, *known][:KEPT]).encode())
    return made


def telegram_token_file() -> Path:
    """The bot's token; where it exists, Telegram is attached."""
    return home() / "keys" / "telegram" / "token"


def telegram_secret_file() -> Path:
    """What Telegram's pushes carry, when a webhook is stated."""
    return home() / "keys" / "telegram" / "webhook-secret"
