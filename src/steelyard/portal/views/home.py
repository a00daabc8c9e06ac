"""Where to send: the front page, from the same directory as the machine-readable file."""

import json
from dataclasses import dataclass

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.base.config import config
from steelyard.flows.where_to_send import Directory, Point, contact_points, directory
from steelyard.portal.caching import for_everybody
from steelyard.portal.views.where import in_their_words
from steelyard.rulebook.countries import country_name


@dataclass(frozen=True)
class Door:
    """A contact point in the reader's words."""

    title: str
    point: Point
    languages: str
    fields: tuple[tuple[str, str, str], ...]
    """Label, scheme of the link, value; empty values are shown as not stated where the law asks for them."""


@require_safe
@for_everybody
def home(request: HttpRequest) -> HttpResponse:
    found, language = directory(), get_language() or "en"
    doors = [_door(point) for point in found.points if point.id != "emergency" and _worth_showing(point)]
    emergency = next((point for point in found.points if point.id == "emergency"), None)
    return render(
        request,
        "portal/home.html",
        {
            "doors": doors,
            "accepted": [name for _code, name in django_settings.LANGUAGES],
            "countries": ", ".join(country_name(code, language) for code in found.countries),
            "established_in": found.established_in and country_name(found.established_in, language),
            "emergency": emergency.contact.phone if emergency else "",
            "ld": _as_script(found),
            "channel": _own_channel(),
        },
    )


def _own_channel() -> str:
    """The alias of the channel where the days are posted, where it has one."""
    named = config().matrix.announcements
    return named.removeprefix("#").partition(":")[0] if named.startswith("#") else ""


def _worth_showing(point: Point) -> bool:
    return point.owed or any((point.contact.email, point.contact.phone, point.contact.name))


def _door(point: Point) -> Door:
    contact, asked = point.contact, set(point.missing)
    rows = (
        ("name", _("Name"), "", contact.name),
        ("email", _("E-mail"), "mailto:", contact.email),
        ("phone", _("Telephone"), "tel:", contact.phone),
        ("postal", _("Postal address"), "", contact.postal),
    )
    shown = tuple((label, link, value) for id_, label, link, value in rows if value or id_ in asked)
    return Door(_titles()[point.id], point, in_their_words(point.languages), shown)


def _titles() -> dict[str, str]:
    return {
        "authorities": _("Authorities: police, courts, regulators"),
        "users": _("Everybody who uses the service"),
        "representative": _("Legal representative in the Union"),
        "terrorist_content": _("Removal orders for terrorist content"),
        "e_evidence": _("Electronic evidence: addressee of European orders"),
        "data_protection": _("Data protection"),
    }


def _as_script(found: Directory) -> SafeString:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(contact_points(found), ensure_ascii=False)
    return mark_safe(text.replace("<", "\\u003c"))  # noqa: S308 (JSON with no angle bracket left)
