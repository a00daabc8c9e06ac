"""Disputes before certified bodies: the case file in one click, what the body decided, carried out."""

import re
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from steelyard.base.errors import BadInput, Refused
from steelyard.console.access import StaffRequest, staff
from steelyard.console.views.decisions import decision_page
from steelyard.console.words import said
from steelyard.flows.disputes import begin_dispute, case_file, settle_dispute
from steelyard.flows.narrow import Narrower
from steelyard.people.permissions import Permission


@staff(Permission.DECISIONS_COMPLAINT_DECIDE)
@require_GET
def case_file_of(request: StaffRequest, ref: str) -> HttpResponse:
    return HttpResponse(
        case_file(request.presence, ref), content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="case-file-{ref}.zip"'},
    )  # fmt: skip


@staff(Permission.DECISIONS_COMPLAINT_DECIDE, step_up=True)
@require_POST
def begin(request: StaffRequest, ref: str) -> HttpResponse:
    try:
        begin_dispute(
            request.presence, ref, body=request.POST.get("body", ""),
            their_reference=request.POST.get("their_reference", ""),
        )  # fmt: skip
    except (BadInput, Refused) as fault:
        return decision_page(request, ref, wrong=said(fault), status=400)
    messages.success(request, _("The dispute is noted."))
    return redirect("console:decision", ref)


@staff(Permission.DECISIONS_COMPLAINT_DECIDE, step_up=True)
@require_POST
def settle(request: StaffRequest, ref: str, dispute: str) -> HttpResponse:
    try:
        settle_dispute(
            request.presence, ref, dispute, request.POST.get("move", ""),
            outcome=request.POST.get("outcome", ""), to=_left(request),
            decided_on=_day(request, "decided_on", _("Say on which day the body decided.")),
        )  # fmt: skip
    except (BadInput, Refused) as fault:
        return decision_page(request, ref, wrong=said(fault), dispute=dispute, status=400)
    messages.success(request, _("The outcome is noted and carried out."))
    return redirect("console:decision", ref)


def _left(request: StaffRequest) -> Narrower:
    """What a body left of a restriction that it narrowed."""
    countries = tuple(re.split(r"[\s,;]+", request.POST.get("countries", "").strip().upper()))
    ends = request.POST.get("until")
    return Narrower(
        until=_day(request, "until", _("Say on which day the restriction ends.")) if ends else None,
        countries=countries if countries != ("",) else (),
    )


def _day(request: StaffRequest, name: str, otherwise: str) -> date:
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        raise BadInput(otherwise, field=name) from None
