"""Where to send what: one directory, drawn up from the operator's settings and the rulebook, never typed twice.

The public page, the machine-readable file and `steelyard doctor` all read it. What the operator has not stated is
missing in it and shown as missing.
"""

from collections.abc import Mapping

import msgspec
import rfc8785

from steelyard.base.clock import now
from steelyard.base.config import Contact, config
from steelyard.letters.publications import Published, publish
from steelyard.orders.verification.needs import needed
from steelyard.rulebook.law import Law, law_on
from steelyard.rulebook.shapes import Fact, Instrument

NAME = "legal-requests"
FORMAT = "steelyard-legal-requests/v1"


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A contact point, the law that asks for it, and what the operator has stated."""

    id: str
    law: str
    law_status: str
    """verified, secondary, memory, or house (the service's own promise)"""
    owed: bool
    """Whether the duty holds for this operator, as far as the settings say."""
    contact: Contact
    languages: tuple[str, ...] = ()
    """Languages accepted, ISO 639-1, where they have to be public."""
    missing: tuple[str, ...] = ()


class Element(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    article: str
    status: str


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """An instrument, how soon it is answered, and what has to be in it."""

    instrument: str
    names: Mapping[str, str]
    kind: str
    law: str
    law_status: str
    open_to: str
    """A group of States (see `groups`), one country, or empty: any State"""
    answered_within: str
    """ISO 8601 duration, or words of the law"""
    clock_law: str
    clock_status: str
    needed: tuple[Element, ...]
    issuers: tuple[str, ...]
    rung: int
    """Where the sender has to stand on the ladder (see `rungs`) before anything is done"""
    called_back: bool
    """A person calls the authority back in any case, and another one releases"""


class Data(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    names: Mapping[str, str]
    law: str


class Directory(msgspec.Struct, frozen=True, kw_only=True):
    """Everything somebody needs who has to write to this service. Field by field in the JSON Schema beside it."""

    format: str
    service: str
    address: str
    established_in: str
    """ISO 3166-1 alpha-2; empty: not stated"""
    countries: tuple[str, ...]
    """Countries served; empty: not stated"""
    page_languages: tuple[str, ...]
    forms: Mapping[str, str]
    """Addresses of the public forms: order, notice, receipt check"""
    points: tuple[Point, ...]
    groups: Mapping[str, tuple[str, ...]]
    rungs: tuple[Mapping[str, str], ...]
    """How it is found out who sends, from nobody has checked upwards; by language"""
    ways: tuple[Way, ...]
    held: tuple[Data, ...]
    not_held: tuple[Data, ...]
    never_given: tuple[Data, ...]


def directory() -> Directory:
    """The directory as the settings and the law of today make it."""
    settings, law = config(), law_on(now().date())
    root = settings.public_url.rstrip("/")
    language = settings.languages[0]
    used = {one.version.sent_from for one in law.instruments.values()} - {""}
    return Directory(
        format=FORMAT,
        service=settings.service,
        address=root,
        established_in=settings.established_in,
        countries=settings.countries,
        page_languages=settings.languages,
        forms={
            "order": f"{root}/{language}/order",
            "notice": f"{root}/{language}/notice",
            "check_receipt": f"{root}/{language}/receipt/verify",
        },
        points=points(law),
        groups={name: law.members(name) for name in sorted(used)},
        rungs=law.ladder.rungs if law.ladder else (),
        ways=tuple(way(law, one) for one in law.instruments.values()),
        held=tuple(_data(one) for one in law.data.values() if one.held),
        not_held=tuple(_data(one) for one in law.data.values() if not one.held),
        never_given=tuple(_data(one) for one in law.red_lines.values()),
    )


def points(law: Law) -> tuple[Point, ...]:
    """Every contact point of the law in force, in the order of its file, and the one that we promise."""
    names = [name for name in law.facts if name.startswith("contact_points.")]
    return tuple(_point(law.facts[name], law) for name in [*names, "house.emergency_line"])


def _point(duty: Fact, law: Law) -> Point:
    settings, id_ = config(), duty.name.partition(".")[2].removesuffix("_line")
    contact = Contact(phone=settings.authorities.phone) if id_ == "emergency" else getattr(settings, id_)
    asked: list[str] = duty.value["needs"]
    return Point(
        id=id_,
        law=duty.source,
        law_status=duty.status,
        owed=_owed(duty.value["when"], law),
        contact=contact,
        languages=tuple(law.fact("house.desk_languages").value) if duty.value["languages"] else (),
        missing=tuple(need for need in asked if not getattr(contact, need)),
    )


def _owed(when: str, law: Law) -> bool:
    """An operator who has not stated whom it serves is told of every duty."""
    settings, union = config(), set(law.members("eu"))
    if when == "always":
        return True
    served = not settings.countries or bool(union & set(settings.countries))
    return served and (when == "union" or settings.established_in not in union)


def way(law: Law, one: Instrument) -> Way:
    """How an instrument is sent here."""
    clock = law.fact(one.clock)
    known = needed(law, instrument=one.id, kind=one.version.kind, data=(), emergency="")
    return Way(
        instrument=one.id,
        names=one.names,
        kind=one.version.kind,
        law=one.source,
        law_status=one.status,
        open_to=one.version.sent_from or one.version.only_country,
        answered_within=str(clock.value),
        clock_law=clock.source,
        clock_status=clock.status,
        needed=tuple(Element(id=each.id, article=each.article, status=each.status) for each in one.elements),
        issuers=tuple(dict.fromkeys(who for row in one.version.issuers for who in row.who)),
        rung=known.level,
        called_back=known.call_back,
    )


def _data(one: object) -> Data:
    found = msgspec.to_builtins(one)
    return Data(id=found["id"], names=found["names"], law=found["source"])


def as_json(found: Directory) -> bytes:
    """The file under /.well-known/: canonical JSON (RFC 8785), so that its signature is over one spelling."""
    return rfc8785.dumps(msgspec.to_builtins(found))


def schema() -> dict[str, object]:
    """JSON Schema (2020-12) of that file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{config().public_url.rstrip('/')}/.well-known/legal-requests.schema.json",
        "title": "Where to send legal requests",
        **msgspec.json.schema(Directory),
    }


def publish_directory() -> Published | None:
    """Sign and keep the directory when it differs from the last one. None: nothing has changed."""
    return publish(NAME, as_json(directory()))


def contact_points(found: Directory) -> dict[str, object]:
    """The same as schema.org's ContactPoint (JSON-LD), for search engines."""
    return {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": found.service,
        "url": found.address,
        "contactPoint": [
            {
                "@type": "ContactPoint",
                "contactType": point.id.replace("_", " "),
                **{
                    key: value
                    for key, value in (
                        ("name", point.contact.name), ("email", point.contact.email),
                        ("telephone", point.contact.phone), ("availableLanguage", list(point.languages)),
                    )
                    if value
                },
            }
            for point in found.points
            if point.contact.email or point.contact.phone
        ],
    }  # fmt: skip
