"""What a door hands to the desk: one order, as it was sent. Nothing in it is proven by being here."""

from datetime import date
from typing import Literal

import msgspec

Measure = Literal["", "restrict", "disclose", "preserve"]


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """What an order states about itself, at the door and where it is weighed. What it does not say stays empty."""

    instrument: str
    country: str
    """Country of the issuing authority, ISO 3166-1 alpha-2, as claimed."""
    authority: str = ""
    reference: str = ""
    targets: tuple[str, ...] = ()
    harm: str = "other"
    measure: Measure = ""
    """Empty: as the instrument says; where it leaves that open, data make it a disclosure."""
    demand: str = ""
    """What is to be done, in the order's own words."""
    legal_basis: str = ""
    reasons: str = ""
    redress: str = ""
    wider_ground: str = ""
    """Why it has to apply beyond the issuing State, where the order says so."""
    union_law: bool = False
    """Whether what makes the content illegal is Union law."""
    issuer: str = ""
    """Kind of authority, by the words of the rulebook (desk/issuers.yaml)."""
    validated_by: str = ""
    """Kind of the authority that validated it, where one did."""
    data: tuple[str, ...] = ()
    """Categories of data asked for (desk/data.yaml)."""
    period_from: date | None = None
    period_to: date | None = None
    offence: str = ""
    offence_years: float | None = None
    """Longest sentence the offence carries, in years; None when the order does not say."""
    offence_listed: bool = False
    """Whether it is one of those that Art. 5(4) of Regulation 2023/1543 names without a threshold."""
    emergency: str = ""
    """The danger, in the order's own words; empty when none is claimed."""
    translation: str = ""
    """Language of an enclosed translation."""
    issued_on: date | None = None
    valid_until: date | None = None
    """Last day on which the order may still be carried out; None when it names none."""


class OrderGiven(Stated, frozen=True, kw_only=True):
    """An order as typed, read or parsed. Nobody fills in what it does not say."""

    authority: str
    reference: str
    targets: tuple[str, ...]
    territory: str = ""
    """Countries, ISO 3166-1 alpha-2, separated by spaces; empty when the order names none."""
    contact: str = ""
    """Where our answer goes."""
    reply_to: str = ""
    """Where a mail asked for answers, when it named another address than its sender; nothing goes there."""
    recipient: str = ""
    """Who is to get the data, where that is somebody other than the issuing authority."""
    recipient_key: str = ""
    """Public key for the data (age1... or an OpenSSH public key), where the order names one."""
    secrecy: str = ""
    """The ground on which nobody may be told, in the order's own words; empty when it is no secret."""
    secret_until: date | None = None
    """Last day of the secrecy; None when the order names no end."""
    replaces: str = ""
    """Reference of an earlier order of the same authority that this one takes the place of."""
    written_in: str = ""
    """Language the order is written in, ISO 639-1."""
    language: str = "en"
    """Language of our answer."""
    door: str = "portal"
