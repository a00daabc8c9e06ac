"""A warning or a suspension under DSA Art. 23, for the person it is about: why, until when, and how to answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from steelyard.base.errors import BadInput, Refused
from steelyard.flows.misuse import object_by_link, their_matter
from steelyard.portal.forms import blame
from steelyard.portal.forms.complaint import ObjectionForm
from steelyard.portal.keeping import keep, kept

OPEN_FOR = 12 * 3600


@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """As with decisions: the secret of the link is exchanged for an address that closes by itself."""
    their_matter(token)
    return redirect("portal:misuse", keep(token.encode(), seconds=OPEN_FOR))


@csrf_exempt  # as in notice.py
@require_http_methods(["GET", "HEAD", "POST"])
def misuse(request: HttpRequest, handle: str) -> HttpResponse:
    token = kept(handle).decode()
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            object_by_link(token, form.cleaned_data["text"])
            return redirect("portal:misuse", handle)
        except (BadInput, Refused) as fault:
            blame(form, fault)
    page = {"matter": their_matter(token), "form": form, "handle": handle}
    return render(request, "portal/misuse.html", page, status=422 if form.is_bound else 200)
