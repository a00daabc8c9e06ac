"""A partner's own settings: keys to the API, webhooks, the mapping of its categories, its people."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from steelyard.base.config import config
from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.letters.webhooks import add_endpoint, endpoints_of, stop_endpoint
from steelyard.people.access import nothing_here
from steelyard.people.actions import partners as acts
from steelyard.people.partner_access import PartnerMember, keys_of, people_of
from steelyard.portal.forms import blame
from steelyard.portal.forms.hotline import ColleagueForm, KeyForm, SchemeForm, WebhookForm
from steelyard.portal.partner_session import partners_only
from steelyard.rulebook.queries import harms

_FORMS = {"key": KeyForm, "webhook": WebhookForm, "scheme": SchemeForm, "colleague": ColleagueForm}


@require_http_methods(["GET", "HEAD", "POST"])
@partners_only
def setup(request: HttpRequest, member: PartnerMember) -> HttpResponse:
    """For managers. A new secret is shown once, on the answer itself."""
    if not member.manager:
        raise nothing_here()
    do = request.POST.get("do", "")
    forms = {name: made() for name, made in _FORMS.items()}
    secret = ""
    if request.method == "POST" and do in _FORMS:
        form = forms[do] = _FORMS[do](request.POST, request.FILES)
        if form.is_valid():
            try:
                secret = _DO[do](member, form.cleaned_data)
                if not secret:
                    return redirect("portal:hotline-setup")
                forms[do] = _FORMS[do]()
            except (BadInput, Refused) as fault:
                blame(form, fault)
    elif request.method == "POST":
        _take_away(member, do, request.POST.get("ref", ""))
        return redirect("portal:hotline-setup")
    wrong = any(form.is_bound for form in forms.values())
    page = {
        "forms": forms, "secret": secret, "made": do, "member": member, "partner": member.partner,
        "keys": keys_of(member.partner), "endpoints": endpoints_of(member.partner.ref),
        "people": people_of(member.partner), "harms": list(harms()),
    }  # fmt: skip
    return render(request, "portal/hotline_setup.html", page, status=422 if wrong else 200)


def _key(member: PartnerMember, said: dict[str, Any]) -> str:
    return acts.make_key(member, said["name"], said["scopes"])[1]


def _webhook(member: PartnerMember, said: dict[str, Any]) -> str:
    return add_endpoint(member.partner.ref, said["url"], actor=member.ref)[1]


def _scheme(member: PartnerMember, said: dict[str, Any]) -> str:
    acts.set_scheme(member, member.partner.ref, said["scheme"].read(), known=frozenset(harms()))
    return ""


def _colleague(member: PartnerMember, said: dict[str, Any]) -> str:
    _member, token = acts.invite_to_partner(
        member, member.partner.ref, name=said["name"], handle=said["handle"], language=member.language,
        manager=False,
    )  # fmt: skip
    return f"{config().public_url.rstrip('/')}{reverse('portal:hotline-enrol')}#{token}"


_DO: dict[str, Callable[..., str]] = {
    "key": _key, "webhook": _webhook, "scheme": _scheme, "colleague": _colleague,
}  # fmt: skip


def _take_away(member: PartnerMember, do: str, ref: str) -> None:
    if do == "withdraw_key":
        acts.withdraw_key(member, member.partner.ref, ref)
    elif do == "stop_webhook":
        stop_endpoint(member.partner.ref, ref, actor=member.ref)
    elif do == "suspend":
        acts.suspend_partner_member(member, member.partner.ref, ref)
    else:
        raise NoSuchThing("There is nothing here that you can open.")
