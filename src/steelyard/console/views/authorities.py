"""The directory of authorities: who they are, where that is known from, and which officers come in."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from steelyard.base.errors import BadInput, Refused
from steelyard.console.access import StaffRequest, staff
from steelyard.console.words import said
from steelyard.flows.verify_sender import agree_to_officer
from steelyard.people.access import NotFresh, has
from steelyard.people.agencies import actions
from steelyard.people.agencies.access import agency_for
from steelyard.people.agencies.queries import ENTRY_KINDS, REGISTRIES, agencies, waiting_for
from steelyard.people.permissions import Permission
from steelyard.rulebook.countries import countries
from steelyard.rulebook.queries import issuers

_KEEP = Permission.PEOPLE_AGENCY_KEEP
KINDS = {
    "domain": gettext_lazy("Mail domain"),
    "address": gettext_lazy("Mail address"),
    "number": gettext_lazy("Telephone number"),
    "certificate": gettext_lazy("Certificate (PEM)"),
    "openpgp": gettext_lazy("OpenPGP key"),
}
SOURCES = {
    "official_site": gettext_lazy("its official site"),
    "government_directory": gettext_lazy("a government directory"),
    "treaty_list": gettext_lazy("a list under a treaty"),
    "central_authority": gettext_lazy("its central authority"),
    "printed": gettext_lazy("in print"),
    "in_person": gettext_lazy("in person"),
    "trust_list": gettext_lazy("a trusted list of the Union"),
}
STATES = {
    "listed": gettext_lazy("listed"),
    "enrolled": gettext_lazy("enrolled"),
    "suspended": gettext_lazy("suspended"),
    "revoked": gettext_lazy("revoked"),
    "added": gettext_lazy("added, to be confirmed"),
    "confirmed": gettext_lazy("confirmed"),
    "ended": gettext_lazy("ended"),
    "named": gettext_lazy("named, we have not agreed"),
    "invited": gettext_lazy("agreed, passkey to come"),
    "active": gettext_lazy("active"),
}


class NewAgency(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=300)
    country = forms.ChoiceField(
        label=gettext_lazy("Country"), choices=lambda: [("", "—"), *countries(get_language() or "en")]
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of authority"),
        choices=lambda: [
            ("", "—"),
            *((id_, names.get(get_language() or "en", names["en"])) for id_, names in issuers().items()),
        ],
    )
    because = forms.CharField(
        label=gettext_lazy("Why"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000
    )


class NewEntry(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What"), choices=[(one, KINDS[one]) for one in ENTRY_KINDS])
    value = forms.CharField(
        label=gettext_lazy("As it stands there"),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "ltr"}),
        max_length=20_000,
    )
    registry = forms.ChoiceField(
        label=gettext_lazy("Where was it found?"), choices=[(one, SOURCES[one]) for one in REGISTRIES]
    )
    source = forms.CharField(label=gettext_lazy("Exactly where"), max_length=1000)
    found_on = forms.DateField(label=gettext_lazy("When"), widget=forms.DateInput(attrs={"type": "date"}))


class NewOfficer(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    handle = forms.CharField(label=gettext_lazy("Short name"), max_length=40)
    language = forms.CharField(label=gettext_lazy("Language"), max_length=8, initial="en")
    because = forms.CharField(
        label=gettext_lazy("Why"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000
    )


@staff(Permission.PEOPLE_AGENCY_READ)
@require_http_methods(["GET", "POST"])
def authorities(request: StaffRequest) -> HttpResponse:
    """All of them; what is posted lists another, for whoever keeps the directory."""
    form = NewAgency(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.list_agency(request.presence, **form.cleaned_data)
        return redirect("console:authority", made.ref)
    member = request.presence.member
    lines = [(one, STATES[one.state], waiting_for(member, one)) for one in agencies(member)]
    return _page(request, "console/authorities.html", 400 if form.errors else 200, lines=lines, form=form)


@staff(Permission.PEOPLE_AGENCY_READ)
@require_GET
def authority(request: StaffRequest, ref: str) -> HttpResponse:
    return _authority(request, ref)


@staff(_KEEP, step_up=True)
@require_POST
def change(request: StaffRequest, ref: str) -> HttpResponse:
    """Everything that can be done on an authority's page; each is an action of its own."""
    because, thing = request.POST.get("because", ""), request.POST.get("thing", "")
    mine = request.presence
    acts: dict[str, Callable[[], Any]] = {
        "propose": lambda: actions.begin_enrolment(mine, ref, because=because),
        "enrol": lambda: actions.enrol_agency(mine, ref, because=because),
        "suspend": lambda: actions.suspend_agency(mine, ref, because=because),
        "readmit": lambda: actions.readmit_agency(mine, ref, because=because),
        "revoke": lambda: actions.revoke_agency(mine, ref, because=because),
        "confirm_entry": lambda: actions.confirm_entry(mine, thing),
        "end_entry": lambda: actions.end_entry(mine, thing, because=because),
        "suspend_officer": lambda: actions.suspend_officer(mine, thing, because=because),
        "revoke_officer": lambda: actions.revoke_officer(mine, thing, because=because),
        "agree": lambda: agree_to_officer(mine, thing, to=request.POST.get("to", ""), because=because),
    }
    do = request.POST.get("do", "")
    if do in ("entry", "officer"):
        return _add(request, ref, do)
    try:
        done = acts[do]() if do in acts else None
    except NotFresh:
        raise
    except (Refused, BadInput) as fault:
        messages.warning(request, said(fault))
        return redirect("console:authority", ref)
    if do == "agree":
        return _authority(request, ref, spoken=done)
    messages.success(request, _("Done."))
    return redirect("console:authority", ref)


def _add(request: StaffRequest, ref: str, what: str) -> HttpResponse:
    form = NewEntry(request.POST) if what == "entry" else NewOfficer(request.POST)
    if form.is_valid():
        try:
            if what == "entry":
                actions.add_entry(request.presence, ref, **form.cleaned_data)
            else:
                actions.name_first_administrator(request.presence, ref, **form.cleaned_data)
            messages.success(request, _("Written down. A colleague has to confirm it."))
            return redirect("console:authority", ref)
        except NotFresh:
            raise
        except (Refused, BadInput) as fault:
            form.add_error(None, said(fault))
    return _authority(request, ref, status=400, **{f"{what}_form": form})


def _authority(request: StaffRequest, ref: str, *, status: int = 200, **more: Any) -> HttpResponse:
    found = agency_for(request.presence.member, ref, Permission.PEOPLE_AGENCY_READ)
    me = request.presence.member.pk
    entries = [(e, KINDS[e.kind], SOURCES[e.registry], STATES[e.state], e.first_by_id == me)
               for e in found.entries.order_by("kind", "pk")]  # fmt: skip
    officers = [(o, STATES[o.state], o.first_by_id == me) for o in found.officers.order_by("handle")]
    page = {
        "agency": found, "state": STATES[found.state], "entries": entries, "officers": officers,
        "entry_form": NewEntry(), "officer_form": NewOfficer(), "mine": found.first_by_id == me,
    }  # fmt: skip
    return _page(request, "console/authority.html", status, **(page | more))


def _page(request: StaffRequest, template: str, status: int = 200, **page: Any) -> HttpResponse:
    keeps = has(request.presence.member, _KEEP)
    return render(request, template, {"keeps": keeps, **page}, status=status)
