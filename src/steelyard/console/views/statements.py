"""Statements of reasons that the Transparency Database refused, and sending them again once the cause is removed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from steelyard.console.access import StaffRequest, staff
from steelyard.flows.submit_statements import connected, send_again
from steelyard.people.permissions import Permission
from steelyard.transparency.database.queries import failed_lines, standing


@staff(Permission.TRANSPARENCY_DAY_PUBLISH)
@require_http_methods(["GET", "POST"])
def statements(request: StaffRequest) -> HttpResponse:
    """Each is composed anew from the decision, so a correction of the rulebook or the settings reaches it."""
    if request.method == "POST":
        ready = send_again(actor=request.presence.member.ref)
        words = ngettext("%(n)s statement goes again.", "%(n)s statements go again.", ready) % {"n": ready}
        messages.success(request, words)
        return redirect("console:statements")
    context = {"connected": connected(), "standing": standing(), "failed": failed_lines()}
    return render(request, "console/statements.html", context)
