"""A member of the platform signed in through the "take part" page: their token stays on our side, sealed."""

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from steelyard.base.errors import NoSuchThing
from steelyard.enforcement.connector import MemberSession
from steelyard.portal.keeping import forget, keep, kept

LASTS = 8 * 3600


def cookie_name() -> str:
    return "__Host-member" if settings.SESSION_COOKIE_SECURE else "member"


def signed_in(request: HttpRequest) -> MemberSession | None:
    """Who takes part in this browser, or None."""
    try:
        return msgspec.msgpack.decode(kept(request.COOKIES.get(cookie_name(), "")), type=MemberSession)
    except NoSuchThing:
        return None


def remember(response: HttpResponse, session: MemberSession) -> None:
    response.set_cookie(
        cookie_name(),
        keep(msgspec.msgpack.encode(session), seconds=LASTS),
        max_age=LASTS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Strict",
    )


def sign_out(request: HttpRequest, response: HttpResponse) -> None:
    if handle := request.COOKIES.get(cookie_name()):
        forget(handle)
    response.delete_cookie(cookie_name(), samesite="Strict")
