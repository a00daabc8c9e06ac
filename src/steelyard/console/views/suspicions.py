"""Suspicion of a crime against life or safety (DSA Art. 18): prepared from a case, released by two, handed over."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from steelyard.base.errors import BadInput, Refused, Unreachable
from steelyard.console.access import StaffRequest, staff
from steelyard.console.words import said
from steelyard.flows import report_suspicion as flow
from steelyard.people.access import NotFresh, has
from steelyard.people.permissions import Permission


@staff(Permission.CASES_CASE_DECIDE)
@require_http_methods(["GET", "POST"])
def suspicion(request: StaffRequest, ref: str) -> HttpResponse:
    """What was prepared in a case, and the form to prepare it."""
    wrong, country = "", request.POST.get("country", request.GET.get("country", "")).strip().upper()
    if request.method == "POST":
        try:
            return _ACTS[request.POST.get("do", "")](request, ref)
        except NotFresh:
            raise
        except (BadInput, Refused, Unreachable) as fault:
            wrong = said(fault)
    page = {
        "page": flow.read_suspicions(request.presence, ref, country), "case_ref": ref, "country": country,
        "wrong": wrong, "given": request.POST,
        "may_ask": has(request.presence.member, Permission.ORDERS_ORDER_DECIDE),
        "may_release": has(request.presence.member, Permission.DISCLOSURE_PACKAGE_RELEASE),
        "may_directory": has(request.presence.member, Permission.PEOPLE_AGENCY_READ),
        "me": request.presence.member.ref,
    }  # fmt: skip
    return render(request, "console/suspicion.html", page, status=400 if wrong else 200)


def _prepare(request: StaffRequest, ref: str) -> HttpResponse:
    given = request.POST
    flow.prepare_suspicion(request.presence, ref, flow.SuspicionGiven(
        words=given.get("words", "")[:20_000], country=given.get("country", "").strip().upper(),
        addressee=given.get("addressee", "")[:300], tell_after=_day(given.get("tell_after", "")),
        why_wait=given.get("why_wait", "")[:2000],
    ))  # fmt: skip
    messages.success(request, _("Prepared. Somebody on call is rung; two people release it."))
    return redirect("console:suspicion", ref)


def _add(request: StaffRequest, ref: str) -> HttpResponse:
    flow.add_data(request.presence, request.POST.get("which", ""), request.POST.getlist("categories"))
    messages.success(request, _("Sealed with the rest. Nobody reads it here; two people release it."))
    return redirect("console:suspicion", ref)


def _ask(request: StaffRequest, ref: str) -> HttpResponse:
    given = request.POST
    flow.ask_release(
        request.presence, given.get("which", ""), given.get("recipient", ""), given.get("because", "")
    )
    messages.success(request, _("Sent to a second person. Nothing happens before they sign."))
    return redirect("console:suspicion", ref)


def _release(request: StaffRequest, ref: str) -> HttpResponse:
    flow.release_suspicion(request.presence, request.POST.get("which", ""))
    messages.success(request, _("Released, and encrypted to the authority’s key."))
    return redirect("console:suspicion", ref)


def _send_back(request: StaffRequest, ref: str) -> HttpResponse:
    if not request.POST.get("because", "").strip():
        raise BadInput(_("Say why you decline: the case goes back with your reason."))
    flow.decline_suspicion(request.presence, request.POST.get("which", ""), request.POST["because"])
    return redirect("console:suspicion", ref)


def _hand_over(request: StaffRequest, ref: str) -> HttpResponse:
    which = request.POST.get("which", "")
    return HttpResponse(
        flow.hand_over(request.presence, which, request.POST.get("how", "")),
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="suspicion-{which}.age"'},
    )


def _drop(request: StaffRequest, ref: str) -> HttpResponse:
    flow.drop_suspicion(request.presence, request.POST.get("which", ""), request.POST.get("because", ""))
    return redirect("console:suspicion", ref)


_ACTS: dict[str, Callable[[StaffRequest, str], HttpResponse]] = {
    "prepare": _prepare, "add": _add, "ask": _ask, "release": _release, "send_back": _send_back,
    "hand_over": _hand_over, "drop": _drop, "": lambda request, ref: redirect("console:suspicion", ref),
}  # fmt: skip


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(_("This is no day.")) from None
