"""A partner's person signed in to the hotline desk: a strict cookie with a handle, nothing else in the browser."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt

from steelyard.base.errors import BadInput, NoSuchThing, gettext_noop
from steelyard.people.partner_access import PartnerMember, partner_member
from steelyard.portal.keeping import forget, keep, kept, kept_as

LASTS = 12 * 3600
View = Callable[..., HttpResponse]


def cookie_name() -> str:
    return "__Host-hotline" if settings.SESSION_COOKIE_SECURE else "hotline"


def partner_here(request: HttpRequest) -> PartnerMember | None:
    """Who of which partner sits at this browser; read afresh, so that a suspension counts at once."""
    try:
        return partner_member(kept(request.COOKIES.get(cookie_name(), "")).decode())
    except NoSuchThing:
        return None


def let_in(response: HttpResponse, member: PartnerMember) -> None:
    response.set_cookie(
        cookie_name(), keep(member.ref.encode(), seconds=LASTS), max_age=LASTS, httponly=True,
        secure=settings.SESSION_COOKIE_SECURE, samesite="Strict",
    )  # fmt: skip


def let_out(request: HttpRequest, response: HttpResponse) -> None:
    if handle := request.COOKIES.get(cookie_name()):
        forget(handle)
    response.delete_cookie(cookie_name(), samesite="Strict")


def partners_only(view: View) -> View:
    """A page of the hotline desk; others are shown the way in. The cookie is SameSite=Strict, and
    assembly.security refuses posts from other sites, so no second token is needed."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        member = partner_here(request)
        if member is None:
            return redirect("portal:hotline")
        return view(request, member, *args, **more)

    return csrf_exempt(inner)


class Asked(msgspec.Struct, frozen=True):
    """What we asked a passkey, kept until its answer comes back once."""

    challenge: dict[str, Any]
    token: str = ""


def ask(asked: Asked) -> str:
    """A handle under which the question waits ten minutes."""
    return keep(msgspec.msgpack.encode(asked), seconds=600)


def answered(request: HttpRequest) -> tuple[Asked, dict[str, Any]]:
    """The question and the passkey's answer, once. Raises BadInput or NoSuchThing."""
    handle = request.POST.get("asked", "")
    asked = kept_as(handle, Asked)
    forget(handle)
    try:
        answer = msgspec.json.decode(request.POST.get("credential", ""), type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError):
        raise BadInput(
            gettext_noop("No passkey answered."),
            gettext_noop("Passkeys need JavaScript on this page, and somebody who confirms on the device."),
            gettext_noop("Allow JavaScript for this page and try again."),
        ) from None
    return asked, answer
