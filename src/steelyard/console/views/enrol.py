"""Coming onto the staff through a one-time link: passkey, second factor, recovery codes.

The link carries its secret behind the `#`, which browsers never send: it reaches no log. A script moves it
into the form; without JavaScript it can be pasted. Looking at the page uses nothing up.
"""

import json

import segno
from allauth.mfa.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from steelyard.base.errors import BadInput, SteelyardError
from steelyard.console.access import answer_in, keep_challenge, open_session, take_challenge
from steelyard.people import passkeys, second_factors
from steelyard.people.access import Member
from steelyard.people.actions import (
    Invitation,
    accept_invitation,
    open_invitation,
    opened_invitation,
    start_sign_in,
)

_ENROLMENT_LASTS = 1800


@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Each step posts here; which step is next follows from what the person already has."""
    invitation = opened_invitation(request.session.get("enrolling", ""))
    wrong: SteelyardError | None = None
    if request.method == "POST":
        try:
            done = _step(request, invitation)
        except SteelyardError as fault:
            wrong = fault
        else:
            return done or redirect("console:enrol")
    return _page(request, invitation, wrong)


def _step(request: HttpRequest, invitation: Invitation | None) -> HttpResponse | None:
    if "token" in request.POST:
        opened = open_invitation(request.POST["token"])
        request.session.flush()
        request.session["enrolling"] = opened.ref
        request.session.set_expiry(_ENROLMENT_LASTS)
        return None
    if invitation is None:
        raise BadInput(
            _("This enrolment is over."),
            _("It was finished, or it took too long."),
            _("Sign in, or ask for a new link."),
        )
    member = invitation.member
    match request.POST.get("step"):
        case "passkey":
            passkeys.finish_creation(
                member, take_challenge(request), answer_in(request), _name_of_key(request)
            )
        case "app":
            second_factors.add_app(member, request.session.get("app", ""), request.POST.get("code", ""))
        case "codes":
            codes = second_factors.new_recovery_codes(member)
            return render(request, "console/enrol_codes.html", {"codes": codes, "member": member})
        case "finish":
            return _finish(request, invitation)
        case _:
            raise BadInput(_("This step is not known."), "", _("Go on with the page."))
    return None


def _finish(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    member = accept_invitation(invitation)
    credential = passkeys.credential_of(passkeys.passkeys_of(member)[0])
    begun = start_sign_in(member, credential, device=request.headers.get("User-Agent", ""), complete=True)
    request.session.set_expiry(None)
    open_session(request, member.user, begun.ref)
    return redirect("console:home")


def _page(request: HttpRequest, invitation: Invitation | None, wrong: SteelyardError | None) -> HttpResponse:
    status = 400 if wrong else 200
    if invitation is None:
        return render(request, "console/enrol_start.html", {"wrong": wrong}, status=status)
    member = invitation.member
    context: dict[str, object] = {"member": member, "wrong": wrong}
    keys = passkeys.passkeys_of(member)
    if keys and (len(keys) > 1 or second_factors.has_app(member)):
        return render(request, "console/enrol_codes.html", context, status=status)
    options, challenge = passkeys.begin_creation(member)
    keep_challenge(request, challenge)
    context["options"] = json.dumps(options)
    if not keys:
        return render(request, "console/enrol_passkey.html", context, status=status)
    context |= _app(request, member)
    return render(request, "console/enrol_second.html", context, status=status)


def _app(request: HttpRequest, member: Member) -> dict[str, object]:
    secret = request.session.setdefault("app", second_factors.new_secret())
    address = get_adapter().build_totp_url(member.user, secret)
    return {"secret": secret, "qr": segno.make(address).svg_inline(omitsize=True)}


def _name_of_key(request: HttpRequest) -> str:
    return request.POST.get("name", "").strip()[:40] or _("Passkey")
