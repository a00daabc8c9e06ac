"""Counts for every million users of a country, where the operator has stated how many there are."""

from django.utils.translation import gettext as _

from steelyard.base.config import config
from steelyard.base.wording import iso

MILLION = 1_000_000


def per_million(n: int, country: str) -> str:
    """`n` for every million users there; where nobody stated their number it is unknown, not zero."""
    users = config().recipients.by_country.get(country)
    return f"{n * MILLION / users:.3g}" if users else _("unknown")


def counted_users() -> str:
    """Whose numbers of users these are, and of which day."""
    stated = config().recipients
    if not stated.by_country or not stated.counted:
        return _(
            "Per million users: unknown, because we have not stated how many people use the service in a country."
        )
    return _("Per million users: by our own count of %(day)s; unknown where we stated none.") % {
        "day": iso(stated.counted)
    }
