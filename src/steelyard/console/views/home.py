"""What waits for this member."""

from django.http import HttpResponse
from django.shortcuts import render

from steelyard.console.access import StaffRequest, staff
from steelyard.people.queries import approvals_waiting


@staff(None)
def home(request: StaffRequest) -> HttpResponse:
    return render(request, "console/home.html", {"approvals": approvals_waiting(request.presence)})
