"""The published days, and publishing one: by the clock at 00:05 UTC, or here."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Unreachable
from steelyard.console.access import StaffRequest, staff
from steelyard.console.forms import PublishDay, WriteEvent
from steelyard.console.words import said
from steelyard.flows.publish_day import publish_day
from steelyard.people.permissions import Permission
from steelyard.transparency.annotations import annotate, annotations, take_back
from steelyard.transparency.queries import days as published
from steelyard.transparency.states import AnnotationKind
from steelyard.transparency.texts import EVENTS


@staff(Permission.TRANSPARENCY_DAY_PUBLISH, step_up=True)
@require_http_methods(["GET", "POST"])
def days(request: StaffRequest) -> HttpResponse:
    """A day that is published again with other numbers becomes a new version; nothing published changes."""
    form = PublishDay(request.POST or None, initial={"day": now().date()})
    event = WriteEvent(initial={"on": now().date()})
    if request.method == "POST" and form.is_valid():
        try:
            row = publish_day(form.cleaned_data["day"], because=form.cleaned_data["because"])
        except (BadInput, Unreachable) as fault:
            form.add_error(None, said(fault))
        else:
            messages.success(request, _said(row.day, row.version))
            return redirect("console:days")
    return _page(request, form, event)


@staff(Permission.TRANSPARENCY_DAY_PUBLISH, step_up=True)
@require_http_methods(["GET", "POST"])
def event(request: StaffRequest) -> HttpResponse:
    """Write an event beside the public charts, or take one back. Asked for again, it is the page with the form."""
    if request.method == "GET":
        return days(request)
    if ref := request.POST.get("take_back"):
        take_back(request.presence.member, ref)
        messages.success(request, _("It stands beside the charts no more."))
        return redirect("console:days")
    form = WriteEvent(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            annotate(request.presence.member, given["on"], AnnotationKind(given["kind"]), given["text"])
        except BadInput as fault:
            form.add_error(None, said(fault))
        else:
            messages.success(request, _("It stands beside the charts."))
            return redirect("console:days")
    return _page(request, PublishDay(initial={"day": now().date()}), form)


def _page(request: StaffRequest, form: PublishDay, event: WriteEvent) -> HttpResponse:
    events = [(one, EVENTS[AnnotationKind(one.kind)]) for one in reversed(annotations())]
    context = {"form": form, "event": event, "events": events, "days": published(limit=40)}
    return render(request, "console/days.html", context, status=400 if form.errors or event.errors else 200)


def _said(day: date, version: int) -> str:
    return _("%(day)s is published, version %(version)s.") % {"day": day.isoformat(), "version": version}
