"""Queues, and one case: read it, take it, decide it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from steelyard.base.errors import BadInput, Refused
from steelyard.cases.actions import claim_case, release_case
from steelyard.cases.queries import queue, queue_sizes
from steelyard.cases.states import CaseKind
from steelyard.console.access import StaffRequest, staff
from steelyard.console.forms import Answer, Decide, Filter
from steelyard.console.words import CASE_KINDS, said
from steelyard.decisions.states import Outcome
from steelyard.flows import read_case as flow
from steelyard.flows.contain_alone import offered
from steelyard.flows.decide_case import decide_case
from steelyard.ledger.queries import HistoryLine, history_of
from steelyard.people.access import NotFresh, has
from steelyard.people.permissions import Permission


@staff(Permission.CASES_CASE_READ)
@require_GET
def cases(request: StaffRequest) -> HttpResponse:
    """What waits, the most pressing first."""
    member = request.presence.member
    form = Filter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    kind = CaseKind(asked["kind"]) if asked.get("kind") else None
    lines = queue(member, kind=kind, harm=asked.get("harm", ""))
    waiting = queue_sizes(member)
    sizes = [(name, label, waiting[name]) for name, label in CASE_KINDS.items() if waiting.get(name)]
    return render(request, "console/cases.html", {"lines": lines, "form": form, "sizes": sizes})


@staff(Permission.CASES_CASE_READ)
@require_GET
def case(request: StaffRequest, ref: str) -> HttpResponse:
    view = flow.read_case(request.presence, ref)
    if page := _OWN_PAGES.get(CaseKind(view.case.kind)):
        return redirect(page, ref)
    return case_page(request, ref, view=view)


_OWN_PAGES = {
    CaseKind.REVIEW: "console:review",
    CaseKind.EMERGENCY: "console:emergency",
    CaseKind.DRILL: "console:emergency",
}


@staff(Permission.CASES_CASE_CLAIM)
@require_POST
def claim(request: StaffRequest, ref: str) -> HttpResponse:
    """Take it. When somebody was quicker, the page says who has it."""
    try:
        claim_case(request.presence.member, ref)
    except Refused as fault:
        messages.warning(request, said(fault))
    return redirect("console:case", ref)


@staff(Permission.CASES_CASE_CLAIM)
@require_POST
def release(request: StaffRequest, ref: str) -> HttpResponse:
    release_case(request.presence.member, ref)
    messages.success(request, _("The case is back in the queue."))
    return redirect("console:cases")


@staff(Permission.CASES_CASE_DECIDE)
@require_POST
def decide(request: StaffRequest, ref: str) -> HttpResponse:
    """Show what the author would be told, or decide."""
    view = flow.read_case(request.presence, ref)
    form = Decide(request.POST, view=view)
    if not form.is_valid():
        return case_page(request, ref, view=view, form=form, status=400)
    given = form.given()
    try:
        if request.POST.get("do") == "preview":
            reasons = flow.preview(request.presence, ref, given)
            return case_page(request, ref, view=view, form=form, preview=reasons, previewed=True)
        decision = decide_case(request.presence, ref, given)
    except NotFresh:
        raise
    except (Refused, BadInput) as fault:
        form.add_error(getattr(fault, "field", "") or None, said(fault))
        return case_page(request, ref, view=view, form=form, status=409)
    if decision.state == "proposed":
        messages.success(request, _("Sent to a second person. Nothing happens before they sign."))
    else:
        messages.success(request, _("Decided."))
    return redirect("console:case", ref)


def case_page(request: StaffRequest, ref: str, *, status: int = 200, **more: object) -> HttpResponse:
    """The case as this member may see it; `more` replaces what the page would show, such as a form with its errors."""
    view = more.pop("view", None) or flow.read_case(request.presence, ref)
    assert isinstance(view, flow.CaseView)  # noqa: S101 - tells the type checker what `pop` forgot
    member = request.presence.member
    proposed = flow.waits_for_second(view.case)
    context = {
        "view": view,
        "case": view.case,
        "form": Decide(view=view),
        "answer": Answer(view=view),
        "proposed": proposed,
        "alone": offered(member, view.case) if proposed is not None else None,
        "own_proposal": proposed is not None and proposed.decided_by == member.ref,
        "may": {name: has(member, permission) for name, permission in _ASKED.items()},
        "two": flow.takes_two(view.case, Outcome.CONTAIN),
        "had_a_part": _had_a_part(view, member.ref),
        "instrument": _instrument(view),
        "history": _history(view),
        "links": list(dict.fromkeys(link for one in view.why if one.told for link in one.told.links)),
    } | more
    return render(request, "console/case.html", context, status=status)


@staff(Permission.EVIDENCE_STORE_OPEN, step_up=True)
@require_POST
def open_closed(request: StaffRequest, ref: str) -> HttpResponse:
    """The words of what is put away, once, on this page; that they were opened is in the history."""
    try:
        opened = flow.open_closed(request.presence, ref, because=request.POST.get("because", ""))
    except BadInput as fault:
        messages.error(request, said(fault))
        return redirect("console:case", ref)
    return case_page(request, ref, opened=opened)


_ASKED = {
    "store": Permission.EVIDENCE_STORE_OPEN,
    "claim": Permission.CASES_CASE_CLAIM,
    "decide": Permission.CASES_CASE_DECIDE,
    "countersign": Permission.DECISIONS_DECISION_COUNTERSIGN,
    "complaint": Permission.DECISIONS_COMPLAINT_DECIDE,
    "misuse": Permission.MISUSE_MATTER_KEEP,
    "undo": Permission.DECISIONS_DECISION_UNDO,
}


def _had_a_part(view: flow.CaseView, member_ref: str) -> bool:
    """Whoever decided or countersigned does not decide the complaint (DSA Art. 20(6))."""
    if view.complaint is None:
        return False
    answered = [view.complaint.decision, *(one.decision for one in view.others if one.together)]
    return any(member_ref in (decision.decided_by, decision.second) for decision in answered)


def _history(view: flow.CaseView) -> list[HistoryLine]:
    """What the log says of the case and of each decision in it, in the order it happened."""
    lines = [*view.history, *(line for each in view.decisions for line in history_of(each))]
    return sorted(lines, key=lambda line: line.at)


def _instrument(view: flow.CaseView) -> str:
    order = next((one.order for one in view.why if one.order), None)
    return flow.named_instrument(order.instrument, get_language() or "en") if order else ""
