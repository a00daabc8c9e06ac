"""The protected register: one thing at a time, with a reason. There is no list to open."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from steelyard.base.errors import BadInput, Refused, Unreachable
from steelyard.console.access import StaffRequest, staff
from steelyard.console.words import said
from steelyard.flows import guard
from steelyard.orders.guarded import Basis
from steelyard.people.access import NotFresh
from steelyard.people.permissions import Permission

BASES = {
    Basis.OPT_IN: gettext_lazy("The person asked for it"),
    Basis.PUBLIC_ROLE: gettext_lazy("A public role: elected, candidate, newsroom, observer"),
}


class OneThing(forms.Form):
    link = forms.CharField(
        label=gettext_lazy("Account or channel"), max_length=500,
        help_text=gettext_lazy("Its link or address. One at a time."), widget=forms.TextInput(attrs={"dir": "ltr"}),
    )  # fmt: skip
    because = forms.CharField(
        label=gettext_lazy("Why you look, or how the wish or the role is known"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=gettext_lazy("Kept in the log with your name, whatever the answer is."),
    )  # fmt: skip
    basis = forms.ChoiceField(
        label=gettext_lazy("Ground, for an entry"), choices=[("", "—"), *BASES.items()], required=False
    )


@staff(Permission.ORDERS_REGISTER_KEEP, step_up=True)
@require_http_methods(["GET", "POST"])
def register(request: StaffRequest) -> HttpResponse:
    """Look, enter or take off. What is typed is posted, and stands in no address."""
    form = OneThing(request.POST or None)
    page: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            page |= _do(request, form.cleaned_data)
        except NotFresh:
            raise
        except (BadInput, Refused, Unreachable) as fault:
            field = getattr(fault, "field", "")
            form.add_error(field if field in form.fields else None, said(fault))
    return render(request, "console/guarded.html", page, status=400 if form.errors else 200)


def _do(request: StaffRequest, given: dict[str, str]) -> dict[str, object]:
    presence, link, because = request.presence, given["link"], given["because"]
    match request.POST.get("do"):
        case "enter":
            guard.enter(presence, link, basis=given["basis"], known_from=because)
            messages.success(request, _("It stands on the register now."))
        case "take_off":
            asked = guard.ask_take_off(presence, link, because=because)
            waits = _("A colleague has to agree. It waits under “Two persons”.")
            messages.success(request, waits if asked else _("It is not there."))
        case _:
            found = guard.look_up(presence, link, because=because)
            return {"looked": True, "found": found, "basis": BASES[Basis(found[0].basis)] if found else ""}
    return {}
