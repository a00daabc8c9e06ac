"""Partners: hotlines, trusted flaggers, alert services. Who they are, who may send, and what became of it."""

from datetime import UTC, datetime, time
from typing import Any

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from steelyard.base.config import config
from steelyard.base.errors import BadInput, Refused, SteelyardError
from steelyard.console.access import StaffRequest, staff
from steelyard.console.forms_partners import Award, InvitePartner, Suspend
from steelyard.console.words import PARTNER_KINDS, PARTNER_STATES, said
from steelyard.flows.scorecard import dossier, scorecard
from steelyard.ledger.queries import history_of
from steelyard.people.access import has
from steelyard.people.actions import partners as acts
from steelyard.people.partner_access import (
    Contact,
    Partner,
    contacts,
    keys_of,
    may_send,
    partner_for,
    people_of,
)
from steelyard.people.partner_access import partners as all_partners
from steelyard.people.permissions import Permission
from steelyard.rulebook.queries import harms


@staff(Permission.PEOPLE_PARTNER_READ, step_up=True)
@require_http_methods(["GET", "POST"])
def partners(request: StaffRequest) -> HttpResponse:
    """The list, by name, and for those who may the form to invite."""
    may = has(request.presence.member, Permission.PEOPLE_PARTNER_MANAGE)
    form, link = InvitePartner(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            _partner, token = acts.invite_partner(request.presence, **_given(form), known=frozenset(harms()))
            link, form = link_for(request, token), InvitePartner()
        except (BadInput, Refused) as fault:
            _blame(form, fault)
    page = {
        "lines": [_line(each) for each in all_partners(request.presence.member)],
        "form": form if may else None,
        "link": link,
    }
    return render(request, "console/partners.html", page, status=400 if form.is_bound and not link else 200)


@staff(Permission.PEOPLE_PARTNER_READ)
def partner(request: StaffRequest, ref: str) -> HttpResponse:
    return _page(request, ref)


@staff(Permission.PEOPLE_PARTNER_MANAGE, step_up=True)
@require_POST
def change(request: StaffRequest, ref: str) -> HttpResponse:
    """Verify, suspend, readmit, revoke; a new link; a withdrawn key; the status on the public list."""
    partner_for(request.presence.member, ref, Permission.PEOPLE_PARTNER_MANAGE)
    do, because = request.POST.get("do", ""), request.POST.get("because", "").strip()
    link = ""
    try:
        if not because:
            raise BadInput(_("Say why."), _("It is kept in the log."))
        if do in _MOVES:
            _MOVES[do](request.presence, ref, because=because)
        elif do == "suspend":
            acts.suspend_partner(request.presence, ref, until=_until(request), because=because)
        elif do == "award":
            _award(request, ref, because)
        elif do == "link":
            token = acts.renew_invitation(request.presence, ref, request.POST.get("member", ""))
            link = link_for(request, token)
        elif do == "withdraw":
            acts.withdraw_key(request.presence, ref, request.POST.get("key", ""))
        else:
            raise BadInput(_("Choose what to do."))
    except (BadInput, Refused) as fault:
        messages.error(request, said(fault))
        return _page(request, ref, status=400)
    if link:
        return _page(request, ref, link=link)
    messages.success(request, _("Done, and written in the log."))
    return redirect("console:partner", ref)


@staff(Permission.PEOPLE_PARTNER_MANAGE)
@require_GET
def dossier_file(request: StaffRequest, ref: str) -> HttpResponse:
    """For the coordinator that awarded a flagger's status, when its notices are often wrong (DSA Art. 22(6)).

    Drawn up here, never sent from here: a lawyer confirms it and a person sends it.
    """
    found = partner_for(request.presence.member, ref, Permission.PEOPLE_PARTNER_MANAGE)
    return HttpResponse(
        msgspec.json.format(msgspec.json.encode(dossier(found)), indent=1), content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="dossier-{found.ref}.json"'},
    )  # fmt: skip


_MOVES = {"verify": acts.verify_partner, "readmit": acts.readmit_partner, "revoke": acts.revoke_partner}


def link_for(request: HttpRequest, token: str) -> str:
    """The enrolment link. Its secret stands behind the `#`: it reaches no server log."""
    return f"{config().public_url.rstrip('/')}{reverse('portal:hotline-enrol')}#{token}"


def _page(request: StaffRequest, ref: str, *, status: int = 200, link: str = "") -> HttpResponse:
    found = partner_for(request.presence.member, ref, Permission.PEOPLE_PARTNER_READ)
    page = {
        "partner": found,
        "line": _line(found),
        "contacts": contacts(found),
        "members": people_of(found),
        "keys": keys_of(found),
        "history": history_of(found),
        "award": Award(auto_id="award_%s", initial={"award": found.award, "awarded_by": found.awarded_by}),
        "suspend": Suspend(auto_id="suspend_%s"),
        "may": has(request.presence.member, Permission.PEOPLE_PARTNER_MANAGE),
        "link": link,
        "card": scorecard(found),
        "names": {area: harms()[area].name(get_language() or "en") for area in harms()},
    }
    return render(request, "console/partner.html", page, status=status)


def _given(form: InvitePartner) -> dict[str, Any]:
    said_ = form.cleaned_data
    contact = Contact(**{name: said_[f"contact_{name}"] for name in ("name", "email", "phone")})
    names = ("name", "kinds", "areas", "country", "languages", "language", "because")
    return {name: said_[name] for name in names} | {"contact": contact}


def _until(request: HttpRequest) -> datetime | None:
    form = Suspend(request.POST)
    if not form.is_valid():
        raise BadInput(_("Say until when, as a date, or leave it empty."))
    day = form.cleaned_data["until"]
    return datetime.combine(day, time(), UTC) if day else None


def _award(request: StaffRequest, ref: str, because: str) -> None:
    form = Award(request.POST)
    if not form.is_valid():
        raise BadInput(_("Say which status the list shows, who awarded it, and where you read it."))
    acts.note_award(request.presence, ref, **form.cleaned_data, because=because)


def _blame(form: InvitePartner, fault: SteelyardError) -> None:
    field = getattr(fault, "field", "")
    field = f"contact_{field}" if field == "email" else field
    form.add_error(field if field in form.fields else None, said(fault))


def _line(found: Partner) -> dict[str, object]:
    return {
        "ref": found.ref,
        "name": found.name,
        "kinds": [PARTNER_KINDS[kind] for kind in found.kinds],
        "areas": [harms()[area].name(get_language() or "en") for area in found.areas if area in harms()],
        "state": PARTNER_STATES[found.state],
        "sends": may_send(found),
        "until": found.until,
    }
