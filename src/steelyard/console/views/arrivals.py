"""Messages that wait for a person: what nobody could tell apart, calls for help, and what is for no other desk."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from steelyard.arrivals.access import arrival_for, waiting_for
from steelyard.arrivals.actions import read_in
from steelyard.base.errors import BadInput, Refused, Unreachable
from steelyard.console.access import StaffRequest, staff
from steelyard.console.forms import SortArrival
from steelyard.console.words import said
from steelyard.flows.sort_arrival import desk_of, done_with, sort_by_hand
from steelyard.people.permissions import Permission

SHOWN = 200


@staff(Permission.ARRIVALS_ARRIVAL_SORT)
@require_GET
def arrivals(request: StaffRequest) -> HttpResponse:
    """The oldest first: the clock of what turns out to be an order runs from its arrival."""
    rows = waiting_for(request.presence.member)[:SHOWN]
    return render(request, "console/arrivals.html", {"rows": rows})


@staff(Permission.ARRIVALS_ARRIVAL_SORT)
@require_GET
def arrival(request: StaffRequest, ref: str) -> HttpResponse:
    return _page(request, ref)


@staff(Permission.ARRIVALS_ARRIVAL_SORT)
@require_POST
def sort(request: StaffRequest, ref: str) -> HttpResponse:
    form = SortArrival(request.POST)
    if not form.is_valid():
        return _page(request, ref, form=form, status=400)
    try:
        sort_by_hand(request.presence, ref, desk_of(form.cleaned_data["desk"]), form.cleaned_data["because"])
    except (BadInput, Refused, Unreachable) as fault:
        form.add_error(None, said(fault))
        return _page(request, ref, form=form, status=409)
    messages.success(request, _("It lies on its desk now, with the time of its arrival."))
    return redirect("console:arrivals")


@staff(Permission.ARRIVALS_ARRIVAL_SORT)
@require_POST
def done(request: StaffRequest, ref: str) -> HttpResponse:
    try:
        done_with(request.presence, ref)
    except Refused as fault:
        messages.warning(request, said(fault))
    else:
        messages.success(request, _("Done with."))
    return redirect("console:arrivals")


def _page(
    request: StaffRequest, ref: str, *, form: SortArrival | None = None, status: int = 200
) -> HttpResponse:
    found = arrival_for(request.presence.member, ref)
    context = {"arrival": found, "read": read_in(found), "form": form or SortArrival()}
    return render(request, "console/arrival.html", context, status=status)
