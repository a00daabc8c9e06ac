"""Which platforms are attached to this house. Nothing else names a connector."""

from collections.abc import Sequence
from functools import partial

from steelyard.base.config import Config, Platform, config, home
from steelyard.base.platforms import telegram_secret_file, telegram_token_file
from steelyard.enforcement.connector import Connector, register, register_addresses

GATE_CONTROL = "gate-control.sock"


def attach_connectors() -> None:
    """Fill the register; a connector itself is made when it is first used."""
    register_addresses(_at)
    if homeserver_of(config()):
        register("matrix", _matrix)
    if telegram_token_file().exists():
        register("telegram", _telegram)
    for platform in config().platforms:
        register(platform.name, partial(_http, platform))


def homeserver_of(settings: Config) -> str:
    """The address of the attached homeserver: the stated one, else our own beside us, else ""."""
    own = (home() / "synapse" / "homeserver.yaml").exists()
    return settings.matrix.homeserver or (f"http://127.0.0.1:{settings.synapse_port}" if own else "")


def _matrix() -> Connector:
    from steelyard.enforcement.connectors.matrix import MatrixConnector  # httpx only where it is needed

    return MatrixConnector(
        homeserver_of(config()),
        home() / "keys" / "matrix",
        home() / "run" / GATE_CONTROL,
        verified_reports=config().matrix.verified_reports,
        countries=bool(config().matrix.country_database),
        bot=config().channel_moderators.bot,
    )


def _telegram() -> Connector:
    from steelyard.enforcement.connectors.telegram.connector import TelegramConnector

    secret = telegram_secret_file()
    return TelegramConnector(
        home() / "run" / "telegram.sock",
        home() / "telegram" / "state.sqlite",
        workroom=config().telegram.workroom,
        rules_delete=config().telegram.rules_delete,
        secret=secret.read_text().strip() if secret.exists() else "",
    )


def _at(address: str, operations: Sequence[str], sees: tuple[str, ...], secret: str) -> Connector:
    from steelyard.enforcement.connectors.http import HttpConnector

    tried = Platform(
        name="tried", callback=address, operations=tuple(operations), reads_back=bool(sees), sees=sees
    )
    return HttpConnector(tried, lambda: (secret,))


def _http(platform: Platform) -> Connector:
    from steelyard.base.platforms import secrets_of
    from steelyard.enforcement.connectors.http import HttpConnector

    return HttpConnector(platform, lambda: secrets_of(platform.name))
