"""Signing in: a passkey, then for some roles a second factor. Signing out."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from steelyard.base.errors import BadInput, Refused, SteelyardError
from steelyard.base.errors import gettext_noop as _
from steelyard.console.access import (
    answer_in,
    close_session,
    keep_challenge,
    next_address,
    open_session,
    presence_here,
    take_challenge,
)
from steelyard.people.access import half_sign_in, member_of, nothing_here
from steelyard.people.actions import complete_sign_in, start_sign_in
from steelyard.people.passkeys import begin_assertion, credential_of, finish_assertion, not_recognised
from steelyard.people.second_factors import check_code

_A_SIGN_IN_PAGE_LASTS = 600  # seconds; the session of somebody not signed in holds one challenge


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """One button. The passkey itself says whose it is."""
    if presence_here(request):
        return redirect(next_address(request))
    wrong: SteelyardError | None = None
    if request.method == "POST":
        try:
            return _passkey_shown(request)
        except SteelyardError as fault:
            wrong = fault
    options, challenge = begin_assertion()
    request.session.set_expiry(_A_SIGN_IN_PAGE_LASTS)
    keep_challenge(request, challenge)
    return render(
        request,
        "console/sign_in.html",
        {"options": json.dumps(options), "wrong": wrong},
        status=403 if wrong else 200,
    )


def _passkey_shown(request: HttpRequest) -> HttpResponse:
    member, row = finish_assertion(take_challenge(request), answer_in(request))
    try:
        member = member_of(member.user)
    except SteelyardError:
        # Someone suspended gets the very words of someone unknown.
        raise not_recognised() from None
    begun = start_sign_in(member, credential_of(row), device=request.headers.get("User-Agent", ""))
    request.session.set_expiry(None)
    if begun.state == "open":
        open_session(request, member.user, begun.ref)
        return redirect(next_address(request))
    request.session.cycle_key()
    request.session["sign_in"] = begun.ref
    request.session["next"] = next_address(request)
    return redirect("console:second_factor")


@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """A code, or another passkey than the first."""
    half = half_sign_in(request.session.get("sign_in", ""))
    if half is None:
        return redirect("console:sign_in")
    wrong: SteelyardError | None = None
    if request.method == "POST":
        try:
            if "credential" in request.POST:
                _other_passkey(request, half.member.pk, half.credential)
            else:
                check_code(half.member, request.POST.get("code", ""))
            complete_sign_in(half)
            wanted = request.session.pop("next", "")
            open_session(request, half.member.user, half.ref)
            return redirect(wanted or "console:home")
        except (Refused, BadInput) as fault:
            wrong = fault
    options, challenge = begin_assertion(half.member, without=half.credential)
    keep_challenge(request, challenge)
    context = {
        "options": json.dumps(options),
        "another": bool(options["publicKey"].get("allowCredentials")),
        "wrong": wrong,
    }
    return render(request, "console/second_factor.html", context, status=403 if wrong else 200)


def _other_passkey(request: HttpRequest, member_pk: int, first: str) -> None:
    member, row = finish_assertion(take_challenge(request), answer_in(request))
    if member.pk != member_pk or credential_of(row) == first:
        raise Refused(
            _("This is the passkey you began with, or not yours."),
            _("A second factor is a second thing."),
            _("Use your other passkey, or a code."),
        )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    close_session(request)
    return redirect("console:sign_in")


@require_http_methods(["GET", "POST"])
def absent(request: HttpRequest, /, **_: str) -> HttpResponse:
    """Every other address of the console."""
    raise nothing_here()
