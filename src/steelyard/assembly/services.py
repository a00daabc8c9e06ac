"""The processes of one house, in the order they start. Standard library only: the supervisor stays small."""

import os
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


def at_once() -> bool:
    return True


@dataclass(frozen=True)
class Service:
    """One process that the supervisor keeps running."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] | None = None
    """Exactly this environment; None: the house's own, which names the database."""
    cwd: Path | None = None
    ready: Callable[[], bool] = at_once
    """Answers whether the process does its work; asked until it says yes."""
    ports: Mapping[str, int] = field(default_factory=dict)
    """Ports it will listen on, each under the name of the setting that changes it."""
    needs_database: bool = True
    """False: it starts while the database is still being prepared."""
    beat: Path | None = None
    """A file it touches every few seconds; when that stops, it hangs and is started again."""


def module(name: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name)


def answers(address: tuple[str, int]) -> Callable[[], bool]:
    """Somebody accepts a connection there."""

    def ready() -> bool:
        try:
            socket.create_connection(address, timeout=0.5).close()
        except OSError:
            return False
        return True

    return ready


def listens(path: Path) -> Callable[[], bool]:
    """Somebody accepts a connection at that Unix socket."""

    def ready() -> bool:
        with socket.socket(socket.AF_UNIX) as caller:
            caller.settimeout(0.5)
            try:
                caller.connect(os.fspath(path))
            except OSError:
                return False
        return True

    return ready


def beats(file: Path) -> Callable[[], bool]:
    return file.exists


def items_service(port: int) -> Service:
    """The generic door, for a house with a platform attached to it."""
    return Service(
        "items",
        module("steelyard.intake.items"),
        ready=answers(("127.0.0.1", port)),
        ports={"items_port": port},
    )


def telegram_service(home: Path) -> Service:
    """The bot, for a house that has its token."""
    return Service(
        "telegram",
        module("steelyard.enforcement.connectors.telegram.bot"),
        ready=listens(home / "run" / "telegram.sock"),
    )


def own_services(home: Path, bind: str, web_port: int, intake_port: int) -> list[Service]:
    """Ours, lowest first: who signs, who works in the background, who hears the platform, who shows pages."""
    run = home / "run"
    door = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)  # noqa: S104 - compared, not bound
    return [
        Service("signer", module("steelyard.ledger.signer"), ready=listens(run / "signer.sock")),
        Service(
            "worker",
            module("steelyard.assembly.worker"),
            ready=beats(run / "worker.beat"),
            beat=run / "worker.beat",
        ),
        Service(
            "intake",
            module("steelyard.intake"),
            ready=listens(run / "gate.sock"),  # its port is open before the policy is compiled
            ports={"intake_port": intake_port},
        ),
        Service(
            "web",
            module("steelyard.assembly.web"),
            ready=answers((door, web_port)),
            ports={"web_port": web_port},
        ),
    ]
