"""Which platforms are attached to this house. Nothing else names a connector."""

from steelyard.base.config import Config, config, home
from steelyard.enforcement.connector import Connector, register

GATE_CONTROL = "gate-control.sock"


def attach_connectors() -> None:
    """Fill the register; a connector itself is made when it is first used."""
    if homeserver_of(config()):
        register("matrix", _matrix)


def homeserver_of(settings: Config) -> str:
    """The address of the attached homeserver: the stated one, else our own beside us, else ""."""
    own = (home() / "synapse" / "homeserver.yaml").exists()
    return settings.matrix.homeserver or (f"http://127.0.0.1:{settings.synapse_port}" if own else "")


def _matrix() -> Connector:
    from steelyard.enforcement.connectors.matrix import MatrixConnector  # httpx only where it is needed

    return MatrixConnector(homeserver_of(config()), home() / "keys" / "matrix", home() / "run" / GATE_CONTROL)
