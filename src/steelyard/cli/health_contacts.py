"""`steelyard doctor` on the contact points that the law asks for, as the public page shows them."""

from collections.abc import Iterator

from steelyard.cli.health import Grade, Line

_WORDS = {
    "email": "an e-mail address",
    "phone": "a telephone number",
    "postal": "a postal address",
    "name": "a name",
}


def contact_points() -> Iterator[Line]:
    """One line for each point with something missing, with the article; one when nothing is."""
    from steelyard.base.config import config, home
    from steelyard.flows.where_to_send import directory

    points = [point for point in directory().points if point.owed and point.missing]
    for point in points:
        lacking = ", ".join(_WORDS[each] for each in point.missing)
        not_sure = " (from memory: have a lawyer confirm it)" if point.law_status == "memory" else ""
        where = "authorities" if point.id == "emergency" else point.id
        yield Line(
            Grade.WARN,
            f"Contact point “{point.id}” lacks {lacking}: {point.law}{not_sure}.",
            f"State it under [{where}] in {home() / 'steelyard.toml'}.",
        )
    if not points:
        yield Line(Grade.OK, "Every contact point that the law asks for is stated.")
    if not (config().security.email or config().security.phone):
        do = f"State it under [security] in {home() / 'steelyard.toml'}: /.well-known/security.txt follows from it."
        yield Line(Grade.WARN, "Nobody is named who hears about weaknesses of the service (RFC 9116).", do)
