"""Where the service stands in each country, and leaving one: asked here, agreed under “Two persons”."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from steelyard.base.errors import BadInput, Refused
from steelyard.console.access import StaffRequest, staff
from steelyard.console.words import said
from steelyard.flows.look_at_market import look_as
from steelyard.markets import actions
from steelyard.markets.queries import countries_left
from steelyard.people.access import NotFresh, has
from steelyard.people.permissions import Permission
from steelyard.rulebook.countries import countries

_LEAVE = Permission.MARKETS_MARKET_LEAVE
STEPS = {
    "close_registration": gettext_lazy("Refuse new accounts from there"),
    "open_registration": gettext_lazy("Take new accounts from there again"),
    "tell_left": gettext_lazy("Tell the members there"),
    "tell_returned": gettext_lazy("Tell the members there that we are back"),
}
STANDINGS = {
    "asked": gettext_lazy("asked for; nothing has happened"),
    "left": gettext_lazy("left"),
    "returned": gettext_lazy("back again"),
}
CITED = {
    "group.eu": gettext_lazy("Member State of the European Union"),
    "group.eea": gettext_lazy("State of the EEA"),
    "group.e_evidence": gettext_lazy("Takes part in the e-Evidence Regulation"),
    "treaty": gettext_lazy("Treaty"),
    "finding": gettext_lazy("Finding"),
    "instrument": gettext_lazy("Instrument of its own"),
}
MATTERS = {
    "proceeding": gettext_lazy("Proceedings"),
    "court_decision": gettext_lazy("Court decisions"),
    "fine": gettext_lazy("Fines"),
    "regulator_letter": gettext_lazy("Regulators’ letters"),
    "consultation": gettext_lazy("Consultations"),
}


class Choose(forms.Form):
    country = forms.ChoiceField(
        label=gettext_lazy("Country"), choices=lambda: countries(get_language() or "en")
    )


@staff(Permission.MARKETS_MARKET_READ)
@require_GET
def markets(request: StaffRequest) -> HttpResponse:
    """Choose a country; those that were left stand first."""
    form = Choose(request.GET or None)
    if request.GET and form.is_valid():
        return redirect("console:market", form.cleaned_data["country"])
    return render(request, "console/markets.html", {"form": form, "left": countries_left()})


@staff(Permission.MARKETS_MARKET_READ)
@require_GET
def market(request: StaffRequest, country: str) -> HttpResponse:
    return _page(request, country)


@staff(_LEAVE, step_up=True)
@require_POST
def change(request: StaffRequest, country: str) -> HttpResponse:
    """Ask a second person to leave or to come back, or try a step again."""
    because, thing = request.POST.get("because", ""), request.POST.get("thing", "")
    try:
        match request.POST.get("do"):
            case "leave":
                actions.ask_to_leave(request.presence, country, because=because)
                messages.success(request, _("A colleague has to agree. It waits under “Two persons”."))
            case "return":
                actions.ask_to_return(request.presence, thing, because=because)
                messages.success(request, _("A colleague has to agree. It waits under “Two persons”."))
            case "retry":
                actions.retry_step(request.presence, thing)
                messages.success(request, _("It is tried again."))
    except NotFresh:
        raise
    except (Refused, BadInput) as fault:
        messages.warning(request, said(fault))
    return redirect("console:market", country)


def _page(request: StaffRequest, country: str) -> HttpResponse:
    found = look_as(request.presence.member, country)
    steps = [
        (one, STEPS.get(one["what"], one["what"])) for one in (found.standing.steps if found.standing else ())
    ]
    page = {
        "market": found, "steps": steps, "may": has(request.presence.member, _LEAVE),
        "standing": STANDINGS[found.standing.state] if found.standing else "",
        "matters": [(MATTERS[kind], count) for kind, count in found.matters.items()],
        "cited": [(CITED[one.what], one) for one in found.rests_on],
    }  # fmt: skip
    return render(request, "console/market.html", page)
