"""Follow what one has sent: where it stands, and what came of it. By the link in the receipt, no sign-in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from steelyard.base.identifiers import shown
from steelyard.flows.follow import matter_for
from steelyard.portal.forms.order import OrderForm
from steelyard.portal.keeping import keep, kept
from steelyard.rulebook.queries import harms, instruments

OPEN_FOR = 12 * 3600


@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """As with decisions: the secret of the link is exchanged for an address that closes by itself."""
    matter_for(token)
    return redirect("portal:follow", keep(token.encode(), seconds=OPEN_FOR))


@require_safe
def follow(request: HttpRequest, handle: str) -> HttpResponse:
    found = matter_for(kept(handle).decode())
    language = get_language() or "en"
    page = {
        "matter": found,
        "missing": OrderForm().named(found.missing),
        "reference": shown(found.ref),
        "harm": harms()[found.harm].name(language),
        "instrument": instruments()[found.instrument].name(language) if found.instrument else "",
    }
    return render(request, "portal/follow.html", page)
