"""The two sentences that stand on every report and every page, in the languages of the service."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.base.config import config


def excludes() -> str:
    return _("This report excludes matters whose existence may not be disclosed.")


def method() -> str:
    return _(
        "Every number is counted from the entries of the public ledger whose hour lies on this day (UTC), by the query "
        "that stands beside it. Times and languages are counted from records that are not public; an auditor can "
        "recompute them."
    )


def in_all(text: Callable[[], str]) -> dict[str, str]:
    """The text in each language of the service."""
    found = {}
    for language in config().languages:
        with override(language):
            found[language] = text()
    return found
