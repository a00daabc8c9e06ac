"""The rota, how one is rung, what rings and what rang."""

from datetime import date

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.console.access import StaffRequest, staff
from steelyard.console.forms_oncall import ReachForm, StandInForm, TurnForm
from steelyard.console.words import said
from steelyard.flows.emergency import matter_of
from steelyard.oncall import actions, queries
from steelyard.people.permissions import Permission

ANSWER = Permission.ONCALL_RING_ANSWER


@staff(ANSWER)
@require_http_methods(["GET", "POST"])
def oncall(request: StaffRequest) -> HttpResponse:
    """One page, a form for each thing that can be changed. Those that were not sent stay empty."""
    member = request.presence.member
    may_edit = queries.may_edit(member)
    forms: dict[str, Form] = {
        "reach": ReachForm(),
        "stand_in": StandInForm(asker=member),
        "turn": TurnForm(asker=member),
    }
    status = 200
    if request.method == "POST":
        asked = request.POST.get("do", "")
        if asked == "lead":
            actions.set_lead(member, request.POST.get("member", ""), request.POST.get("lead") == "yes")
            return redirect("console:oncall")
        form = _filled(asked, request)
        if form is not None:
            if form.is_valid() and _done(request, asked, form):
                return redirect("console:oncall")
            forms[asked], status = form, 400
    context = {
        "rota": queries.rota(member), "may_edit": may_edit, "reachable": queries.reachable(member), **forms,
    }  # fmt: skip
    return render(request, "console/oncall.html", context, status=status)


@staff(ANSWER)
@require_GET
def history(request: StaffRequest) -> HttpResponse:
    member = request.presence.member
    lines = [(ring, matter_of(member, ring)) for ring in queries.talked_about(member)]
    return render(request, "console/oncall_history.html", {"lines": lines, "drills": queries.scorecards()})


@staff(ANSWER)
@require_POST
def answer(request: StaffRequest, ref: str) -> HttpResponse:
    """“I have it”: nobody else is rung, and the page it is about opens."""
    member = request.presence.member
    rings = {ring.ref: ring for ring in queries.rings_now(member)}
    actions.acknowledge(member, ref)
    messages.success(request, _("You have it. Nobody else is rung."))
    matter = matter_of(member, rings[ref]) if ref in rings else ""
    if not matter:
        return redirect("console:oncall_history")
    page = "console:emergency" if rings[ref].about_type == "oncall.emergency" else "console:case"
    return redirect(page, matter)


@staff(Permission.ONCALL_ROTA_EDIT)
@require_POST
def end(request: StaffRequest, ref: str) -> HttpResponse:
    actions.end_turn(request.presence.member, ref, last_day=_today())
    return redirect("console:oncall")


@staff(ANSWER)
@require_POST
def withdraw(request: StaffRequest, ref: str) -> HttpResponse:
    actions.withdraw_stand_in(request.presence.member, ref)
    return redirect("console:oncall")


def _filled(asked: str, request: StaffRequest) -> Form | None:
    member = request.presence.member
    if asked == "reach":
        return ReachForm(request.POST)
    if asked == "stand_in":
        return StandInForm(request.POST, asker=member)
    return TurnForm(request.POST, asker=member) if asked == "turn" and queries.may_edit(member) else None


def _done(request: StaffRequest, asked: str, form: Form) -> bool:
    member, given = request.presence.member, form.cleaned_data
    try:
        if asked == "reach":
            actions.set_reach(member, addresses=(given["first"], given["second"]), zone=given["zone"])
        elif asked == "stand_in":
            actions.stand_in(member, **given)
        else:
            actions.set_turn(member, **given)
    except (BadInput, Refused) as fault:
        field = getattr(fault, "field", "")
        form.add_error(field if field in form.fields else None, said(fault))
        return False
    messages.success(request, _("Kept."))
    return True


def _today() -> date:
    return now().date()
