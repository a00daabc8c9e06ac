"""The rules of the service, as the rulebook has them today, in the reader's language."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from steelyard.base.clock import now
from steelyard.portal.caching import for_everybody
from steelyard.rulebook.queries import fact, rules


@require_safe
@for_everybody
def terms(request: HttpRequest) -> HttpResponse:
    language, today = get_language() or "en", now().date()
    found = [
        {"id": rule.id, "title": rule.title(language), "text": rule.text(language), "version": rule.version}
        for rule in rules(today).values()
    ]
    return render(request, "portal/terms.html", {"rules": found, "today": today, "misuse": _misuse(today)})


def _misuse(today: date) -> dict[str, object]:
    """The policy's numbers (DSA Art. 23(4)), from the rulebook."""
    return {
        "least": fact("house.misuse_least", today).value,
        "window": fact("house.misuse_window", today).period().days,
        "warning": fact("house.misuse_warning_lasts", today).period().days,
        "days": fact("house.misuse_suspended_for", today).period().days,
        "law": fact("dsa.misuse_policy_public", today).source,
    }
