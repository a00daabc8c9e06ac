"""The operator's settings: one commented file, `steelyard.toml`, with environment variables over it."""

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from steelyard.base.errors import BadInput


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Who can be reached and how. Empty fields are shown as missing, never invented."""

    email: str = ""
    phone: str = ""
    postal: str = ""
    name: str = ""


class OnCall(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    email: str = ""
    phone: str = ""


class Matrix(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach the attached Synapse. Tokens live in files of mode 0600 under the home, not here."""

    homeserver: str = ""
    server_name: str = ""
    announcements: str = ""
    """Alias or id of the operator's own public channel, where the day is posted."""


class TransparencyDatabase(msgspec.Struct, frozen=True, kw_only=True):
    """The Union's database of statements of reasons (DSA Art. 24(5)). Off until the operator is onboarded."""

    mode: Literal["off", "sandbox", "production"] = "off"
    sandbox_url: str = ""
    """Given at onboarding. The token is in keys/transparency-database-<mode>, mode 0600."""
    words: bool = False
    """Send the decider's own words too, scrubbed; otherwise only sentences of our catalogues."""


class Witness(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody outside who cosigns the ledger's checkpoints (c2sp.org/tlog-witness)."""

    url: str
    """The submission prefix: `add-checkpoint` is below it."""
    vkey: str


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    service: str = "Steelyard"
    public_url: str = "http://localhost:8470"
    languages: tuple[str, ...] = ("en", "fr", "ru", "ar", "fa")
    countries: tuple[str, ...] = ()
    """Countries served, ISO 3166-1 alpha-2."""
    established_in: str = ""
    """Country of establishment or of the legal representative; empty means not stated."""
    authorities: Contact = Contact()
    users: Contact = Contact()
    representative: Contact = Contact()
    on_call: tuple[OnCall, ...] = ()
    submissions_per_hour: int = 100
    """Notices and sign-ins that one network address may send in an hour. Orders have no bound."""
    bind: str = "127.0.0.1"
    web_port: int = 8470
    intake_port: int = 8472
    items_port: int = 8473
    """Where any platform sends its items over HTTP, when `steelyard.intake.items` runs."""
    synapse_port: int = 8471
    """Where our own Synapse listens, when one is started beside us (the demo does)."""
    database_url: str = ""
    """Empty: our own PostgreSQL cluster under the home."""
    policy: str = ""
    """A screening policy folder; empty: the starter policy."""
    matrix: Matrix = Matrix()
    transparency_database: TransparencyDatabase = TransparencyDatabase()
    witnesses: tuple[Witness, ...] = ()
    smtp_url: str = ""
    """smtp://user@host:port; empty: letters wait in the outbox and `doctor` says so."""


def home() -> Path:
    """The folder that holds settings, keys, files and (as a user) the database cluster."""
    if named := os.environ.get("STEELYARD_HOME"):
        return Path(named).absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/steelyard/home")
    return Path(os.environ.get("XDG_DATA_HOME", "~/.local/share")).expanduser() / "steelyard"


def read_config(file: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """Read and check a settings file, `environment` over it. Raises BadInput with the place of the fault."""
    try:
        found = tomllib.loads(file.read_text()) if file.exists() else {}
    except tomllib.TOMLDecodeError as fault:
        raise BadInput(f"{file.name} is not valid TOML.", str(fault), "Correct that line.") from fault
    for name in Config.__struct_fields__:
        if (value := environment.get(f"STEELYARD_{name.upper()}")) is not None:
            found[name] = value.split(",") if name in ("languages", "countries") else value
    try:
        return msgspec.convert(found, Config, strict=False)
    except msgspec.ValidationError as fault:
        raise BadInput(f"{file.name} has a setting we cannot use.", str(fault), "Correct it.") from fault


def stated() -> Config:
    """What the operator's file and the environment say, nothing added."""
    return read_config(home() / "steelyard.toml")


@cache
def config() -> Config:
    """The settings in force for this process: without a stated database, our own cluster's address."""
    found = stated()
    own = home() / "keys" / "database-url"
    if not found.database_url and own.exists():
        return msgspec.structs.replace(found, database_url=own.read_text())
    return found
