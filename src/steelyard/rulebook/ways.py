"""Which instruments fit an authority of a country that needs something. Form only: never who is believed."""

from collections.abc import Mapping

from steelyard.rulebook.law import Law
from steelyard.rulebook.shapes import Instrument

NEEDS: Mapping[str, tuple[str, ...]] = {
    "preserve": ("preserve", "any"),
    "remove": ("restrict", "any"),
    "data": ("disclose", "any"),
    "emergency": ("disclose",),
}
"""What an authority can need, first what cannot wait, and the kinds of instrument that serve it."""


def ways(law: Law, *, need: str, country: str, issuer: str = "") -> tuple[Instrument, ...]:
    """The instruments of `law` for this need (a key of NEEDS), in the order in which they are offered.

    `country` is ISO 3166-1 alpha-2; an empty `issuer` leaves the kind of authority open.
    """
    return tuple(
        one
        for one in law.instruments.values()
        if one.version.kind in NEEDS[need]
        and open_to(law, one, country)
        and _sent_by(one, issuer)
        and _for_emergencies(one) is (need == "emergency")
    )


def open_to(law: Law, one: Instrument, country: str) -> bool:
    """Whether the instrument exists for authorities of this State."""
    group = one.version.sent_from
    return (not group or country in law.members(group)) and one.version.only_country in ("", country)


def _sent_by(one: Instrument, issuer: str) -> bool:
    return not issuer or any(issuer in row.who for row in one.version.issuers)


def _for_emergencies(one: Instrument) -> bool:
    return any(element.id == "emergency" for element in one.elements)
