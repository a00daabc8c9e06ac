"""An emergency with its call-backs; acting alone in the last minutes of an hour; the review of it."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from steelyard.base.errors import BadInput, Refused
from steelyard.cases.actions import claim_case
from steelyard.console.access import StaffRequest, staff
from steelyard.console.forms import Because
from steelyard.console.forms_oncall import CallForm, ConcludeForm
from steelyard.console.words import said
from steelyard.flows.contain_alone import contain_alone, decide_review, read_review
from steelyard.flows.emergency import call_back, conclude_emergency, read_emergency
from steelyard.people.access import NotFresh
from steelyard.people.permissions import Permission


@staff(Permission.ONCALL_RING_ANSWER)
@require_http_methods(["GET", "POST"])
def emergency(request: StaffRequest, ref: str) -> HttpResponse:
    """What was said, who called back, what it turned out to be. Also for somebody who was rung and opens no other."""
    if request.method == "POST" and request.POST.get("do") == "claim":
        return _claim(request, ref)
    view = read_emergency(request.presence, ref)
    call, conclude, status = CallForm(), ConcludeForm(), 200
    if request.method == "POST" and request.POST.get("do") == "conclude":
        conclude = ConcludeForm(request.POST)
        if _done(conclude, lambda: conclude_emergency(request.presence, ref, **conclude.cleaned_data)):
            return redirect("console:emergency", ref)
        status = 400
    elif request.method == "POST":
        call = CallForm(request.POST)
        if _done(call, lambda: call_back(request.presence, ref, **call.cleaned_data)):
            return redirect("console:emergency", ref)
        status = 400
    context = {"view": view, "call": call, "conclude": conclude}
    return render(request, "console/emergency.html", context, status=status)


def _claim(request: StaffRequest, ref: str) -> HttpResponse:
    try:
        claim_case(request.presence.member, ref)
    except Refused as fault:  # somebody was quicker
        messages.warning(request, said(fault))
    return redirect("console:emergency", ref)


def _done(form: Form, act: Callable[[], object]) -> bool:
    """Whether it could be written down; the form says why not."""
    if not form.is_valid():
        return False
    try:
        act()
    except (Refused, BadInput) as fault:
        form.add_error(getattr(fault, "field", "") or None, said(fault))
        return False
    return True


@staff(Permission.ORDERS_ORDER_DECIDE, step_up=True)
@require_POST
def alone(request: StaffRequest, ref: str, decision: str) -> HttpResponse:
    try:
        contain_alone(request.presence, decision, because=request.POST.get("because", ""))
    except NotFresh:
        raise
    except (Refused, BadInput) as fault:
        messages.error(request, said(fault))
    else:
        messages.success(request, _("Hidden. Somebody else reviews it within a day."))
    return redirect("console:case", ref)


@staff(Permission.DECISIONS_DECISION_COUNTERSIGN, step_up=True)
@require_http_methods(["GET", "POST"])
def review(request: StaffRequest, ref: str) -> HttpResponse:
    found = read_review(request.presence, ref)
    form, status = Because(request.POST or None), 200
    if request.method == "POST":
        try:
            if form.is_valid():
                keep = request.POST.get("keep") == "yes"
                decide_review(request.presence, ref, keep=keep, because=form.cleaned_data["because"])
                return redirect("console:review", ref)
        except NotFresh:
            raise
        except (Refused, BadInput) as fault:
            form.add_error(None, said(fault))
        status = 400
    member = request.presence.member
    context = {
        "review": found, "case": found.case, "form": form, "minutes": int(found.after.total_seconds() // 60),
        "own": found.decision.decided_by == member.ref, "mine": found.case.claimed_by == member.ref,
    }  # fmt: skip
    return render(request, "console/review.html", context, status=status)
