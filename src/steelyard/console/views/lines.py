"""What a partner sent as one line of a batch, and the thread about it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from steelyard.base.errors import BadInput
from steelyard.console.access import StaffRequest, staff
from steelyard.console.words import said
from steelyard.flows.partner_desk import ask_partner, line_for_staff
from steelyard.flows.read_batch import case_of_line, read_line
from steelyard.flows.read_case import read_paper
from steelyard.people.permissions import Permission


@staff(Permission.NOTICES_NOTICE_READ)
@require_http_methods(["GET", "POST"])
def line(request: StaffRequest, ref: str) -> HttpResponse:
    """Read what they sent, and ask for more."""
    found = line_for_staff(request.presence.member, ref)
    if request.method == "POST":
        try:
            ask_partner(request.presence.member, ref, request.POST.get("text", ""))
        except BadInput as fault:
            messages.error(request, said(fault))
        else:
            messages.success(request, _("Sent. The line waits for their answer."))
        return redirect("console:line", ref)
    page = {
        "view": read_line(found, get_language() or "en"), "partner": found.batch.partner.name,
        "language": found.batch.language, "case": case_of_line(found),
    }  # fmt: skip
    return render(request, "console/line.html", page)


@staff(Permission.DECISIONS_COMPLAINT_READ)
@require_GET
def paper(request: StaffRequest, complaint: str, ref: str) -> HttpResponse:
    """A file that came with a complaint: handed out to be saved, never shown by us, and the look written down."""
    file = read_paper(request.presence, complaint, ref)
    return HttpResponse(
        file.content, content_type="application/octet-stream",
        headers={"Content-Disposition": 'attachment; filename="attachment"', "Content-Security-Policy": "sandbox"},
    )  # fmt: skip
