"""The gate as a page and as a file: what is recorded about States, by whom, since when, and each change."""

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from steelyard.base.clock import now
from steelyard.portal import words
from steelyard.portal.caching import for_everybody
from steelyard.rulebook.countries import country_name, known
from steelyard.rulebook.gate import Change, Line, gate_on

KINDS = ("finding", "safeguard", "treaty", "index", "group")


@require_safe
@for_everybody
def gate(request: HttpRequest) -> HttpResponse:
    found, language = gate_on(now().date()), get_language() or "en"
    page = {
        "day": found.day,
        "sections": [
            (kind, lines)
            for kind in KINDS
            if (lines := [_shown(line, language) for line in found.in_force if line.kind == kind])
        ],
        "unknown": found.unknown,
        "changes": [_change(one, language) for one in found.changes],
    }
    return render(request, "portal/gate.html", page)


@require_safe
@for_everybody
def file(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    content = msgspec.json.format(msgspec.json.encode(gate_on(now().date())), indent=1)
    return HttpResponse(content, content_type="application/json")


def _shown(line: Line, language: str) -> dict[str, object]:
    if line.kind == "index":
        country = line.about.partition(" ")[2]
        return {"about": country_name(country, language), "line": line, "members": line.value}
    about = country_name(line.about, language) if known(line.about) else words.gate(line.about)
    return {"about": about, "line": line, "members": _names(line.value, language)}


def _change(one: Change, language: str) -> dict[str, object]:
    shown = _shown(one.after, language)
    return shown | {
        "day": one.day, "before": one.before, "added": _names(list(one.added), language),
        "removed": _names(list(one.removed), language),
    }  # fmt: skip


def _names(value: object, language: str) -> str:
    return ", ".join(country_name(code, language) for code in value) if isinstance(value, list) else ""
