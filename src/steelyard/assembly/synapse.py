"""A Synapse homeserver of our own, on this machine only: its files, its secrets, how to start it.

Everything here may be interrupted at any point: each file is written whole or not at all, secrets are made
once, and what can be derived is written again at every start.
"""

import base64
import os
import secrets
import urllib.request
from http import HTTPStatus
from pathlib import Path

import yaml

from steelyard.assembly.services import Service
from steelyard.base.config import Config
from steelyard.base.errors import Broken
from steelyard.base.files import write_private

PORT = 8471
SERVER_NAME = "localhost"
HOMESERVER = f"http://127.0.0.1:{PORT}"
OPERATOR, NOTICES, PROBE, SELFTEST = "steelyard", "notices", "steelyard-probe", "steelyard-selftest"
BOT = "steelyard-moderator"
LONGEST_SOCKET = 100  # a Unix socket's path holds 107 bytes

CHECKOUT = Path(__file__).resolve().parents[3]
OFTEN = {"per_second": 10_000, "burst_count": 10_000}


def prepare(home: Path, config: Config, *, port: int = PORT, extra_modules: tuple[str, ...] = ()) -> Service:
    """Write what Synapse reads and say how to start it. Raises Broken when Synapse is not installed.

    `extra_modules` are further Synapse modules by dotted name, for an operator's own and for tests.
    """
    folder = home / "synapse"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / "run").mkdir(exist_ok=True, mode=0o700)
    socket = home / "run" / "gate.sock"
    if len(str(socket)) > LONGEST_SOCKET:
        raise Broken(
            "The path of the data folder is too long for a socket.",
            f"{socket} has {len(str(socket))} characters, at most {LONGEST_SOCKET} fit.",
            "Set STEELYARD_HOME to a shorter path.",
        )
    keys = secrets_of(home)
    _write_yaml(folder / "log.yaml", _logging(folder))
    _write_yaml(folder / "registration.yaml", _registration(config, keys))
    _write_yaml(folder / "homeserver.yaml", _homeserver(home, config, port, extra_modules))
    return Service(
        name="synapse",
        argv=[str(interpreter()), "-m", "synapse.app.homeserver", "-c", str(folder / "homeserver.yaml")],
        env=_environment(),
        cwd=folder,
        ready=lambda: _healthy(port),
    )


def interpreter() -> Path:
    """The Python of Synapse's own environment."""
    named = os.environ.get("STEELYARD_SYNAPSE_PYTHON")
    for place in (Path(named) if named else None, CHECKOUT / ".venv-synapse" / "bin" / "python"):
        if place and place.exists():
            return place
    raise Broken(
        "Synapse is not installed.",
        f"There is no {CHECKOUT / '.venv-synapse'} and STEELYARD_SYNAPSE_PYTHON names none.",
        "Run `make setup`, or install matrix-synapse and set STEELYARD_SYNAPSE_PYTHON to its interpreter.",
    )


def secrets_of(home: Path) -> dict[str, Path]:
    """The secrets shared with Synapse, each in its own file of mode 0600, made on first use."""
    folder = home / "keys" / "matrix"
    for part in (folder.parent, folder):
        part.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = {}
    for name in (
        "hs-token",
        "as-token",
        "ops-token",
        "registration-secret",
        "macaroon-secret",
        "form-secret",
    ):
        made[name] = folder / name
        if not made[name].exists():
            write_private(made[name], secrets.token_urlsafe(48).encode())
    made["signing-key"] = folder / "signing-key"
    if not made["signing-key"].exists():
        seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        write_private(made["signing-key"], f"ed25519 a_{secrets.token_hex(2)} {seed}\n".encode())
    return made


