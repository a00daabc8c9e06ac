"""Where the bot's token, store and socket are, and what the operator stated in [telegram]."""

import hmac
from pathlib import Path

import msgspec

from steelyard.base.config import config, home
from steelyard.base.platforms import telegram_secret_file, telegram_token_file


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    token: str
    socket: Path
    store: Path
    api: str = ""
    """A Bot API server of one's own; "": Telegram's."""
    webhook: str = ""
    webhook_port: int = 8474
    secret: str = ""
    """What Telegram's pushes carry."""
    patience: int = 50
    """Seconds that one long poll waits."""

    def is_secret(self, given: str) -> bool:
        return bool(self.secret) and hmac.compare_digest(given.encode(), self.secret.encode())


def settings_in_force() -> Settings:
    """Raises OSError where no token was given yet."""
    stated = config().telegram
    secret = telegram_secret_file().read_text().strip() if telegram_secret_file().exists() else ""
    return Settings(
        token=telegram_token_file().read_text().strip(), socket=home() / "run" / "telegram.sock",
        store=home() / "telegram" / "state.sqlite", api=stated.api, webhook=stated.webhook,
        webhook_port=stated.webhook_port, secret=secret,
    )  # fmt: skip
