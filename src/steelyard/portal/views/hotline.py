"""The hotline desk: a partner's lines are checked, sent, followed and talked about. No media, ever."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.base.errors import BadInput, NoSuchThing, Refused, Unreachable
from steelyard.base.identifiers import shown
from steelyard.flows.check_lines import Checked, LineGiven, check_lines, read_csv, read_text
from steelyard.flows.partner_desk import answer_from_partner, contest_line
from steelyard.flows.read_batch import batch_of, batches_of, line_of, read_batch, read_line
from steelyard.flows.receive_batch import PROBLEMS, BatchGiven, receive_batch
from steelyard.flows.scorecard import scorecard, yearly_report
from steelyard.flows.sort_arrival import rings
from steelyard.notices.batches import kept_receipt
from steelyard.people.partner_access import PartnerMember, is_suspended, may_send
from steelyard.portal.forms import blame
from steelyard.portal.forms.hotline import BatchForm, WordForm
from steelyard.portal.keeping import keep, kept_as
from steelyard.portal.partner_session import partner_here, partners_only
from steelyard.portal.views.hotline_door import sign_in_page
from steelyard.portal.views.receipt import hand_over
from steelyard.rulebook.queries import harms

WAITS = 3600
SHOWN = 50


class _Waiting(msgspec.Struct, frozen=True):
    """What was checked, kept sealed until the partner says that it is what they want to send."""

    partner: str
    lines: tuple[LineGiven, ...]
    harm: str
    explanation: str
    imminent: bool


@csrf_exempt  # as in partner_session
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    member = partner_here(request)
    return _desk(request, member, BatchForm()) if member else sign_in_page(request)


@require_POST
@partners_only
def check(request: HttpRequest, member: PartnerMember) -> HttpResponse:
    """Every line looked at before anything is sent. With a little script the answer comes as JSON while typing."""
    form = BatchForm(request.POST, request.FILES)
    if request.headers.get("Accept") == "application/json":
        return _live(request, member)
    if form.is_valid():
        said = form.cleaned_data
        try:
            lines = _lines(said)
            checked = check_lines(member.partner, lines, harm=said["harm"])
            return _checked(request, member, said, lines, checked)
        except BadInput as fault:
            blame(form, fault)
    return _desk(request, member, form, status=422)


@require_POST
@partners_only
def send(request: HttpRequest, member: PartnerMember) -> HttpResponse:
    """Send what was checked. Sent twice, it counts once."""
    handle = request.POST.get("waiting", "")
    waiting = kept_as(handle, _Waiting)
    if waiting.partner != member.partner.ref:
        raise NoSuchThing("There is nothing here that you can open.")
    good = _without_wrong(member, waiting) if "leave_out" in request.POST else waiting.lines
    given = BatchGiven(
        lines=good, explanation=waiting.explanation, harm=waiting.harm, imminent=waiting.imminent,
        language=get_language() or "", sent_by=member.ref, good_faith=True,
        idempotency_key=hashlib.sha256(handle.encode()).hexdigest(),
    )  # fmt: skip
    try:
        taken = receive_batch(member.partner, given)
    except (BadInput, Refused, Unreachable) as fault:
        form = BatchForm({"lines": "\n".join(one.what for one in waiting.lines), "harm": waiting.harm,
                          "explanation": waiting.explanation, "good_faith": True})  # fmt: skip
        form.is_valid()
        blame(form, fault)
        return _desk(request, member, form, status=422)
    if taken.moved and taken.moved.receipt and not rings(taken.moved):
        return hand_over(taken.moved.receipt)
    return redirect("portal:hotline-batch", taken.ref)


@require_safe
@partners_only
def batch(request: HttpRequest, member: PartnerMember, ref: str) -> HttpResponse:
    found = batch_of(member.partner, ref)
    view = read_batch(found, get_language() or "en")
    page = {
        "batch": view, "reference": shown(ref), "member": member, "decided": view.decided,
        "emergency": config().authorities.phone,
    }  # fmt: skip
    return render(request, "portal/hotline_batch.html", page)


@require_safe
@partners_only
def receipt(request: HttpRequest, member: PartnerMember, ref: str) -> HttpResponse:
    found = batch_of(member.partner, ref)
    return HttpResponse(
        kept_receipt(found), content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="receipt-{found.ref}.json"'},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@partners_only
def line(request: HttpRequest, member: PartnerMember, ref: str) -> HttpResponse:
    """One line, its outcome, and the thread about it; a disagreement is looked at by somebody else of ours."""
    found = line_of(member.partner, ref)
    form = WordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        act = contest_line if request.POST.get("do") == "contest" else answer_from_partner
        try:
            act(member.partner, ref, form.cleaned_data["text"], author=member.ref)
            return redirect("portal:hotline-line", ref)
        except (BadInput, Refused) as fault:
            blame(form, fault)
    page = {"line": read_line(found, get_language() or "en"), "batch": found.batch.ref, "form": form}
    return render(request, "portal/hotline_line.html", page, status=422 if form.is_bound else 200)


@require_safe
@partners_only
def yearly(request: HttpRequest, member: PartnerMember, year: int) -> HttpResponse:
    """Their annual report's figures about us (DSA Art. 22(3))."""
    return HttpResponse(
        yearly_report(member.partner, year), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="notices-{year}.csv"'},
    )  # fmt: skip


