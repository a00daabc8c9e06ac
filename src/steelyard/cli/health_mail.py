"""`steelyard doctor` on the door for mail."""

from collections.abc import Iterator

from steelyard.cli.health import Grade, Line


def mail() -> Iterator[Line]:
    """Nothing while no address is listed: then there is no such door."""
    from steelyard.base.config import config
    from steelyard.base.sandbox import available

    if not config().mailroom.addresses:
        return
    if available():
        yield Line(Grade.OK, "Attachments of mails are opened in a sandbox (bubblewrap).")
    else:
        yield Line(
            Grade.WARN,
            "Attachments of mails stay shut: bubblewrap is missing or may not work here.",
            "Install it: apt-get install bubblewrap. Until then each message says which of its files nobody opened.",
        )
