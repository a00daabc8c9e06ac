"""The decision itself, for the person it is about: what, why, by whom, and how to contest it. No sign-in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from steelyard.base.errors import BadInput, Refused, Unreachable
from steelyard.base.identifiers import shown
from steelyard.flows.follow import decision_for
from steelyard.flows.receive_complaint import ComplaintGiven, ask_for_a_look, changed_since, receive_complaint
from steelyard.flows.sort_arrival import elsewhere
from steelyard.portal.forms import blame
from steelyard.portal.forms.complaint import ComplaintForm
from steelyard.portal.keeping import keep, kept
from steelyard.portal.views.receipt import hand_over

OPEN_FOR = 12 * 3600


@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Exchange the secret of the letter for an address that closes by itself, so that no history keeps it."""
    decision_for(token)
    return redirect("portal:decision", keep(token.encode(), seconds=OPEN_FOR))


@require_safe
def decision(request: HttpRequest, handle: str) -> HttpResponse:
    found = decision_for(kept(handle).decode())
    return render(request, "portal/decision.html", {"decision": found, "handle": handle})


@csrf_exempt  # as in notice.py
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest, handle: str) -> HttpResponse:
    token = kept(handle).decode()
    found = decision_for(token)
    form = ComplaintForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        given = ComplaintGiven(
            points=tuple(said["points"]), text=said["text"], language=get_language() or "en",
            files=said["papers"],
        )  # fmt: skip
        try:
            receipt = receive_complaint(token, given)
            moved = elsewhere("complaint", sender="", text=given.text, language=given.language)
            return hand_over(moved.receipt if moved else receipt)
        except (BadInput, Refused, Unreachable) as fault:
            blame(form, fault)
    page = {"form": form, "decision": found, "handle": handle}
    return render(request, "portal/complaint.html", page, status=422 if form.is_bound else 200)


@csrf_exempt  # as in notice.py
@require_http_methods(["GET", "HEAD", "POST"])
def fix(request: HttpRequest, handle: str) -> HttpResponse:
    """The author has changed the post on the platform: here is what the platform shows, and a person looks."""
    token, wrong = kept(handle).decode(), None
    found = decision_for(token)
    if request.method == "POST":
        try:
            return hand_over(ask_for_a_look(token, get_language() or "en"))
        except (Refused, Unreachable) as fault:
            wrong = fault
    page = {
        "decision": found,
        "handle": handle,
        "wrong": wrong,
        "now": changed_since(token) if found.can_fix else "",
    }
    return render(request, "portal/fix.html", page, status=409 if wrong else 200)


@require_safe
def dispute(request: HttpRequest, handle: str) -> HttpResponse:
    found = decision_for(kept(handle).decode())
    return render(request, "portal/dispute.html", {"handle": handle, "reference": shown(found.ref)})
