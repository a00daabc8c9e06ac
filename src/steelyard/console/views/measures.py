"""What is decided and not yet carried out, and what was refused: look, and have it tried again."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from steelyard.base.errors import Refused
from steelyard.console.access import StaffRequest, staff
from steelyard.console.words import said
from steelyard.enforcement.actions import retry_measure
from steelyard.flows.read_outbox import letters_on_their_way, measures_on_their_way, partners_on_their_way
from steelyard.flows.read_outbox import retry_for_partner as for_partner
from steelyard.letters.actions import retry_letter
from steelyard.people.access import has
from steelyard.people.permissions import Permission


@staff(Permission.ENFORCEMENT_MEASURE_READ)
@require_GET
def measures(request: StaffRequest) -> HttpResponse:
    member = request.presence.member
    context = {
        "measures": measures_on_their_way(member),
        "may_retry": has(member, Permission.ENFORCEMENT_MEASURE_RETRY),
        "partners": partners_on_their_way(member) if has(member, Permission.PEOPLE_PARTNER_READ) else None,
        "letters": letters_on_their_way(member) if has(member, Permission.LETTERS_LETTER_READ) else None,
    }
    return render(request, "console/measures.html", context)


@staff(Permission.ENFORCEMENT_MEASURE_RETRY)
@require_POST
def retry(request: StaffRequest, ref: str) -> HttpResponse:
    return _again(request, lambda: retry_measure(request.presence.member, ref))


@staff(Permission.LETTERS_LETTER_READ)
@require_POST
def retry_sending(request: StaffRequest, ref: str) -> HttpResponse:
    return _again(request, lambda: retry_letter(request.presence.member, ref))


@staff(Permission.PEOPLE_PARTNER_READ)
@require_POST
def retry_for_partner(request: StaffRequest, ref: str) -> HttpResponse:
    return _again(request, lambda: for_partner(request.presence.member, ref))


def _again(request: StaffRequest, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except Refused as fault:
        messages.error(request, said(fault))
    else:
        messages.success(request, _("It is tried again now."))
    return redirect("console:measures")
