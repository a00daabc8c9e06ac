"""Misuse (DSA Art. 23): somebody's own record, the warning, the two signatures, the answer to what they say."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.console.access import StaffRequest, staff
from steelyard.console.words import said
from steelyard.flows import misuse as flow
from steelyard.ledger.queries import history_of
from steelyard.misuse.actions import Assessment
from steelyard.misuse.states import MisuseKind
from steelyard.people.access import NotFresh
from steelyard.people.permissions import Permission
from steelyard.rulebook.queries import fact

MAY = Permission.MISUSE_MATTER_KEEP


@staff(MAY)
@require_GET
def matters(request: StaffRequest) -> HttpResponse:
    """Newest first. Nobody is ranked, and nothing starts from here."""
    return render(request, "console/misuses.html", {"lines": flow.all_matters(request.presence)})


@staff(MAY, step_up=True)
@require_http_methods(["GET", "POST"])
def record(request: StaffRequest, kind: str, ref: str) -> HttpResponse:
    """One person's record, opened from one matter of theirs; from here a person may warn them."""
    if kind not in list(MisuseKind):
        raise NoSuchThing(_("There is nothing here that you can open."))
    found, wrong = flow.record_of(request.presence, MisuseKind(kind), ref), ""
    if request.method == "POST":
        try:
            matter = flow.warn(request.presence, MisuseKind(kind), ref, _assessment(request))
            messages.success(
                request,
                _("Warned, and told so.") if matter.warned_at else _("Kept back: they may not be told now."),
            )
            return redirect("console:misuse", matter.ref)
        except NotFresh:
            raise
        except (BadInput, Refused) as fault:
            wrong = said(fault)
    page = {"record": found, "wrong": wrong, "facts": _facts(), "given": request.POST,
            "ticked": request.POST.getlist("items")}  # fmt: skip
    return render(request, "console/misuse_record.html", page, status=400 if wrong else 200)


@staff(MAY, step_up=True)
@require_http_methods(["GET", "POST"])
def matter(request: StaffRequest, ref: str) -> HttpResponse:
    wrong = ""
    if request.method == "POST":
        try:
            _ACTS[request.POST.get("do", "")](request, ref)
            return redirect("console:misuse", ref)
        except NotFresh:
            raise
        except (BadInput, Refused) as fault:
            wrong = said(fault)
    view = flow.read_matter(request.presence, ref)
    page = {"view": view, "matter": view.matter, "record": view.record, "wrong": wrong, "facts": _facts(),
            "given": request.POST, "ticked": request.POST.getlist("items"),
            "own_request": view.matter.asked_by == request.presence.member.ref,
            "history": history_of(view.matter)}  # fmt: skip
    return render(request, "console/misuse.html", page, status=400 if wrong else 200)


def _ask(request: StaffRequest, ref: str) -> None:
    days = request.POST.get("days", "")
    flow.ask_suspension(
        request.presence,
        ref,
        _assessment(request),
        days=int(days) if days.isascii() and days.isdigit() else 0,
    )
    messages.success(request, _("Sent to a second person. Nothing happens before they sign."))


def _sign(request: StaffRequest, ref: str) -> None:
    flow.sign_suspension(request.presence, ref)
    messages.success(request, _("Signed. It takes effect now."))


def _decline(request: StaffRequest, ref: str) -> None:
    if not request.POST.get("because", "").strip():
        raise BadInput(_("Say why you decline: the case goes back with your reason."))
    flow.decline_suspension(request.presence, ref, because=request.POST["because"])
    messages.success(request, _("Declined. The warning stays."))


def _answer(request: StaffRequest, ref: str) -> None:
    lifted = request.POST.get("stands") == "no"
    flow.answer_objection(request.presence, ref, request.POST.get("answer", ""), lifted=lifted)
    messages.success(
        request, _("Taken back, and told so.") if lifted else _("It stands, and they have your answer.")
    )


_ACTS: dict[str, Callable[[StaffRequest, str], None]] = {
    "ask": _ask, "sign": _sign, "decline": _decline, "answer": _answer, "": lambda request, ref: None,
}  # fmt: skip


def _assessment(request: HttpRequest) -> Assessment:
    """The numbers are filled in from the record; here is what the person ticked and wrote."""
    return Assessment(
        since="", items=tuple(request.POST.getlist("items")), total=None,
        gravity=request.POST.get("gravity", "")[:4000], intention=request.POST.get("intention", "")[:4000],
    )  # fmt: skip


def _facts() -> dict[str, object]:
    day = now().date()
    return {
        "least": fact("house.misuse_least", day).value,
        "most_days": fact("house.misuse_suspended_for", day).period().days,
        "law": fact("dsa.misuse_weighed", day).source,
    }  # fmt: skip
