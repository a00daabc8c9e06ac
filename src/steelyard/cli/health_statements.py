"""`steelyard doctor` on the Union's database of statements of reasons."""

from collections.abc import Iterator

from steelyard.cli.health import Grade, Line


def statements() -> Iterator[Line]:
    """Silent while the service is not connected: not every service owes it (DSA Art. 19)."""
    from steelyard.base.errors import SteelyardError
    from steelyard.transparency.database.client import open_database
    from steelyard.transparency.database.queries import standing

    found = standing()
    if found.mode == "off":
        return
    try:
        open_database().close()
    except SteelyardError as trouble:
        yield Line(Grade.FAIL, f"Statements of reasons cannot be sent: {trouble.what}", trouble.do)
        return
    if found.failed:
        do = "Correct the cause, then run `steelyard report statements-again`."
        yield Line(Grade.WARN, f"{found.failed} statements of reasons were refused: {found.why_failed}", do)
    if found.last_error:
        yield Line(Grade.WARN, f"{found.waiting} statements of reasons wait: {found.last_error}")
    if not found.failed and not found.last_error:
        yield Line(Grade.OK, f"Statements of reasons go to the {found.mode} database; {found.waiting} wait.")
