"""The door for members to the protected register: whoever the platform recognises asks for their own account."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from steelyard.base.clock import now
from steelyard.base.errors import Refused, Unreachable
from steelyard.enforcement.connector import connectors
from steelyard.flows.guard import enter_own, wish_off
from steelyard.portal.bounds import too_many
from steelyard.portal.forms import blame, too_much
from steelyard.portal.forms.channel import SignInForm
from steelyard.portal.views.channel import platform
from steelyard.rulebook.queries import fact


class OwnAccount(SignInForm):
    """The account and what is wished. The password goes to the platform, which alone says whose account it is."""

    wish = forms.ChoiceField(
        label=_("What do you wish?"), widget=forms.RadioSelect,
        choices=[("on", _("Put my account on the register")), ("off", _("Take my account off the register"))],
        error_messages={"required": _("Choose one.")},
    )  # fmt: skip


@csrf_exempt  # it has no cookie to misuse: the password is in the form, and assembly.security refuses other sites
@require_http_methods(["GET", "HEAD", "POST"])
def protected(request: HttpRequest) -> HttpResponse:
    """Nothing is shown of anybody: not even the owner reads here what stands on it, only what came of the wish."""
    form = OwnAccount(request.POST or None)
    page: dict[str, Any] = {
        "form": form,
        "days": fact("house.register_off_after", now().date()).period().days,
    }
    if form.is_valid() and too_many(request):
        too_much(form)
    if form.is_valid():
        try:
            page |= _done(**form.cleaned_data)
        except (Refused, Unreachable) as fault:
            blame(form, fault)
    return render(request, "portal/protected.html", page, status=422 if form.errors else 200)


def _done(*, name: str, password: str, wish: str) -> dict[str, Any]:
    session = platform().sign_in_member(name, password)
    if wish == "on":
        enter_own(connectors()[0], session)
        return {"done": "on"}
    return {"done": "off", "off_at": wish_off(connectors()[0], session)}
