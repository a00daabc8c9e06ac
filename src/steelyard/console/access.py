"""Who sits at this browser. Every staff page goes through `staff`."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import quote

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from steelyard.base.errors import BadInput, Refused
from steelyard.base.errors import gettext_noop as _
from steelyard.people.access import NotFresh, Presence, half_sign_in, presence_of, require, require_fresh
from steelyard.people.actions import end_sign_in, seen, show_passkey_again
from steelyard.people.passkeys import begin_assertion, credential_of, finish_assertion
from steelyard.people.permissions import Permission

P = ParamSpec("P")
_BACKEND = "steelyard.people.backends.PasskeyBackend"


class StaffRequest(HttpRequest):
    """A request whose sender is known."""

    presence: Presence


View = Callable[Concatenate[StaffRequest, P], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, P], HttpResponse]


def staff(permission: Permission | None, *, step_up: bool = False) -> Callable[[View[P]], Guarded[P]]:
    """A page for signed-in staff with `permission` (None: for all of them).

    `step_up`: what it posts also needs a passkey shown within minutes. When it was not, the answer asks for
    it and carries everything that was entered along. Without the permission the answer is the one for a page
    that does not exist, byte for byte.
    """

    def guard(view: View[P]) -> Guarded[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            presence = presence_here(request)
            if presence is None:
                return _to_the_door(request)
            translation.activate(presence.member.language)
            if permission:
                require(presence.member, permission)
            known = cast(StaffRequest, request)
            known.presence = presence
            try:
                _confirm(known)
                if step_up and permission and request.method == "POST":
                    require_fresh(known.presence, permission)
                return view(known, *args, **kwargs)
            except NotFresh:
                return ask_for_passkey(known)

        guarded.permission = permission  # type: ignore[attr-defined]  # the authorization matrix reads it
        return cast(Guarded[P], guarded)

    return guard


def presence_here(request: HttpRequest) -> Presence | None:
    """The presence behind this session, or None."""
    found = presence_of(request.session.get("sign_in", ""))
    if found:
        seen(found)
    return found


def open_session(request: HttpRequest, user: Any, sign_in_ref: str) -> None:
    """Bind a complete sign-in to a fresh session; the old session id stops working."""
    request.session.flush()
    login(request, user, backend=_BACKEND)
    request.session["sign_in"] = sign_in_ref


def close_session(request: HttpRequest) -> None:
    if presence := presence_of(request.session.get("sign_in", "")):
        end_sign_in(presence.member, presence.sign_in.ref)
    logout(request)


def keep_challenge(request: HttpRequest, challenge: dict[str, Any]) -> None:
    request.session["challenge"] = challenge


def take_challenge(request: HttpRequest) -> dict[str, Any]:
    """The challenge put to this browser, once: an answer that is sent twice finds none."""
    found = request.session.pop("challenge", None)
    if not found:
        raise BadInput(
            _("This page was open too long."),
            _("Its question has been answered or forgotten."),
            _("Try again."),
        )
    return cast(dict[str, Any], found)


def answer_in(request: HttpRequest) -> dict[str, Any]:
    """What the passkey answered, as posted. Raises BadInput when it is no such thing."""
    try:
        answer = json.loads(request.POST.get("credential", ""))
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise BadInput(
            _("No passkey answered."),
            _("Passkeys need JavaScript on this page, and somebody who confirms on the device."),
            _("Allow JavaScript for this page and try again."),
        )
    return answer


def ask_for_passkey(request: StaffRequest, wrong: Refused | BadInput | None = None) -> HttpResponse:
    """The step-up page. It posts to where the person wanted to go, with everything they had entered."""
    options, challenge = begin_assertion(request.presence.member)
    keep_challenge(request, challenge)
    entered = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "credential")
        for value in values
    ]
    return render(
        request,
        "console/step_up.html",
        {"options": json.dumps(options), "entered": entered, "wrong": wrong},
        status=403,
    )


def next_address(request: HttpRequest) -> str:
    """Where the person wanted to go: an address of the console, never another site."""
    wanted = request.GET.get("next", "")
    home = reverse("console:home")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}) and wanted.startswith(home)
    return wanted if safe else home


def _confirm(request: StaffRequest) -> None:
    """A posted page may carry the answer of a passkey along: then it counts as shown now."""
    if request.method != "POST" or "credential" not in request.POST or "challenge" not in request.session:
        return
    try:
        member, row = finish_assertion(take_challenge(request), answer_in(request))
        if member.pk != request.presence.member.pk:
            raise Refused(_("This passkey belongs to somebody else."), "", _("Use your own."))
    except (Refused, BadInput) as fault:
        raise NotFresh(fault.what, fault.why, fault.do) from fault
    request.presence = show_passkey_again(request.presence, credential_of(row))


def _to_the_door(request: HttpRequest) -> HttpResponse:
    if half_sign_in(request.session.get("sign_in", "")):
        return redirect("console:second_factor")
    wanted = f"?next={quote(request.get_full_path())}" if request.method == "GET" else ""
    return redirect(reverse("console:sign_in") + wanted)
