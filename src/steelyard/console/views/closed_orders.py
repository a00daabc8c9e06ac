"""Closed orders, found again. What is looked for is posted: a reference or a name stands in no address and no log."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from steelyard.console.access import StaffRequest, staff
from steelyard.console.words import ORDER_STATES
from steelyard.flows.read_order import find_closed
from steelyard.orders.filing import PAGE, Wanted
from steelyard.orders.states import CLOSED
from steelyard.people.permissions import Permission
from steelyard.rulebook.countries import countries
from steelyard.rulebook.queries import instruments


def _countries() -> list[tuple[str, str]]:
    return [("", "—"), *countries(get_language() or "en")]


def _instruments() -> list[tuple[str, str]]:
    language = get_language() or "en"
    return [("", "—"), *((one.id, one.name(language)) for one in instruments().values())]


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Find(forms.Form):
    reference = forms.CharField(label=_("Their reference"), required=False, max_length=120)
    authority = forms.CharField(
        label=_("Authority"),
        required=False,
        max_length=300,
        help_text=_("Whole words of its name, in any order."),
    )
    country = forms.ChoiceField(label=_("Country"), choices=_countries, required=False)
    instrument = forms.ChoiceField(label=_("Instrument"), choices=_instruments, required=False)
    outcome = forms.ChoiceField(
        label=_("What came of it"), required=False,
        choices=lambda: [("", "—"), *((str(one), ORDER_STATES[one]) for one in CLOSED)],
    )  # fmt: skip
    closed_from = forms.DateField(label=_("Closed from (UTC)"), required=False, widget=_day())
    closed_to = forms.DateField(label=_("Closed to (UTC)"), required=False, widget=_day())
    after = forms.CharField(required=False, max_length=26, widget=forms.HiddenInput)


@staff(Permission.ORDERS_ORDER_READ)
@require_http_methods(["GET", "POST"])
def closed_orders(request: StaffRequest) -> HttpResponse:
    """The newest first; a page at a time."""
    form = Find(request.POST if request.method == "POST" else {})
    if not form.is_valid():
        return render(request, "console/closed_orders.html", {"form": form}, status=400)
    rows = find_closed(request.presence, Wanted(**form.cleaned_data))
    page = {
        "form": form, "rows": rows, "last": rows[-1][0].ref if len(rows) == PAGE else "",
        "again": [(name, form.data.get(name, "")) for name in form.fields if name != "after"],
        "asked": any(form.cleaned_data.values()),
    }  # fmt: skip
    return render(request, "console/closed_orders.html", page)
