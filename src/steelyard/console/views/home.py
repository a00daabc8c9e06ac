"""What waits for this member."""

from django.http import HttpResponse
from django.shortcuts import render

from steelyard.cases.queries import queue, queue_sizes
from steelyard.console.access import StaffRequest, staff
from steelyard.console.words import CASE_KINDS
from steelyard.people.access import has
from steelyard.people.permissions import Permission
from steelyard.people.queries import approvals_waiting


@staff(None)
def home(request: StaffRequest) -> HttpResponse:
    member = request.presence.member
    sizes = queue_sizes(member) if has(member, Permission.CASES_CASE_READ) else {}
    context = {
        "approvals": approvals_waiting(request.presence),
        "sizes": [(name, label, sizes[name]) for name, label in CASE_KINDS.items() if sizes.get(name)],
        "lines": queue(member, limit=5) if sizes else (),
        "reviews": has(member, Permission.CASES_CASE_READ),
    }
    return render(request, "console/home.html", context)
