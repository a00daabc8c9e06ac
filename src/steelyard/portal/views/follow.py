"""Follow what one has sent: where it stands, and what came of it. By the link in the receipt, no sign-in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from steelyard.base.errors import BadInput, NoSuchThing, Refused, SteelyardError, Unreachable
from steelyard.base.identifiers import shown
from steelyard.disclosure.actions import download
from steelyard.flows.disclose import link_for
from steelyard.flows.follow import answer_file_for, answer_question, matter_for, receipt_for
from steelyard.flows.receive_complaint import ComplaintGiven, receive_notifiers_complaint
from steelyard.portal.forms import blame
from steelyard.portal.forms.complaint import NotifierForm
from steelyard.portal.forms.order import OrderForm
from steelyard.portal.keeping import keep, kept
from steelyard.portal.views.receipt import hand_over
from steelyard.rulebook.queries import harms, instruments
from steelyard.vault.house import certificate_pem

OPEN_FOR = 12 * 3600


@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """As with decisions: the secret of the link is exchanged for an address that closes by itself."""
    matter_for(token)
    return redirect("portal:follow", keep(token.encode(), seconds=OPEN_FOR))


@csrf_exempt  # as in notice.py
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, handle: str) -> HttpResponse:
    token = kept(handle).decode()
    if request.method == "POST":
        try:
            answer_question(token, request.POST.get("answer", ""))
        except (BadInput, Refused) as fault:
            return _page(request, handle, token, wrong=fault, status=422)
        return redirect("portal:follow", handle)
    return _page(request, handle, token)


@require_safe
def answer(request: HttpRequest, handle: str, kind: str) -> HttpResponse:
    """Our answer to an order, as a file."""
    content = answer_file_for(kept(handle).decode(), kind)
    response = HttpResponse(content, content_type="application/pdf" if kind == "pdf" else "application/json")
    response["Content-Disposition"] = f'attachment; filename="answer.{"pdf" if kind == "pdf" else "json"}"'
    return response


@require_safe
def receipt(request: HttpRequest, handle: str) -> HttpResponse:
    """The page of a receipt that we kept for its sender."""
    return hand_over(receipt_for(kept(handle).decode()))


@require_safe
def certificate(request: HttpRequest) -> HttpResponse:
    """The certificate that our answers are signed with: whoever checks one compares it with this copy."""
    return HttpResponse(certificate_pem("answers"), content_type="application/x-pem-file")


@csrf_exempt  # as in notice.py
@require_POST
def package(request: HttpRequest, handle: str, package: str) -> HttpResponse:
    """A fresh link to a package: it works once, and only for minutes."""
    return redirect("portal:package", link_for(kept(handle).decode(), package))


@require_GET  # a HEAD would use the link up
def fetch(request: HttpRequest, token: str) -> HttpResponse:
    """The encrypted file."""
    response = HttpResponse(download(token), content_type="application/octet-stream")
    response["Content-Disposition"] = 'attachment; filename="package.zip.age"'
    response["Referrer-Policy"] = "no-referrer"
    return response


def _page(
    request: HttpRequest, handle: str, token: str, *, wrong: SteelyardError | None = None, status: int = 200
) -> HttpResponse:
    found = matter_for(token)
    language = get_language() or "en"
    page = {
        "matter": found,
        "handle": handle,
        "missing": OrderForm().named(found.missing),
        "reference": shown(found.ref),
        "harm": harms()[found.harm].name(language),
        "instrument": instruments()[found.instrument].name(language) if found.instrument else "",
    }
    return render(request, "portal/follow.html", page | {"handle": handle, "wrong": wrong}, status=status)


@csrf_exempt  # as in notice.py
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest, handle: str, item: int) -> HttpResponse:
    """Whoever sent a notice contests one outcome (DSA Art. 20 is open to them too)."""
    token = kept(handle).decode()
    found = matter_for(token)
    if found.what != "notice" or item >= len(found.items):
        raise NoSuchThing("There is nothing here that you can open.")
    form = NotifierForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        said = form.cleaned_data
        given = ComplaintGiven(text=said["text"], files=said["papers"], language=get_language() or "en")
        try:
            return hand_over(receive_notifiers_complaint(token, item, given))
        except (BadInput, Refused, Unreachable) as fault:
            blame(form, fault)
    page = {"form": form, "handle": handle, "item": found.items[item]}
    return render(request, "portal/notifier_complaint.html", page, status=422 if form.is_bound else 200)
