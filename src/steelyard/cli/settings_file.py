"""The one settings file: questions, checks, and a text whose comments explain each line."""

import json
import re
from collections.abc import Callable, Mapping

import msgspec

from steelyard.base.config import (
    Config,
    Contact,
    OnCall,
    Witness,
)
from steelyard.base.errors import BadInput

QUESTIONS = {
    "service": "Name of the service",
    "public_url": "Address at which the public reaches Steelyard",
    "languages": "Languages of the public pages (en,fr,ru,ar,fa)",
    "countries": "Countries served, two letters each (DE,FR)",
    "established_in": "Country of establishment or of the legal representative",
    "authorities_email": "E-mail address for authorities",
    "authorities_phone": "Telephone for emergencies from authorities",
    "users_email": "E-mail address for users",
    "on_call": "Who is on call (Name, e-mail, telephone; the next one)",
}
KNOWN_LANGUAGES = ("en", "fr", "ru", "ar", "fa")


def answers(
    before: Config, given: Mapping[str, str | None], *, ask: Callable[[str, str], str] | None
) -> Config:
    """The settings with what was given, or answered, in place of what was. Raises BadInput."""
    flat = _flat(before)
    for name, question in QUESTIONS.items():
        value = given[name]
        if value is None and ask:
            value = ask(question, flat[name])
        flat[name] = flat[name] if value is None else value.strip()
    return _checked(before, flat)


def _flat(config: Config) -> dict[str, str]:
    return {
        "service": config.service,
        "public_url": config.public_url,
        "languages": ",".join(config.languages),
        "countries": ",".join(config.countries),
        "established_in": config.established_in,
        "authorities_email": config.authorities.email,
        "authorities_phone": config.authorities.phone,
        "users_email": config.users.email,
        "on_call": "; ".join(", ".join(filter(None, (p.name, p.email, p.phone))) for p in config.on_call),
    }


def _checked(before: Config, flat: Mapping[str, str]) -> Config:
    countries = _list(flat["countries"].upper())
    languages = _list(flat["languages"].lower())
    established = flat["established_in"].upper()
    for country in (*countries, *filter(None, [established])):
        if not re.fullmatch("[A-Z]{2}", country):
            raise BadInput(
                f"“{country}” is not a country.", "", "Use two letters, as in DE.", field="countries"
            )
    if unknown := [language for language in languages if language not in KNOWN_LANGUAGES]:
        raise BadInput(
            f"There is no catalogue for {', '.join(unknown)}.",
            "",
            f"Choose from {', '.join(KNOWN_LANGUAGES)}.",
            field="languages",
        )
    if not re.fullmatch(r"https?://[^/\s]+/?", flat["public_url"]):
        raise BadInput(
            f"“{flat['public_url']}” is not an address we can use.",
            "",
            "Give scheme and host, as in https://safety.example.org",
            field="public_url",
        )
    if not flat["service"]:
        raise BadInput("The service needs a name.", "", "Give it with --service.", field="service")
    return msgspec.structs.replace(
        before,
        service=flat["service"],
        public_url=flat["public_url"].rstrip("/"),
        languages=languages or ("en",),
        countries=countries,
        established_in=established,
        authorities=msgspec.structs.replace(
            before.authorities, email=_email(flat["authorities_email"]), phone=flat["authorities_phone"]
        ),
        users=msgspec.structs.replace(before.users, email=_email(flat["users_email"])),
        on_call=tuple(_on_call(part) for part in flat["on_call"].split(";") if part.strip()),
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, re.split(r"[,\s]+", text))))


def _email(text: str) -> str:
    if text and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise BadInput(f"“{text}” is not an e-mail address.", "", "Correct it, or leave it empty.")
    return text


def _on_call(text: str) -> OnCall:
    """“Ada, ada@example.org, +49 30 1” in any order after the name."""
    name, *rest = (part.strip() for part in text.split(","))
    email = next((part for part in rest if "@" in part), "")
    phone = next((part for part in rest if part and "@" not in part), "")
    return OnCall(name=name, email=_email(email), phone=phone)


