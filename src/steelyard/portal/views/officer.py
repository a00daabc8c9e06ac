"""The area of officers: in by passkey, their own orders, and each order sent with the passkey shown for it."""

import hashlib
import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steelyard.base.errors import BadInput, NoSuchThing, Refused, SteelyardError, Unreachable
from steelyard.base.identifiers import shown
from steelyard.flows.verify_sender import confirm_mailbox, order_of, orders_of, send_as_officer
from steelyard.people.agencies import actions
from steelyard.people.agencies.passkeys import finish_officer_assertion
from steelyard.people.agencies.queries import colleagues_of
from steelyard.people.passkeys import begin_assertion, begin_creation, not_recognised
from steelyard.portal.forms import blame
from steelyard.portal.forms.officer import CodeForm, ColleagueForm, OfficerOrderForm, WayInForm
from steelyard.portal.forms.order import OrderForm
from steelyard.portal.officer_here import (
    OfficerRequest,
    answer_in,
    forget_officer,
    keep_challenge,
    officer_here,
    officers_only,
    remember_officer,
    take_challenge,
)
from steelyard.portal.views.order import given_in
from steelyard.portal.views.receipt import hand_over
from steelyard.rulebook.queries import instruments


@csrf_exempt  # as in notice.py; the cookie behind the area is strict, so a foreign page has nobody's
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    """One button; behind it the officer's own orders."""
    presence = officer_here(request)
    if presence:
        language = get_language() or "en"
        lines = [(one, instruments()[one.instrument].name(language)) for one in orders_of(presence)]
        return render(request, "portal/officer.html", {"presence": presence, "lines": lines})
    wrong: SteelyardError | None = None
    if request.method == "POST":
        try:
            officer, credential = finish_officer_assertion(take_challenge(request), answer_in(request))
            _presence, token = actions.start_officer_sign_in(officer, credential)
            return remember_officer(redirect("portal:officer"), token)
        except (Refused, BadInput) as fault:
            wrong = fault
    options, challenge = begin_assertion()
    page = {"options": json.dumps(options), "question": keep_challenge(challenge), "wrong": wrong}
    return render(request, "portal/officer_sign_in.html", page, status=403 if wrong else 200)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """The link of the letter and the code of the telephone call open the page on which the passkey is made."""
    if request.method != "POST":
        return render(request, "portal/officer_enrol.html", {"form": WayInForm()})
    if "credential" in request.POST:
        return _made(request)
    form = WayInForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/officer_enrol.html", {"form": form}, status=422)
    try:
        link = actions.open_officer_link(form.cleaned_data["token"], form.cleaned_data["spoken"])
    except NoSuchThing as fault:
        form.add_error(None, [_(part) for part in (fault.what, fault.why, fault.do) if part])
        return render(request, "portal/officer_enrol.html", {"form": form}, status=422)
    return _make(request, link.ref)


def _make(request: HttpRequest, ref: str, wrong: SteelyardError | None = None) -> HttpResponse:
    link = actions.opened_officer_link(ref)
    if link is None:
        return redirect("portal:officer-enrol")
    options, challenge = begin_creation(link.officer)
    page = {
        "officer": link.officer,
        "options": json.dumps(options),
        "question": keep_challenge({**challenge, "link": ref}),
        "wrong": wrong,
    }
    return render(request, "portal/officer_passkey.html", page, status=403 if wrong else 200)


def _made(request: HttpRequest) -> HttpResponse:
    try:
        challenge = take_challenge(request)
    except BadInput:
        return redirect("portal:officer-enrol")
    ref = challenge.pop("link", "")
    try:
        officer = actions.enrol_officer(ref, challenge, answer_in(request), _("Passkey"))
    except NoSuchThing:
        return redirect("portal:officer-enrol")
    except (Refused, BadInput) as fault:
        return _make(request, ref, fault)
    return redirect("portal:officer") if officer else redirect("portal:officer-enrol")


