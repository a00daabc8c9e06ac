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
from steelyard.markets import actions, publishing
from steelyard.markets.listed import clear
from steelyard.markets.matters import keep_matter, move_matter, register_of
from steelyard.markets.queries import countries_left
from steelyard.markets.said import Said
from steelyard.markets.states import MatterKind, Stance
from steelyard.orders.listed.names import loaded
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

MATTER_STATES = {
    "open": gettext_lazy("open"),
    "answered": gettext_lazy("answered"),
    "closed": gettext_lazy("closed"),
}
STANCES = {
    "open": gettext_lazy("no position yet"),
    "agree": gettext_lazy("we agree"),
    "partly": gettext_lazy("we agree in part"),
    "disagree": gettext_lazy("we disagree"),
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


class NewMatter(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What"), choices=list(MATTERS.items()))
    authority = forms.CharField(label=gettext_lazy("Who"), max_length=300)
    reference = forms.CharField(label=gettext_lazy("Their reference"), max_length=120, required=False)
    asked = forms.CharField(
        label=gettext_lazy("What they ask for"), widget=forms.Textarea(attrs={"rows": 3}), max_length=20_000
    )
    due_at = forms.DateTimeField(
        label=gettext_lazy("Answer by (UTC)"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )  # fmt: skip
    source = forms.CharField(label=gettext_lazy("What sets that day"), max_length=255, required=False)
    amount = forms.DecimalField(
        label=gettext_lazy("Amount of a fine"), required=False, max_digits=16, decimal_places=2
    )
    currency = forms.CharField(label=gettext_lazy("Its currency"), max_length=3, required=False)


@staff(Permission.MARKETS_MATTER_KEEP, step_up=True)
@require_POST
def register(request: StaffRequest, country: str) -> HttpResponse:
    """Take a matter in, move one, publish it, or clear the listed parties that it touches."""
    post = request.POST
    try:
        if do := post.get("publish", ""):
            _publishing(request, do)
        elif post.get("clear"):
            clear(request.presence, post.get("thing", ""), frozenset(post.getlist("shown")))
        elif move := post.get("move", ""):
            move_matter(
                request.presence, post.get("thing", ""), move, taken=post.get("taken", ""),
                stance=post.get("stance", Stance.OPEN),
            )  # fmt: skip
        else:
            form = NewMatter(post)
            if not form.is_valid():
                return _page(request, country, form)
            given = form.cleaned_data
            said_ = Said(**{name: given[name] for name in ("authority", "reference", "asked")})
            more = {name: given[name] for name in ("due_at", "source", "amount", "currency")}
            keep_matter(request.presence, country, MatterKind(given["kind"]), said_, **more)
        messages.success(request, _("Done."))
    except NotFresh:
        raise
    except (Refused, BadInput) as fault:
        messages.warning(request, said(fault))
    return redirect("console:market", country)


def _publishing(request: StaffRequest, do: str) -> None:
    """Keep a document with a matter, tell of it in public, or take back what was told."""
    presence, post, thing = request.presence, request.POST, request.POST.get("thing", "")
    match do:
        case "paper":
            file = request.FILES.get("paper")
            publishing.add_paper(
                presence, thing, file.name or "" if file else "", file.read() if file else b""
            )
        case "publish":
            papers = post.getlist("papers")
            publishing.publish(
                presence, thing, asked=post.get("asked", ""), taken=post.get("told", ""), papers=papers
            )
        case "take_back":
            publishing.take_back(presence, thing, because=post.get("because", ""))


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


def _page(request: StaffRequest, country: str, form: NewMatter | None = None) -> HttpResponse:
    found = look_as(request.presence.member, country)
    steps = [
        (one, STEPS.get(one["what"], one["what"])) for one in (found.standing.steps if found.standing else ())
    ]
    page = {
        "market": found, "steps": steps, "may": has(request.presence.member, _LEAVE),
        "standing": STANDINGS[found.standing.state] if found.standing else "",
        "matters": [(MATTERS[kind], count) for kind, count in found.matters.items()],
        "clears": has(request.presence.member, Permission.ORDERS_LAW_CONFIRM), "lists": loaded(),
        "keeps": has(request.presence.member, Permission.MARKETS_MATTER_KEEP), "new": form or NewMatter(),
        "register": [(MATTERS[one.row.kind], MATTER_STATES[one.row.state], STANCES[one.row.stance], one,
                      publishing.papers_of(one.row)) for one in register_of(country)],
        "stances": [(id_, name) for id_, name in STANCES.items() if id_ != Stance.OPEN],
        "cited": [(CITED[one.what], one) for one in found.rests_on],
    }  # fmt: skip
    status = 400 if form else 200
    return render(request, "console/market.html", page, status=status)
