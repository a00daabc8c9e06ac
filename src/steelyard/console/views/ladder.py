"""Who is asking: the steps up the ladder, taken on the page of the order."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from steelyard.base.errors import BadInput, Refused
from steelyard.console.access import StaffRequest, staff
from steelyard.console.words import said
from steelyard.flows.forgeries import hands
from steelyard.flows.verify_sender import send_code
from steelyard.orders.verification import actions
from steelyard.people.access import NotFresh
from steelyard.people.permissions import Permission

_LARGEST = 10_000_000


@staff(Permission.ORDERS_ORDER_CHECK, step_up=True)
@require_POST
def mailbox(request: StaffRequest, ref: str) -> HttpResponse:
    return _done(
        request, ref, lambda: send_code(request.presence, ref), _("A code is on its way to that address.")
    )


@staff(Permission.ORDERS_ORDER_CHECK, step_up=True)
@require_POST
def call_back(request: StaffRequest, ref: str) -> HttpResponse:
    return _done(
        request,
        ref,
        lambda: actions.call_back(
            request.presence, ref, request.POST.get("entry", ""), spoke_with=request.POST.get("spoke_with", ""),
            because=request.POST.get("because", ""), answers_for=request.POST.get("answers_for", ""),
        ),
        _("The call-back is written down."),
    )  # fmt: skip


@staff(Permission.ORDERS_ORDER_CHECK, step_up=True)
@require_POST
def deny(request: StaffRequest, ref: str) -> HttpResponse:
    """The authority says that it is not theirs, and perhaps that others are not either."""
    return _done(
        request,
        ref,
        lambda: actions.deny(
            request.presence, ref, request.POST.get("entry", ""), spoke_with=request.POST.get("spoke_with", ""),
            because=request.POST.get("because", ""), answers_for=request.POST.get("answers_for", ""),
            also=request.POST.getlist("also"),
        ),
        _("Written down. Nothing counts for it any more; refuse it, and look at what shares something with it."),
    )  # fmt: skip


@staff(Permission.ORDERS_ORDER_READ)
@require_GET
def denied(request: StaffRequest) -> HttpResponse:
    """Orders that were denied, together with what may come from the same hand."""
    return render(request, "console/denied.html", {"hands": hands(request.presence)})


@staff(Permission.ORDERS_ORDER_DECIDE, step_up=True)
@require_POST
def release(request: StaffRequest, ref: str) -> HttpResponse:
    return _done(
        request,
        ref,
        lambda: actions.release(request.presence, ref, because=request.POST.get("because", "")),
        _("Released."),
    )


@staff(Permission.ORDERS_ORDER_CHECK, step_up=True)
@require_POST
def signature(request: StaffRequest, ref: str) -> HttpResponse:
    """The signed file, and its signature where that is a file of its own."""
    parts = [request.FILES.get(name) for name in ("file", "signature")]
    if not parts[0]:  # a passkey was asked for in between, and files are not carried along
        messages.warning(request, _("Choose the signed file again."))
        return redirect("console:order", ref)
    file, beside = (part.read() if part and (part.size or 0) <= _LARGEST else b"" for part in parts)
    return _done(
        request,
        ref,
        lambda: actions.check_signature(
            request.presence, ref, file, beside, says_the_same="says_the_same" in request.POST
        ),
        _("The signature holds."),
    )


@staff(Permission.ORDERS_ORDER_CHECK)
@require_POST
def take_back(request: StaffRequest, ref: str) -> HttpResponse:
    row = request.POST.get("row", "")
    return _done(
        request,
        ref,
        lambda: actions.take_back(request.presence, ref, row, because=request.POST.get("because", "")),
        _("Taken back."),
    )


def _done(request: StaffRequest, ref: str, act: Callable[[], object], words: str) -> HttpResponse:
    try:
        act()
        messages.success(request, words)
    except NotFresh:
        raise
    except (Refused, BadInput) as fault:
        messages.warning(request, said(fault))
    return redirect("console:order", ref)