def text_of(config: Config) -> str:
    """The whole file. Every setting is there; an environment variable STEELYARD_<NAME> goes over each."""
    c, s = config, json.dumps
    return "\n".join(
        [
            "# Steelyard's settings. STEELYARD_<NAME> in the environment goes over a line of the first part.",
            "# What is empty is shown as “not stated”; `steelyard doctor` lists it. Then start again.",
            "",
            f"service = {_s(c.service)}",
            "# Where the public reaches it. With https://, cookies are sent over TLS only.",
            f"public_url = {_s(c.public_url)}",
            f"languages = {s(c.languages)}",
            "# Countries served, ISO 3166-1 alpha-2: which law and which contact points are shown.",
            f"countries = {s(c.countries)}",
            "# Country of establishment or of the legal representative.",
            f"established_in = {_s(c.established_in)}",
            "",
            "# Notices and sign-ins that one network address may send in an hour. Orders have no bound.",
            f"submissions_per_hour = {c.submissions_per_hour}",
            "# About how often posts of public channels are opened is counted and shown; by whom is known to nobody.",
            f"view_counts = {s(c.view_counts)}",
            "# Nothing listens beyond this machine unless you change this. Put a proxy with TLS in front.",
            f"bind = {_s(c.bind)}",
            f"web_port = {c.web_port}",
            f"intake_port = {c.intake_port}",
            f"items_port = {c.items_port}",
            f"synapse_port = {c.synapse_port}",
            "# Empty: a PostgreSQL of our own. Otherwise postgresql://user:password@host/database",
            f"database_url = {_s(c.database_url)}",
            "# A folder with a screening policy; empty: the starter policy.",
            f"policy = {_s(c.policy)}",
            "# Screen by compiled code (pip install steelyard[fast]), for 150 MB of memory in each process.",
            f"fast = {s(c.fast)}",
            "# Partners' webhooks may go to this machine and over plain http: only to try them out.",
            f"webhooks_inside = {s(c.webhooks_inside)}",
            "# smtp://user@host:port; empty: letters wait in the outbox.",
            f"smtp_url = {_s(c.smtp_url)}",
            "",
            "# Single point of contact for authorities (Digital Services Act, Article 11).",
            *_contact("authorities", c.authorities),
            "# Single point of contact for users (Article 12).",
            *_contact("users", c.users),
            "# Legal representative in the Union (Article 13).",
            *_contact("representative", c.representative),
            "# Who takes removal orders for terrorist content (Regulation (EU) 2021/784, Article 15).",
            *_contact("terrorist_content", c.terrorist_content),
            "# Designated establishment or representative for electronic evidence (Directive (EU) 2023/1544).",
            *_contact("e_evidence", c.e_evidence),
            "# Data protection officer or representative (Regulation (EU) 2016/679, Articles 27 and 37).",
            *_contact("data_protection", c.data_protection),
            "# Who hears about weaknesses of the service itself; published as /.well-known/security.txt.",
            *_contact("security", c.security),
            "# The attached Matrix server. Tokens are in files of mode 0600 under keys/, not here.",
            "[matrix]",
            *(f"{name} = {_s(getattr(c.matrix, name))}" for name in c.matrix.__struct_fields__),
            "",
            "# Moderators in the room (docs/connect-matrix.md): whether our bot listens, and of which harms",
            "# a channel’s own moderators see reports first; nothing graver than highest_severity (1 to 4).",
            "[channel_moderators]",
            *_values(c.channel_moderators),
            "",
            "# How long your law has images of the abuse of children kept (kept_for: P1Y), by which law (source).",
            "# While both are empty, all is kept.",
            "[abuse_imagery]",
            *_values(c.abuse_imagery),
            "",
            "# Our bot on Telegram, attached by `steelyard telegram`; its token lies in keys/telegram, mode 0600.",
            "# announcements: @name of the channel for the day. workroom: number of the moderators' own group.",
            "# rules_delete: a rule alone may delete there, which cannot be undone. webhook: empty asks instead.",
            "[telegram]",
            *_values(c.telegram),
            "",
            "# Who translates posts for readers of the messenger, when they ask: an address of LibreTranslate.",
            "# A key, when it wants one, lies in keys/translation, mode 0600.",
            "[translation]",
            f"kind = {_s(c.translation.kind)}",
            f"url = {_s(c.translation.url)}",
            f"per_hour = {c.translation.per_hour}",
            "",
            "# The mail door: where it listens (host:port), and each address of ours with whom it is for.",
            "[mailroom]",
            *_values(c.mailroom, but="addresses"),
            "[mailroom.addresses]",
            *(f"{_s(address)} = {_s(role)}" for address, role in c.mailroom.addresses.items()),
            "",
            "# The Union's database of statements of reasons: off, sandbox or production.",
            "# The token lies in keys/transparency-database-<mode>, mode 0600. words: also the decider's, scrubbed.",
            "[transparency_database]",
            f"mode = {_s(c.transparency_database.mode)}",
            f"sandbox_url = {_s(c.transparency_database.sandbox_url)}",
            f"words = {s(c.transparency_database.words)}",
            "",
            "# People who use the service, by country (FR = 1200000), and the day of the count (counted = 2026-08-31):",
            "# for figures per million users. What is not stated is shown as unknown.",
            "[recipients]",
            *([f"counted = {c.recipients.counted.isoformat()}"] if c.recipients.counted else []),
            "[recipients.by_country]",
            *(f"{_s(country)} = {users}" for country, users in c.recipients.by_country.items()),
            "",
            "# Who is called, in this order.",
            *(line for person in c.on_call for line in ("[[on_call]]", *_fields(person), "")),
            "# Who cosigns the ledger's checkpoints (c2sp.org/tlog-witness).",
            *(line for one in c.witnesses for line in ("[[witnesses]]", *_fields(one), "")),
            "# Platforms at the generic door, one [[platforms]] each (docs/send-items.md). It runs when there is one.",
            *(line for one in c.platforms for line in ("[[platforms]]", *_values(one), "")),
            "# Classifiers that signals of the policy may ask over HTTP, one [[classifiers]] each.",
            *(line for one in c.classifiers for line in ("[[classifiers]]", *_values(one), "")),
            "# Why posts of a surface that is not public may be read by machine, one [[legal_bases]] each.",
            *(line for one in c.legal_bases for line in ("[[legal_bases]]", *_values(one), "")),
            "# Posts kept sealed, without author or id, to try a changed policy on: share (0 is off) and days.",
            "[sample]",
            *_values(c.sample),
            "# What carries found items to whoever acts on them: rows in the database, or a NATS cluster.",
            "[stream]",
            *_values(c.stream),
        ]
    ).rstrip("\n") + "\n"  # fmt: skip


def _s(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False)


def _fields(part: Contact | OnCall | Witness) -> list[str]:
    return [f"{name} = {_s(getattr(part, name))}" for name in part.__struct_fields__]


def _values(part: msgspec.Struct, *, but: str = "") -> list[str]:
    """Fields that are not all text: JSON's lists, numbers and truths are TOML's."""
    names = [name for name in part.__struct_fields__ if name != but]
    return [f"{name} = {json.dumps(getattr(part, name))}" for name in names]


def _contact(name: str, contact: Contact) -> list[str]:
    return [f"[{name}]", *_fields(contact), ""]