def _desk(request: HttpRequest, member: PartnerMember, form: BatchForm, *, status: int = 200) -> HttpResponse:
    language = get_language() or "en"
    card = scorecard(member.partner)
    page = {
        "form": form, "member": member, "partner": member.partner, "sends": may_send(member.partner),
        "card": card, "areas": [(harms()[one.about].name(language), one) for one in card.by_area],
        "batches": [(one, shown(one.ref), lines, told) for one, lines, told in batches_of(member.partner, limit=SHOWN)],
        "years": _years(), "emergency": config().authorities.phone,
    }  # fmt: skip
    return render(request, "portal/hotline.html", page, status=status)


def _years() -> list[int]:
    return [now().year, (datetime(now().year, 1, 1, tzinfo=UTC) - timedelta(days=1)).year]


def _lines(said: dict[str, Any]) -> list[LineGiven]:
    lines = read_text(said["lines"], kind=said["kind"])
    return lines + (read_csv(said["file"].read()) if said["file"] else [])


def _checked(
    request: HttpRequest, member: PartnerMember, said: dict[str, Any], lines: list[LineGiven],
    checked: list[Checked],
) -> HttpResponse:  # fmt: skip
    language = get_language() or "en"
    waiting = _Waiting(member.partner.ref, tuple(lines), said["harm"], said["explanation"], said["imminent"])
    page = {
        "lines": [(one, _ours(one, language), _problem(one)) for one in checked],
        "going": sum(one.goes for one in checked), "wrong": sum(one.problem not in ("", "twin") for one in checked),
        "waiting": keep(msgspec.msgpack.encode(waiting), seconds=WAITS), "member": member,
        "imminent": said["imminent"], "explanation": said["explanation"],
        "sends": may_send(member.partner) or (said["imminent"] and is_suspended(member.partner)),
    }  # fmt: skip
    return render(request, "portal/hotline_check.html", page)


def _ours(one: Checked, language: str) -> str:
    return harms()[one.harm].name(language) if one.harm in harms() else ""


def _problem(one: Checked) -> str:

    return gettext(PROBLEMS[one.problem]) if one.problem else ""


def _without_wrong(member: PartnerMember, waiting: _Waiting) -> tuple[LineGiven, ...]:
    checked = check_lines(member.partner, waiting.lines, harm=waiting.harm)
    return tuple(one.given for one in checked if one.goes)


def _live(request: HttpRequest, member: PartnerMember) -> HttpResponse:
    """For the script: one word and one sentence for each line, as it is typed."""
    lines = read_text(request.POST.get("lines", ""), kind=request.POST.get("kind", ""))
    if not lines:
        return JsonResponse({"lines": []})
    checked = check_lines(member.partner, lines[:SHOWN], harm=request.POST.get("harm", ""))
    return JsonResponse({
        "lines": [
            {"place": one.place, "problem": _problem(one), "leads_to": one.leads_to, "already": one.already}
            for one in checked
        ]
    })  # fmt: skip
