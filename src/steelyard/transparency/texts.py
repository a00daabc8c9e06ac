"""The sentences that stand on every report and every page, and what events beside the charts are called."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from steelyard.base.config import config
from steelyard.transparency.states import AnnotationKind

EVENTS = {
    AnnotationKind.RULE: gettext_lazy("New rule"),
    AnnotationKind.LAW: gettext_lazy("Law in force"),
    AnnotationKind.OUTAGE: gettext_lazy("Outage"),
    AnnotationKind.EVENT: gettext_lazy("Event"),
}


def excludes() -> str:
    return _("This report excludes matters whose existence may not be disclosed.")


def method() -> str:
    return _(
        "Every number is counted from the entries of the public ledger whose hour lies on this day (UTC), by the query "
        "that stands beside it. Times and languages are counted from records that are not public; an auditor can "
        "recompute them."
    )


def countries() -> str:
    """What is said in the place of the users' countries."""
    return _(
        "In which countries the people are: unknown. No form of ours asks for it, no platform tells us, and we work it "
        "out from nothing, neither from internet addresses nor from telephone numbers."
    )


def in_all(text: Callable[[], str]) -> dict[str, str]:
    """The text in each language of the service."""
    found = {}
    for language in config().languages:
        with override(language):
            found[language] = text()
    return found
