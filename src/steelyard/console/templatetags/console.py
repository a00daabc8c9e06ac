"""What the layout of staff pages shows, and small ways to say things."""

from datetime import datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from steelyard.base.clock import now
from steelyard.console.nav import entries
from steelyard.people.queries import handle_of

register = template.Library()


@register.inclusion_tag("console/nav.html", takes_context=True)
def console_nav(context: dict[str, Any]) -> dict[str, Any]:
    """Links to the pages this member's roles open."""
    request = context["request"]
    presence = getattr(request, "presence", None)
    found = entries(presence.member) if presence else []
    return {
        "entries": [(reverse(name), label, _current(request.path, reverse(name))) for name, label in found]
    }


@register.filter
def handle(ref: str) -> str:
    """The handle behind a reference, for rows that name a member by it."""
    return handle_of(ref) if ref else ""


@register.filter
def time_left(moment: datetime | None) -> str:
    """“38 minutes left”, “overdue by 2 hours”: words, never a colour alone."""
    if moment is None:
        return ""
    seconds = (moment - now()).total_seconds()
    span = _span(abs(seconds))
    return _("%(span)s left") % {"span": span} if seconds >= 0 else _("overdue by %(span)s") % {"span": span}


def _span(seconds: float) -> str:
    minutes = int(seconds // 60)
    hours, days = minutes // 60, minutes // 1440
    if days > 1:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    if hours:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


def _current(path: str, address: str) -> bool:
    home = reverse("console:home")
    return path == address if address == home else path.startswith(address)


@register.simple_tag
def said(text: str) -> str:
    """A sentence of one of our errors, in the reader's language."""
    return _(text) if text else ""
