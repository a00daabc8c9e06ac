"""Error pages in the reader's language: what happened, why, and what to do next."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from steelyard.base.errors import BadInput, Broken, NoSuchThing, Refused, SteelyardError, Unreachable

log = logging.getLogger(__name__)

STATUS: dict[type[SteelyardError], int] = {
    NoSuchThing: 404,
    Refused: 403,
    BadInput: 400,
    Unreachable: 503,
    Broken: 500,
}


class SaidPlainly:
    """An error of ours that no view has caught becomes a page that says it."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.answer(request)
        if isinstance(answer, HttpResponseNotAllowed) and not answer.content:
            return _only_sent(request, answer["Allow"])
        return answer

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        if isinstance(fault, (OperationalError, InterfaceError)):
            log.error("The database does not answer.")
            return unreachable(request)
        if not isinstance(fault, SteelyardError):
            return None
        status = next((code for kind, code in STATUS.items() if isinstance(fault, kind)), 500)
        if status == 404:  # noqa: PLR2004
            return not_found(request)  # "absent" and "you may not know" look the same, to the letter
        if status >= 500:  # noqa: PLR2004
            log.error("%s", fault.what)  # which part it is and where it lives is for the person on call
            return unreachable(request) if isinstance(fault, Unreachable) else broken(request)
        return _said(
            request, status, *(_(part) if part else "" for part in (fault.what, fault.why, fault.do))
        )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _said(
        request,
        400,
        _("We could not read this request."),
        _("It was cut off, or it was not made by one of our pages."),
        _("Go back, reload the page and send it again."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    return _said(
        request,
        403,
        _("This was not accepted."),
        _("It came from another site or from a page open too long, or it needs rights you do not have."),
        _("Open the page again from this site and repeat it. If you are staff, sign in first."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _said(
        request,
        404,
        _("There is nothing at this address."),
        _("The link may be incomplete, too old, or meant for somebody else."),
        _("Check that you copied the whole link, or start from the first page."),
    )


def _only_sent(request: HttpRequest, allowed: str) -> HttpResponse:
    page = _said(
        request,
        405,
        _("This address only takes what a form sends."),
        _("It was opened by itself, for example again from the address line."),
        _("Go back to the page with the form."),
    )
    page["Allow"] = allowed
    return page


def broken(request: HttpRequest) -> HttpResponse:
    return _said(
        request,
        500,
        _("Something went wrong on our side."),
        _("It is not your mistake. The fault has been recorded without what you typed."),
        _("Wait a minute and try again. If it is urgent, use the contacts on the first page."),
    )


def unreachable(request: HttpRequest) -> HttpResponse:
    return _said(
        request,
        503,
        _("A part of our system does not answer at the moment."),
        _("It is being started again, or it is overloaded."),
        _("Wait a minute and try again. If it is urgent, use the contacts on the first page."),
    )


def _said(request: HttpRequest, status: int, what: str, why: str, do: str) -> HttpResponse:
    body = render_to_string(
        "steelyard/error.html", {"status": status, "what": what, "why": why, "do": do}, request
    )
    return HttpResponse(body, status=status)
