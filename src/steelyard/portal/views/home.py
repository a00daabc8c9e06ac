"""Where to send: generated from the operator's settings, what is missing shown as missing."""

from dataclasses import dataclass

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.base.config import Contact, config
from steelyard.portal.caching import for_everybody
from steelyard.rulebook.countries import country_name


@dataclass(frozen=True)
class Door:
    """A contact point: whom it is for, the article that asks for it, and what the operator has stated."""

    title: str
    duty: str
    contact: Contact


@require_safe
@for_everybody
def home(request: HttpRequest) -> HttpResponse:
    settings, language = config(), get_language() or "en"
    doors = [
        Door(
            _("Authorities: police, courts, regulators"),
            _("Digital Services Act, Article 11"),
            settings.authorities,
        ),
        Door(_("Everybody who uses the service"), _("Digital Services Act, Article 12"), settings.users),
        Door(
            _("Legal representative in the Union"),
            _("Digital Services Act, Article 13"),
            settings.representative,
        ),
    ]
    return render(
        request,
        "portal/home.html",
        {
            "doors": doors,
            "accepted": [name for _code, name in django_settings.LANGUAGES],
            "countries": ", ".join(country_name(code, language) for code in settings.countries),
            "established_in": settings.established_in and country_name(settings.established_in, language),
            "emergency": settings.authorities.phone,
        },
    )
