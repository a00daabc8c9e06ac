"""The operator's settings: one commented file, `steelyard.toml`, with environment variables over it."""

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date
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
    public_homeserver: str = ""
    """Where browsers reach it, when that is another address than ours (https://matrix.example.org)."""
    server_name: str = ""
    verified_reports: bool = False
    """Whether a reporter may show us one message of an encrypted chat, with proof (docs/verified-reports.md).

    Experimental: off until a cryptographer outside has reviewed it.
    """
    country_database: str = ""
    """A CSV file of address ranges, `first,last,country`: by it newcomers from a country can be refused.

    Empty: nobody here can tell a country, and everything that needs it says so.
    """
    announcements: str = ""
    """Alias or id of the operator's own public channel, where the day is posted."""
    watched_lists: tuple[str, ...] = ()
    """Rooms of policy lists that others keep: whom a line names here is put before a person; nothing else follows."""


class ChannelModerators(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A bot that channels' owners invite, and which reports their own moderators see first. Off by default."""

    bot: bool = False
    harms: tuple[str, ...] = ()
    """Of the rulebook; what `house.channel_moderators` excludes goes to the desk at once whatever stands here."""
    highest_severity: int = 2
    """1 to 4: nothing graver is handed to a channel's moderators."""

    def __post_init__(self) -> None:
        if self.harms and not self.bot:
            raise ValueError("reports reach a channel's moderators through the bot: set bot = true")


class Telegram(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Our bot on Telegram; it runs when keys/telegram/token is there (`steelyard telegram`)."""

    announcements: str = ""
    """@name or number of the operator's own channel, where the day is posted."""
    workroom: int = 0
    """Number of the moderators' own group: it is told what only a person can delete, and lets the bot look up posts."""
    rules_delete: bool = False
    """Whether a rule alone may delete a post. Telegram cannot hide, so without this a person decides first."""
    webhook: str = ""
    """Public https address that Telegram pushes to; empty: the bot asks for what is new."""
    webhook_port: int = 8474
    api: str = ""
    """Address of a Bot API server of one's own; empty: Telegram's."""


class Mailroom(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The inbound mail door. Off until an address is listed."""

    smtp: str = ""
    """host:port that mail servers deliver to; empty: no SMTP door."""
    lmtp: str = ""
    """host:port for a mail server of our own in front; empty: no LMTP door."""
    addresses: dict[str, Literal["authorities", "users", "hotline", "emergency", "press"]] = {}
    """Each address of ours and whom it is for. The first is the one that our letters ask to answer to."""
    largest: int = 25_000_000
    """Bytes of one message."""
    per_minute: int = 120
    """Messages that one sending network may hand in within a minute; more are put off, not refused."""
    dns: bool = True
    """Ask the DNS for SPF, DKIM and DMARC; without it their results read: not checked."""
    name_server: str = ""
    """host:port of the resolver that is asked, a validating one of your own at best; empty: the machine's."""


class TransparencyDatabase(msgspec.Struct, frozen=True, kw_only=True):
    """The Union's database of statements of reasons (DSA Art. 24(5)). Off until the operator is onboarded."""

    mode: Literal["off", "sandbox", "production"] = "off"
    sandbox_url: str = ""
    """Given at onboarding. The token is in keys/transparency-database-<mode>, mode 0600."""
    words: bool = False
    """Send the decider's own words too, scrubbed; otherwise only sentences of our catalogues."""


class Translation(msgspec.Struct, frozen=True, kw_only=True):
    """Who translates posts for readers of the messenger. Off until an address is stated.

    The words go there when a reader asks, never by themselves. A key lies in keys/translation, mode 0600.
    """

    kind: Literal["libretranslate"] = "libretranslate"
    url: str = ""
    per_hour: int = 300
    """Texts that one network address may have translated in an hour."""


class Witness(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody outside who cosigns the ledger's checkpoints (c2sp.org/tlog-witness)."""

    url: str
    """The submission prefix: `add-checkpoint` is below it."""
    vkey: str


class Platform(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A platform at the generic door, and what it does when our messages reach `callback`.

    The secret that signs them is in keys/platforms/<name>, mode 0600.
    """

    name: str
    """Its connector's name: small letters, digits and “_”."""
    title: str = ""
    callback: str = ""
    """Where measures are carried out and questions answered."""
    operations: tuple[str, ...] = ("contain_item", "restore_item")
    reads_back: bool = False
    """It answers what an ordinary member sees; otherwise its receipts are believed."""
    limits_by_country: bool = False
    """It can hide a post in some countries alone: `contain_item` with `params.countries`."""
    sees: tuple[str, ...] = ("item",)
    """Of what it answers that: item, channel, account, media."""
    ends_itself: tuple[str, ...] = ()
    """Operations that it ends by itself when their time is over; the others we end."""
    links: str = ""
    """The shape of its links, with {id}: https://board.example/p/{id}"""
    media: str = ""
    """The only address below which its files are fetched."""

    def __post_init__(self) -> None:
        if not re.fullmatch("[a-z][a-z0-9_]{0,38}", self.name) or self.name in ("matrix", "telegram", "mail"):
            raise ValueError(
                "a platform's name has small letters, digits and “_”, and is neither “matrix” nor “telegram”"
            )
        if self.callback and not self.callback.startswith(("https://", "http://")):
            raise ValueError("a platform's callback begins with https:// or http://")


class Classifier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody's classifier over HTTP. Its key, if it needs one, is in keys/classifiers/<name>."""

    name: str
    url: str
    budget_ms: int = 100
    """Milliseconds that a batch waits for it."""


class LegalBasis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why posts of a surface that is not public may be read by machine. Without one they are not."""

    surface: str
    basis: str
    """The article, or the consent: shown to whoever asks why."""


class Sample(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Posts kept sealed so that a changed policy can be tried on them. Off until the operator switches it on."""

    share: float = 0.0
    """Of all posts, 0 to 1; 0.001 is one in a thousand."""
    days: int = 7
    """After these the day's key is destroyed, and with it every copy."""

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1 or not 1 <= self.days <= 90:  # noqa: PLR2004 - a quarter is no sample
            raise ValueError("a sample's share is from 0 to 1, and it is kept 1 to 90 days")


class Stream(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What carries found items from the doors to whoever acts on them."""

    nats: tuple[str, ...] = ()
    """Addresses of a NATS cluster with JetStream; empty: rows in our own database."""
    replicas: int = 3
    credentials: str = ""
    """A NATS credentials file."""


class Recipients(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many people use the service, for figures per million. Countries that are not listed are unknown."""

    counted: date | None = None
    """The day of the count"""
    by_country: dict[str, int] = {}


class AbuseImagery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long the operator's own law has images of the abuse of children kept. Until it is stated, all is kept."""

    kept_for: str = ""
    """An ISO 8601 period, for example P1Y, counted from the day they were put away; then their keys are destroyed."""
    source: str = ""
    """The law that says so, with its article: whoever reads a case sees it."""

    def __post_init__(self) -> None:
        if bool(self.kept_for) != bool(self.source.strip()):
            raise ValueError("abuse imagery is kept for a period that a law names: state both, or neither")
        if self.kept_for and not re.fullmatch(r"P(?=\d)(\d+Y)?(\d+M)?(\d+D)?", self.kept_for):
            raise ValueError("the period in which abuse imagery is kept reads like P1Y, P6M or P90D")


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    service: str = "Steelyard"
    public_url: str = "http://localhost:8470"
    languages: tuple[str, ...] = ("en", "fr", "ru", "ar", "fa")
    countries: tuple[str, ...] = ()
    """Countries served, ISO 3166-1 alpha-2."""
    recipients: Recipients = Recipients()
    established_in: str = ""
    """Country of establishment or of the legal representative; empty means not stated."""
    authorities: Contact = Contact()
    users: Contact = Contact()
    representative: Contact = Contact()
    terrorist_content: Contact = Contact()
    e_evidence: Contact = Contact()
    data_protection: Contact = Contact()
    security: Contact = Contact()
    """Who hears about weaknesses of the service itself (RFC 9116)."""
    on_call: tuple[OnCall, ...] = ()
    webhooks_inside: bool = False
    """Webhooks may go to this machine and to private networks, and over plain http: for trying them out."""
    submissions_per_hour: int = 100
    """Notices and sign-ins that one network address may send in an hour. Orders have no bound."""
    view_counts: bool = True
    """Whether about how often a post of a public channel was opened is counted and shown. Nobody's reading is kept."""
    bind: str = "127.0.0.1"
    web_port: int = 8470
    intake_port: int = 8472
    items_port: int = 8473
    """Where any platform sends its items over HTTP, when `steelyard.intake.items` runs."""
    synapse_port: int = 8471
    """Where our own Synapse listens, when one is started beside us (the demo does)."""
    database_url: str = ""
    """Empty: our own PostgreSQL cluster under the home."""
    fast: bool = False
    """Screen by compiled code where Numba is installed: several times as fast, for 150 MB in each process."""
    policy: str = ""
    """A screening policy folder; empty: the starter policy."""
    matrix: Matrix = Matrix()
    channel_moderators: ChannelModerators = ChannelModerators()
    telegram: Telegram = Telegram()
    transparency_database: TransparencyDatabase = TransparencyDatabase()
    translation: Translation = Translation()
    witnesses: tuple[Witness, ...] = ()
    platforms: tuple[Platform, ...] = ()
    """Platforms at the generic door; the door runs when there is one."""
    stream: Stream = Stream()
    sample: Sample = Sample()
    abuse_imagery: AbuseImagery = AbuseImagery()
    classifiers: tuple[Classifier, ...] = ()
    legal_bases: tuple[LegalBasis, ...] = ()
    """For surfaces that are not public. End-to-end encrypted ones have none and never get one."""
    mailroom: Mailroom = Mailroom()
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
