"""The two ways to a person, through Apprise, which knows how to reach some hundred services.

It is loaded when somebody is rung and not before. Its own log names addresses, so it has none.
"""

import logging
from collections.abc import Iterable

from steelyard.base.errors import BadInput, Unreachable, gettext_noop

LOCAL = ("dbus", "gnome", "kde", "macosx", "qt", "glib", "syslog", "windows", "file", "script")
"""Schemes that reach this machine and not a person."""


def check_address(address: str) -> str:
    """The address, when it is one that can reach a person. Raises BadInput."""
    from apprise import Apprise

    _say_nothing()
    cleaned = address.strip()
    if cleaned.split("://")[0].lower() in LOCAL or Apprise.instantiate(cleaned) is None:
        raise BadInput(
            gettext_noop("This address reaches nobody."), gettext_noop("It is not one that Apprise knows."),
            gettext_noop("Write it as its documentation says, for example mailto://, ntfy:// or signal://."),
        )  # fmt: skip
    return cleaned


def send(address: str, *, title: str, text: str) -> None:
    """Send one message. Raises Unreachable when the service does not take it."""
    from apprise import Apprise, AppriseAsset

    _say_nothing()
    one = Apprise(asset=AppriseAsset(app_id="Steelyard", app_desc="Steelyard", secure_logging=True))
    if not one.add(address) or not one.notify(title=title, body=text):
        raise Unreachable("The channel did not take the call.", do="The next person is rung in any case.")


def send_to_all(addresses: Iterable[str], *, title: str, text: str) -> int:
    """To each that takes it; returns how many did."""
    reached = 0
    for address in addresses:
        try:
            send(address, title=title, text=text)
            reached += 1
        except Unreachable:
            continue
    return reached


def _say_nothing() -> None:
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
