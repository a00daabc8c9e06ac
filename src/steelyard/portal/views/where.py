"""Where to send: the directory as a page for people and as a signed file for machines."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.base.errors import NoSuchThing
from steelyard.flows.where_to_send import NAME, Directory, Point, Way, directory, schema
from steelyard.letters.publications import Published, history, latest
from steelyard.portal.caching import for_everybody, for_strangers_tools
from steelyard.portal.forms.order import OrderForm
from steelyard.portal.forms.where import WhereForm
from steelyard.rulebook.countries import country_name
from steelyard.rulebook.law import law_on
from steelyard.rulebook.shapes import duration
from steelyard.rulebook.ways import ways

A_DAY = timedelta(days=1)
_PLACES = {
    "tco_removal": "terrorist_content",
    "epoc": "e_evidence",
    "epoc_emergency": "e_evidence",
    "epoc_pr": "e_evidence",
}
"""Instruments with an addressee of their own; all others go to the contact point for authorities."""


@require_safe
@for_everybody
def where(request: HttpRequest) -> HttpResponse:
    """`?country=FR&need=data`: which instrument, where to, until when, and what has to be in it."""
    form = WhereForm(request.GET)
    found, language = directory(), get_language() or "en"
    page: dict[str, Any] = {
        "form": form if request.GET else WhereForm(),
        "rungs": [_named(one, language) for one in found.rungs],
    }
    if request.GET and form.is_valid():
        page |= _answer(found, language, **form.cleaned_data)
    return render(request, "portal/where.html", page)


def _answer(found: Directory, language: str, *, country: str, need: str, issuer: str) -> dict[str, Any]:
    fitting = {one.id for one in ways(law_on(now().date()), need=need, country=country, issuer=issuer)}
    form = OrderForm()  # its labels
    points = {point.id: point for point in found.points}
    return {
        "ways": [
            _shown(way, points[_PLACES.get(way.instrument, "authorities")], found.rungs, language, form)
            for way in found.ways
            if way.instrument in fitting
        ],
        "country": country_name(country, language),
        "code": country,
        "emergency": points["emergency"].contact.phone if need == "emergency" else "",
        "held": [_named(one.names, language) for one in found.held],
        "not_held": [_named(one.names, language) for one in found.not_held],
        "never_given": [_named(one.names, language) for one in found.never_given],
    }


def _shown(
    way: Way, point: Point, rungs: Sequence[Mapping[str, str]], language: str, form: OrderForm
) -> dict[str, Any]:
    named = form.named((element.id, element.article) for element in way.needed)
    return {
        "way": way,
        "point": point,
        "languages": in_their_words(point.languages),
        "name": _named(way.names, language),
        "within": in_words(way.answered_within),
        "needed": named,
        "rung": _named(rungs[way.rung], language) if way.rung < len(rungs) else "",
        "unconfirmed": way.law_status in ("memory", "secondary"),
    }


def in_their_words(codes: Iterable[str]) -> str:
    """Languages by their own names: “English, Français”."""
    return ", ".join(str(get_language_info(code)["name_local"]).capitalize() for code in codes)


def in_words(period: str) -> str:
    """An ISO 8601 duration as a reader says it; words of the law as the law says them."""
    if period == "without_undue_delay":
        return _("without undue delay")
    long = duration(period)
    if long < A_DAY:
        hours = long // timedelta(hours=1)
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    return ngettext("%(count)s day", "%(count)s days", long.days) % {"count": long.days}


def _named(names: Any, language: str) -> str:
    return str(names.get(language) or names["en"])


@require_safe
@for_everybody
def changes(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/changes.html", {"versions": history(NAME)})


@require_safe
def directory_file(request: HttpRequest) -> HttpResponse:
    found = _published()
    return for_strangers_tools(
        found.body, "application/json", "public, max-age=300",
        Link='</.well-known/legal-requests.schema.json>; rel="describedby"', ETag=f'"{found.digest}"',
    )  # fmt: skip


@require_safe
def signature(request: HttpRequest, algorithm: str) -> HttpResponse:
    """Over the file's exact bytes, as docs/receipts.md says."""
    found = _published()
    content = {"ed25519": found.ed25519, "mldsa44": found.mldsa44}[algorithm]
    return for_strangers_tools(content, "application/octet-stream", "public, max-age=300")


@require_safe
def schema_file(request: HttpRequest) -> HttpResponse:
    content = msgspec.json.format(msgspec.json.encode(schema()), indent=1)
    return for_strangers_tools(content, "application/schema+json", "public, max-age=300")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116. Absent while the operator names nobody: an empty one would be worse than none."""
    settings = config()
    contact = settings.security
    if not (contact.email or contact.phone):
        raise NoSuchThing("The operator has not said who hears about weaknesses.")
    root = settings.public_url.rstrip("/")
    expires = (now() + timedelta(days=90)).replace(microsecond=0, hour=0, minute=0, second=0)
    lines = [
        *([f"Contact: mailto:{contact.email}"] if contact.email else []),
        *([f"Contact: tel:{contact.phone.replace(' ', '')}"] if contact.phone else []),
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        f"Preferred-Languages: {', '.join(settings.languages)}",
        f"Canonical: {root}{reverse('machine:security-txt')}",
    ]
    return for_strangers_tools(
        "\n".join([*lines, ""]).encode(), "text/plain; charset=utf-8", "public, max-age=3600"
    )


def _published() -> Published:
    found = latest(NAME)
    if found is None:
        raise NoSuchThing("The directory is not published yet.", do="Ask again in a minute.")
    return found
