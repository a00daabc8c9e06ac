"""What users, hotlines and trusted flaggers told us."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.portal.caching import for_everybody, until_next_publication
from steelyard.portal.views.figures.page import chosen, page, plain, times_by_harm


@require_safe
@for_everybody
@until_next_publication
def partners(request: HttpRequest) -> HttpResponse:
    when = chosen(request)
    exhibits = [
        plain("notices", when),
        plain("partners", when),
        plain("emergency", when),
        times_by_harm("notice", _("How soon notices were decided"), when),
    ]
    lead = _("What users, hotlines and trusted flaggers told us, and how soon they got an answer.")
    return page(request, _("Partners"), lead, when, exhibits)
