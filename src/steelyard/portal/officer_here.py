"""An officer of an authority signed in at this browser: a cookie of our own, strict, for the officer's pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steelyard.base.errors import BadInput, NoSuchThing
from steelyard.base.errors import gettext_noop as _
from steelyard.people.agencies.access import OfficerPresence, officer_presence
from steelyard.people.agencies.actions import seen_officer
from steelyard.portal.keeping import forget, keep, kept

P = ParamSpec("P")
_CHALLENGE_LASTS = 600
_COOKIE_LASTS = 12 * 3600


class OfficerRequest(HttpRequest):
    presence: OfficerPresence


View = Callable[Concatenate[OfficerRequest, P], HttpResponse]


def officers_only(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of the officer's area. Everybody else comes to its door, whatever the address."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        presence = officer_here(request)
        if presence is None:
            return redirect("portal:officer")
        known = cast(OfficerRequest, request)
        known.presence = presence
        return view(known, *args, **kwargs)

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], guarded)


def officer_here(request: HttpRequest) -> OfficerPresence | None:
    found = officer_presence(request.COOKIES.get(_cookie(), ""))
    if found:
        seen_officer(found)
    return found


def remember_officer(response: HttpResponse, token: str) -> HttpResponse:
    response.set_cookie(
        _cookie(), token, max_age=_COOKIE_LASTS, httponly=True, secure=settings.SESSION_COOKIE_SECURE,
        samesite="Strict",
    )  # fmt: skip
    return response


def forget_officer(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(_cookie(), samesite="Strict")
    return response


def keep_challenge(challenge: dict[str, Any], about: str = "") -> str:
    """Keep a passkey's question, tied to what it is about; the handle stands in the form."""
    return keep(msgspec.json.encode({"challenge": challenge, "about": about}), seconds=_CHALLENGE_LASTS)


def take_challenge(request: HttpRequest, about: str = "") -> dict[str, Any]:
    """The question that this form was given, once, and only for what it was about."""
    handle = request.POST.get("question", "")
    try:
        found = msgspec.json.decode(kept(handle))
    except NoSuchThing:
        found = {}
    forget(handle)
    if not found or found["about"] != about:
        raise BadInput(
            _("This page was open too long, or something on it has changed."),
            _("A passkey answers one question, once."),
            _("Look at it again and confirm once more."),
        )
    return cast(dict[str, Any], found["challenge"])


def answer_in(request: HttpRequest) -> dict[str, Any]:
    """What the passkey answered, as posted."""
    try:
        answer = msgspec.json.decode(request.POST.get("credential", "").encode(), type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError) as fault:
        raise BadInput(
            _("No passkey answered."),
            _("Passkeys need JavaScript on this page, and somebody who confirms on the device."),
            _("Allow JavaScript for this page and try again."),
        ) from fault
    return answer


def _cookie() -> str:
    return "__Host-officer" if settings.SESSION_COOKIE_SECURE else "officer"
