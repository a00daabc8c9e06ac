"""The way into the hotline desk: enrol with a link that works once, sign in with a passkey, sign out."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from steelyard.base.errors import SteelyardError
from steelyard.people.actions.partners import enrol_partner_member
from steelyard.people.partner_access import invited_member, partner_member
from steelyard.people.passkeys import (
    begin_assertion,
    begin_creation,
    finish_creation,
    finish_partner_assertion,
    not_recognised,
)
from steelyard.portal.bounds import too_many
from steelyard.portal.partner_session import Asked, answered, ask, let_in, let_out


def sign_in_page(request: HttpRequest, wrong: SteelyardError | None = None) -> HttpResponse:
    """One button. Organisations without an account here are sent to the public form."""
    options, challenge = begin_assertion()
    page = {"options": json.dumps(options), "asked": ask(Asked(challenge)), "wrong": _said(wrong)}
    return render(request, "portal/hotline_sign_in.html", page, status=403 if wrong else 200)


@csrf_exempt  # as in channel.py
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    try:
        asked, answer = answered(request)
        member = partner_member(finish_partner_assertion(asked.challenge, answer).ref)
        if member is None:
            raise not_recognised()
    except SteelyardError as fault:
        return sign_in_page(request, fault)
    response = redirect("portal:hotline")
    let_in(response, member)
    return response


@csrf_exempt
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    response = redirect("portal:hotline")
    let_out(request, response)
    return response


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """The code of the link, then the passkey. Looking at the page uses nothing up."""
    if request.method != "POST":
        return _start(request)
    try:
        if "token" in request.POST:
            if too_many(request):
                return _start(request)
            return _passkey(request, request.POST["token"].strip())
        asked, answer = answered(request)
        name = request.POST.get("name", "").strip()[:40] or _("Passkey")
        finish_creation(invited_member(asked.token), asked.challenge, answer, name)
        member = enrol_partner_member(asked.token)
    except SteelyardError as fault:
        return _start(request, fault)
    response = redirect("portal:hotline")
    let_in(response, member)
    return response


def _start(request: HttpRequest, wrong: SteelyardError | None = None) -> HttpResponse:
    return render(request, "portal/hotline_enrol.html", {"wrong": _said(wrong)}, status=400 if wrong else 200)


def _passkey(request: HttpRequest, token: str) -> HttpResponse:
    member = invited_member(token)
    options, challenge = begin_creation(member)
    page = {
        "member": member, "options": json.dumps(options), "asked": ask(Asked(challenge, token)),
    }  # fmt: skip
    return render(request, "portal/hotline_enrol.html", page)


def _said(fault: SteelyardError | None) -> str:
    return " ".join(_(part) for part in (fault.what, fault.why, fault.do) if part) if fault else ""