def _environment() -> dict[str, str]:
    """Only what Synapse needs; our own environment may hold secrets."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ", "TMPDIR") if name in os.environ}
    module = CHECKOUT / "integrations" / "synapse"
    more = [str(module)] if module.exists() else []
    return {**kept, "PYTHONPATH": os.pathsep.join(more), "PYTHONUNBUFFERED": "1"}


def _write_yaml(file: Path, content: object) -> None:
    wanted = yaml.safe_dump(content, sort_keys=False, allow_unicode=True).encode()
    if not file.exists() or file.read_bytes() != wanted:
        write_private(file, wanted)


def _registration(config: Config, keys: dict[str, Path]) -> dict[str, object]:
    """The application service: every local account's public posts, exclusively none of them."""
    return {
        "id": "steelyard",
        "url": f"http://127.0.0.1:{config.intake_port}",
        "hs_token": keys["hs-token"].read_text(),
        "as_token": keys["as-token"].read_text(),
        "sender_localpart": "steelyard-stream",
        "rate_limited": False,
        "namespaces": {"users": [{"regex": "@.*", "exclusive": False}], "rooms": [], "aliases": []},
    }


def _homeserver(home: Path, config: Config, port: int, extra: tuple[str, ...]) -> dict[str, object]:
    folder, keys = home / "synapse", home / "keys" / "matrix"
    return {
        "server_name": (server := config.matrix.server_name or SERVER_NAME),
        "public_baseurl": f"http://localhost:{port}/",
        "pid_file": str(folder / "synapse.pid"),
        "listeners": [
            {
                "port": port, "type": "http", "bind_addresses": ["127.0.0.1"], "x_forwarded": False,
                "resources": [{"names": ["client"], "compress": False}],
            }
        ],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "log_config": str(folder / "log.yaml"),
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(keys / "signing-key"),
        "registration_shared_secret_path": str(keys / "registration-secret"),
        "macaroon_secret_key_path": str(keys / "macaroon-secret"),
        "form_secret_path": str(keys / "form-secret"),
        "enable_registration": False,
        "report_stats": False,
        "suppress_key_server_warning": True,
        "trusted_key_servers": [],
        "federation_domain_whitelist": [],
        "presence": {"enabled": False},
        # A device that asks the same again must not be shown, for two minutes, a post hidden in between.
        "caches": {"sync_response_cache_duration": "0s"},
        "room_list_publication_rules": [{"action": "allow"}],
        "server_notices": {
            "system_mxid_localpart": NOTICES,
            "system_mxid_display_name": "Notices",
            "room_name": "Notices",
            "auto_join": True,
        },
        "app_service_config_files": [str(folder / "registration.yaml")],
        "modules": [
            {
                "module": "steelyard_synapse.SteelyardModule",
                "config": {
                    "token_file": str(keys / "ops-token"),
                    "gate_socket": str(home / "run" / "gate.sock"),
                    "exempt": [f"@{name}:{server}" for name in (OPERATOR, NOTICES, BOT)],
                    **({"country_database": countries} if (countries := config.matrix.country_database) else {}),
                },
            },
            *({"module": name, "config": {}} for name in extra),
        ],
        **_limits(),
    }  # fmt: skip


def _limits() -> dict[str, object]:
    """People on this one machine share an address, so only guessing at passwords stays limited."""
    return {
        "rc_message": OFTEN,
        "rc_registration": OFTEN,
        "rc_login": {"address": OFTEN, "account": OFTEN},
        "rc_joins": {"local": OFTEN, "remote": OFTEN},
        "rc_joins_per_room": OFTEN,
        "rc_invites": {"per_room": OFTEN, "per_user": OFTEN, "per_issuer": OFTEN},
        "rc_admin_redaction": OFTEN,
        "rc_reports": OFTEN,
        "rc_room_creation": OFTEN,
    }


def _logging(folder: Path) -> dict[str, object]:
    """Warnings only: Synapse's more talkative levels may quote what people wrote."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {
            "file": {
                "class": "logging.handlers.RotatingFileHandler", "formatter": "line", "encoding": "utf-8",
                "filename": str(folder / "log"), "maxBytes": 10_000_000, "backupCount": 2,
            }
        },
        "root": {"level": "WARNING", "handlers": ["file"]},
    }  # fmt: skip


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False
