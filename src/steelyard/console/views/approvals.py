"""What waits for a second person."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from steelyard.console.access import StaffRequest, staff
from steelyard.console.words import ACTS, ROLE_NAMES
from steelyard.disclosure.actions import VERB as RELEASE
from steelyard.disclosure.suspicions import VERB as TELL
from steelyard.flows.consider_speech import VERB as CONSIDER
from steelyard.flows.consider_speech import agree_to_consider
from steelyard.flows.decide_case import VERB as DECIDE
from steelyard.flows.leave_market import LEAVE, RETURN
from steelyard.flows.leave_market import agree as agree_about_market
from steelyard.misuse.actions import VERB as SUSPEND
from steelyard.orders.guarded import OFF, agree_take_off, shown_to_second
from steelyard.people import queries
from steelyard.people.access import nothing_here
from steelyard.people.actions import Approval, approve_role, decline, withdraw_approval
from steelyard.people.actions.members import GRANTED
from steelyard.people.permissions import Role
from steelyard.rulebook.countries import country_name


@staff(None)
def approvals(request: StaffRequest) -> HttpResponse:
    waiting = [(each, ACTS.get(each.verb, each.verb)) for each in queries.approvals_waiting(request.presence)]
    mine = [(each, ACTS.get(each.verb, each.verb)) for each in queries.approvals_asked(request.presence)]
    return render(request, "console/approvals.html", {"waiting": waiting, "mine": mine})


@staff(None)
@require_http_methods(["GET", "POST"])
def approval(request: StaffRequest, ref: str) -> HttpResponse:
    """What is asked, by whom and why; approve or decline it."""
    found, payload = queries.approval_for(request.presence, ref)
    if found.verb == DECIDE:
        # A decision is weighed and signed on its own case, not on a list of words.
        return redirect("console:case_of", found.about)
    if found.verb == RELEASE:
        # What goes out is read and released on its order's own page.
        return redirect("console:order", payload["order"])
    if found.verb == TELL:
        return redirect("console:suspicion", payload["case"])
    if found.verb == SUSPEND:
        return redirect("console:misuse", payload["matter"])
    if request.method == "POST":
        return _answer(request, found, payload)
    context = {
        "approval": found,
        "act": ACTS.get(found.verb, found.verb),
        "lines": _lines(request, found, payload),
        "own": found.asked_by_id == request.presence.member.pk,
        "order": payload["order"] if found.verb == CONSIDER else "",
    }
    return render(request, "console/approval.html", context)


def _answer(request: StaffRequest, found: Approval, payload: dict[str, str]) -> HttpResponse:
    because = request.POST.get("because", "")
    match request.POST.get("answer"):
        case "approve":
            if found.verb == GRANTED:
                approve_role(request.presence, found.ref, payload, because=because)
            elif found.verb in (LEAVE, RETURN):
                agree_about_market(request.presence, found.ref, payload, because=because)
            elif found.verb == OFF:
                agree_take_off(request.presence, found.ref, payload["register"], because=because)
            elif found.verb == CONSIDER:
                agree_to_consider(request.presence, found.ref, payload["order"], because=because)
            else:  # an act that nobody carries out from here would wait for ever, signed
                raise nothing_here()
            messages.success(request, _("Approved."))
        case "withdraw":
            withdraw_approval(request.presence, found.ref)
            messages.success(request, _("Taken back."))
        case _:
            decline(request.presence, found.ref, because=because)
            messages.success(request, _("Declined. The person who asked sees your reason."))
    return redirect("console:approvals")


def _lines(request: StaffRequest, found: Approval, payload: dict[str, str]) -> list[tuple[str, str]]:
    verb = found.verb
    if verb == OFF:
        return _entry(request, payload["register"]) if found.state == "asked" else []
    if verb == GRANTED:
        return [
            (_("Member"), queries.handle_of(payload["member"])),
            (_("Role"), str(ROLE_NAMES[Role(payload["role"])])),
        ]
    if verb == CONSIDER:
        return [(_("Order"), payload["order"][:5])]
    if verb in (LEAVE, RETURN):
        return [(_("Country"), country_name(payload["country"], get_language() or "en"))]
    return [(name, str(value)) for name, value in payload.items()]


def _entry(request: StaffRequest, ref: str) -> list[tuple[str, str]]:
    """An entry of the protected register, read under its own key: each time it is shown is written down."""
    entry = shown_to_second(request.presence, ref)
    if entry is None:
        return [(_("Account or channel"), _("It is not there."))]
    return [(_("Account or channel"), entry.thing.native_id), (_("How it is known"), entry.known_from)]
