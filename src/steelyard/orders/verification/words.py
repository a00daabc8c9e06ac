"""What senders read when a step of theirs is refused. These texts are public: in every language of the portal."""

from steelyard.base.errors import NoSuchThing, Refused
from steelyard.base.errors import gettext_noop as _


def opens_nothing() -> NoSuchThing:
    """One wording for codes that are wrong, late, used, or for an address given up since."""
    return NoSuchThing(
        _("This code does not open anything."),
        _("A code works once, for a day, and only for the address it was sent to."),
        _("Ask for a new one, or wait for our call."),
    )


def says_something_else() -> Refused:
    """The order that is stored under this reference is another text."""
    return Refused(
        _("We hold an order with this reference that says something else."),
        _("It came by another way, and may not be yours."),
        _("Send yours under another reference, and tell us which one is right."),
    )