@csrf_exempt
@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: OfficerRequest) -> HttpResponse:
    """Filled in, looked at, and sent with the passkey shown for exactly this."""
    if request.method != "POST":
        return render(
            request,
            "portal/officer_order.html",
            {"form": OfficerOrderForm(agency=request.presence.officer.agency), "presence": request.presence},
        )
    form = OfficerOrderForm(request.POST, agency=request.presence.officer.agency)
    page = {"form": form, "presence": request.presence}
    if not form.is_valid():
        return render(request, "portal/officer_order.html", page, status=422)
    missing = form.missing()
    if missing and "incomplete" not in request.POST:
        return render(request, "portal/officer_order.html", page | {"missing": missing}, status=422)
    return _confirmed(request, form) if "credential" in request.POST else _ask(request, form)


def _confirmed(request: OfficerRequest, form: OfficerOrderForm) -> HttpResponse:
    try:
        _shown_for(request)
        return hand_over(send_as_officer(request.presence, given_in(form)))
    except (Unreachable, BadInput, Refused) as fault:
        if getattr(fault, "field", "") not in form.fields:
            return _ask(request, form, fault)
        blame(form, fault)
        page = {"form": form, "presence": request.presence}
        return render(request, "portal/officer_order.html", page, status=422)


def _ask(
    request: OfficerRequest, form: OfficerOrderForm, wrong: SteelyardError | None = None
) -> HttpResponse:
    options, challenge = begin_assertion(request.presence.officer)
    page = {
        "presence": request.presence,
        "form": form,
        "entered": _entered(request),
        "options": json.dumps(options),
        "question": keep_challenge(challenge, _digest(request)),
        "wrong": wrong,
    }
    return render(request, "portal/officer_confirm.html", page, status=403 if wrong else 200)


def _shown_for(request: OfficerRequest) -> None:
    """The passkey was shown for what this form says, by the officer whose area it is: a stolen cookie sends nothing."""
    officer, _credential = finish_officer_assertion(
        take_challenge(request, _digest(request)), answer_in(request)
    )
    if officer.pk != request.presence.officer.pk:
        raise not_recognised()


def _entered(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value) for name, values in request.POST.lists() if name not in _OURS for value in values
    ]  # fmt: skip


_OURS = ("csrfmiddlewaretoken", "credential", "question")


def _digest(request: HttpRequest) -> str:
    return hashlib.sha256(json.dumps(sorted(_entered(request))).encode()).hexdigest()


@officers_only
@require_safe
def order(request: OfficerRequest, ref: str) -> HttpResponse:
    found = order_of(request.presence, ref)
    page = {
        "presence": request.presence,
        "order": found,
        "matter": found.matter,
        "missing": OrderForm().named(found.matter.missing),
        "number": shown(found.ref),
        "receipts": [(shown(number), at) for number, at in found.receipts],
        "instrument": instruments()[found.matter.instrument].name(get_language() or "en"),
    }
    return render(request, "portal/officer_matter.html", page)


@csrf_exempt
@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def colleagues(request: OfficerRequest) -> HttpResponse:
    """For an agency's administrator: name a colleague, or shut one out. For everybody else this page is absent."""
    lines = colleagues_of(request.presence)
    form = ColleagueForm(request.POST if request.POST.get("do") == "name" else None)
    if request.method == "POST" and request.POST.get("do") == "revoke":
        actions.revoke_officer(
            request.presence, request.POST.get("officer", ""), because="by their administrator"
        )
        return redirect("portal:officer-colleagues")
    if request.method == "POST" and form.is_valid():
        actions.name_colleague(request.presence, **form.cleaned_data)
        return redirect("portal:officer-colleagues")
    page = {"presence": request.presence, "lines": lines, "form": form}
    return render(request, "portal/officer_colleagues.html", page, status=422 if form.errors else 200)


@csrf_exempt
@officers_only
@require_POST
def leave(request: OfficerRequest) -> HttpResponse:
    actions.sign_out_officer(request.presence)
    return forget_officer(redirect("portal:officer"))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest) -> HttpResponse:
    """The code of our letter to a claimed mailbox. The answer says nothing about any order."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            confirm_mailbox(form.cleaned_data["code"])
            return render(request, "portal/confirm_address.html", {"done": True})
        except NoSuchThing as fault:
            form.add_error("code", [_(part) for part in (fault.what, fault.why, fault.do) if part])
    page = {"form": form}
    return render(request, "portal/confirm_address.html", page, status=422 if form.errors else 200)
