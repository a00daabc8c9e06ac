"""Receipts: shown once after a submission, printable, downloadable, and checkable by whoever holds one."""

import base64
from datetime import datetime

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from steelyard.base.identifiers import shown
from steelyard.letters.receipts import ReceiptFile, check_receipt, proof_of_receipt
from steelyard.portal.caching import for_strangers_tools
from steelyard.portal.forms.receipt import VerifyForm
from steelyard.portal.keeping import keep, kept_as

OPEN_FOR = 3600


def hand_over(receipt: ReceiptFile | None) -> HttpResponse:
    """To the page of a receipt just issued; a call for help that none could be signed for, to the emergency line's."""
    return redirect("portal:receipt", laid_out(receipt)) if receipt else redirect("portal:emergency")


def laid_out(receipt: ReceiptFile) -> str:
    """The handle of its page. Its file is for the sender alone: we keep it an hour, sealed."""
    return keep(receipt.packed(), seconds=OPEN_FOR)


@require_safe
def receipt(request: HttpRequest, handle: str) -> HttpResponse:
    given = _kept(handle)
    return render(
        request,
        "portal/receipt.html",
        {
            "receipt": given,
            "reference": shown(given.ref),
            "answer_by": datetime.fromisoformat(given.answer_by) if given.answer_by else None,
            "signature": base64.b64encode(given.signature).decode(),
            "qr": _qr(given),
            "file": reverse("portal:receipt-file", args=[handle]),
            "follow": _follow(request, given),
        },
    )


@require_safe
def receipt_file(request: HttpRequest, handle: str) -> HttpResponse:
    given = _kept(handle)
    return HttpResponse(
        given.json,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="receipt-{given.ref}.json"'},
    )


@csrf_exempt  # as in notice.py
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "portal/verify.html", {"form": VerifyForm()})
    form = VerifyForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "portal/verify.html", {"form": form}, status=422)
    check = check_receipt(form.cleaned_data["file"].read())
    received_at = datetime.fromisoformat(check.received_at) if check.received_at else None
    return render(
        request,
        "portal/verify.html",
        {"form": VerifyForm(), "check": check, "reference": shown(check.ref), "received_at": received_at},
    )


@require_safe
def proof(request: HttpRequest, ref: str) -> HttpResponse:
    """That the ledger holds this receipt. Whoever knows the reference learns no more than that."""
    return for_strangers_tools(proof_of_receipt(ref).encode(), "text/plain; charset=utf-8", "no-store")


def _follow(request: HttpRequest, given: ReceiptFile) -> str:
    """The sender's own address; empty when another door took this before, whose link stays the one."""
    if not given.follow_token:
        return ""
    name = "portal:decision-link" if given.what == "complaint" else "portal:follow-link"
    return request.build_absolute_uri(reverse(name, args=[given.follow_token]))


def _kept(handle: str) -> ReceiptFile:
    return kept_as(handle, ReceiptFile)


def _qr(given: ReceiptFile) -> SafeString:
    """The reference and the Ed25519 signature, nothing else: who finds the paper learns nothing from it."""
    code = segno.make(f"{given.ref} {base64.urlsafe_b64encode(given.signature).decode()}", error="m")
    drawn = code.svg_inline(omitsize=True, border=2, dark="#000", light="#fff", svgclass=None, lineclass=None)
    return mark_safe(drawn)  # noqa: S308 (drawn by the library from letters and digits of our own)
