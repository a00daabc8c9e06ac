"""The emergency line, and the one-use link by which a person on call says “I have it”."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.base.identifiers import shown
from steelyard.flows.call_for_help import call_for_help
from steelyard.flows.emergency import EmergencyGiven
from steelyard.oncall.actions import acknowledge_by_link
from steelyard.portal.bounds import too_many
from steelyard.portal.forms.emergency import EmergencyForm
from steelyard.portal.views.receipt import laid_out
from steelyard.rulebook.queries import fact


@csrf_exempt  # as in notice.py
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """Nobody is turned away here: who has sent very much is heard all the same, and rings together with others."""
    form = EmergencyForm(request.POST or None)
    page = {
        "form": form,
        "number": config().authorities.phone,
        "eu_number": fact("elsewhere.emergency_number_eu", now().date()).value,
        "minutes": int(fact("house.emergency_called_back", now().date()).period().total_seconds() // 60),
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "portal/emergency.html", page, status=422 if form.is_bound else 200)
    given = EmergencyGiven(**form.cleaned_data, language=get_language() or "en")
    taken, order = call_for_help(given, crowded=too_many(request))
    return render(
        request,
        "portal/emergency_taken.html",
        page | {
            "reference": shown(taken.row.ref), "called": bool(given.number),
            "receipt": laid_out(taken.receipt) if taken.receipt else "",
            "order": laid_out(order) if order else "",
        },
    )  # fmt: skip


@csrf_exempt  # the secret in the address is all that counts, and only its holder has it
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link shows a button and nothing else, whether or not the link is good: previews answer for nobody."""
    if request.method != "POST":
        return render(request, "portal/ring.html", {"done": False})
    acknowledge_by_link(token)
    return render(request, "portal/ring.html", {"done": True})
