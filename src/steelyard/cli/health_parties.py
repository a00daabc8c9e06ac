"""`steelyard doctor` on the lists of parties and States."""

from collections.abc import Iterator

from steelyard.cli.health import Grade, Line


def parties() -> Iterator[Line]:
    """Without a list nobody knows whether an order touches one; that is said, not hidden."""
    from steelyard.orders.listed.names import loaded

    found = loaded()
    if not found:
        do = "Load one with `steelyard orders parties FILE`; docs/runbooks/parties.md says which."
        yield Line(
            Grade.WARN,
            "Listed parties: no list is loaded, so it is unknown whether an order touches one.",
            do,
        )
    for one in found:
        what = f"Listed parties: {one.row.name}, {one.names} names, of {one.row.dated}"
        yield Line(Grade.WARN, f"{what}: old.", "Load the newest.") if one.old else Line(Grade.OK, f"{what}.")
