"""The second signature, complaints, and undoing what turned out wrong."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from steelyard.base.errors import BadInput, Refused, Unreachable
from steelyard.console.access import StaffRequest, staff
from steelyard.console.forms import Answer
from steelyard.console.views.cases import case_page
from steelyard.console.words import said
from steelyard.decisions.queries import case_behind, recent_decisions
from steelyard.decisions.states import BACK
from steelyard.flows.decide_case import countersign_decision, decline_decision, undo_decision
from steelyard.flows.decide_complaint import Becomes, decide_complaint
from steelyard.flows.read_case import read_case
from steelyard.flows.read_decision import read_decision
from steelyard.people.access import NotFresh, has
from steelyard.people.permissions import Permission


@staff(Permission.DECISIONS_DECISION_COUNTERSIGN, step_up=True)
@require_POST
def countersign(request: StaffRequest, ref: str, decision: str) -> HttpResponse:
    """Sign as the second person, or decline with a reason."""
    if request.POST.get("answer") == "sign":
        return _done(
            request,
            ref,
            lambda: countersign_decision(request.presence, decision),
            _("Signed. It takes effect now."),
        )
    because = request.POST.get("because", "").strip()
    if not because:
        messages.error(request, _("Say why you decline: the case goes back with your reason."))
        return redirect("console:case", ref)
    return _done(
        request,
        ref,
        lambda: decline_decision(request.presence, decision, because=because),
        _("Declined. The case went back to whoever proposed it."),
    )


@staff(Permission.CASES_CASE_READ)
@require_GET
def case_of(request: StaffRequest, ref: str) -> HttpResponse:
    """To the case that a decision belongs to."""
    return redirect("console:case", case_behind(request.presence.member, ref))


@staff(Permission.DECISIONS_COMPLAINT_DECIDE, step_up=True)
@require_POST
def complaint(request: StaffRequest, ref: str, complaint: str) -> HttpResponse:
    view = read_case(request.presence, ref)
    form = Answer(request.POST, view=view)
    if not form.is_valid():
        return case_page(request, ref, view=view, answer=form, status=400)
    becomes = Becomes(form.cleaned_data["becomes"])
    try:
        decide_complaint(request.presence, complaint, becomes, form.reply(), to=form.narrower())
    except NotFresh:
        raise
    except BadInput as fault:  # nothing that was written is lost
        form.add_error(fault.field if fault.field in form.fields else None, said(fault))
        return case_page(request, ref, view=view, answer=form, status=409)
    except (Refused, Unreachable) as fault:
        messages.error(request, said(fault))
    else:
        messages.success(request, _DONE[becomes]())
    return redirect("console:case", ref)


_DONE = {
    Becomes.UPHELD: lambda: _("The complaint is upheld."),
    Becomes.PARTLY: lambda: _("The restriction is narrowed, and the author is told what is left of it."),
    Becomes.REJECTED: lambda: _("The complaint is rejected. The author gets your answer."),
}


@staff(Permission.DECISIONS_DECISION_READ)
@require_GET
def decisions(request: StaffRequest) -> HttpResponse:
    """The latest decisions; those that a rule made alone are easily found, to look over them."""
    chosen = request.GET.get("by", "")
    lines = recent_decisions(request.presence.member, by_machine={"rule": True, "person": False}.get(chosen))
    return render(request, "console/decisions.html", {"lines": lines, "chosen": chosen})


@staff(Permission.DECISIONS_DECISION_READ)
@require_GET
def decision(request: StaffRequest, ref: str) -> HttpResponse:
    return decision_page(request, ref)


def decision_page(
    request: StaffRequest, ref: str, *, wrong: str = "", dispute: str = "", status: int = 200
) -> HttpResponse:
    """`wrong`: why what was sent about this `dispute` (without a reference: a new one) did not happen; what was
    typed is still there."""
    page = read_decision(request.presence, ref)
    undoable = page.decision.state == "made" and page.decision.outcome in ("contain", "label", "mute")
    may_undo = undoable and has(request.presence.member, Permission.DECISIONS_DECISION_UNDO)
    context = {
        "page": page, "decision": page.decision, "may_undo": may_undo,
        "may_narrow": undoable and page.decision.source != "order",
        "may_misuse": has(request.presence.member, Permission.MISUSE_MATTER_KEEP)
        and page.decision.outcome in ("contain", "remove") and page.decision.subject is not None,
        "may_dispute": has(request.presence.member, Permission.DECISIONS_COMPLAINT_DECIDE),
        "wrong": wrong, "dispute": dispute, "given": request.POST,
    }  # fmt: skip
    return render(request, "console/decision.html", context, status=status)


@staff(Permission.DECISIONS_DECISION_UNDO)
@require_POST
def undo(request: StaffRequest, ref: str) -> HttpResponse:
    try:
        reversal = undo_decision(request.presence, ref, because=request.POST.get("because", ""))
    except (Refused, BadInput) as fault:
        messages.error(request, said(fault))
    else:
        back = reversal.outcome in BACK
        messages.success(
            request,
            _(
                "Undone: what was restricted is as before. Its author is told, at once or when they may know of it."
            )
            if back
            else _(
                "Undone. Another decision is in force, so the restriction stays. Its author is told, at once or "
                "when they may know of it."
            ),
        )
    return redirect("console:decision", ref)


def _done(request: StaffRequest, ref: str, act: Callable[[], object], word: str) -> HttpResponse:
    """Do it and go back to the case; a refusal is said there."""
    try:
        act()
    except NotFresh:
        raise
    except (Refused, BadInput) as fault:
        messages.error(request, said(fault))
    else:
        messages.success(request, word)
    return redirect("console:case", ref)
