"""The form for everything else. What comes in here goes to the desk it belongs to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from steelyard.base.errors import BadInput, Unreachable
from steelyard.flows.sort_arrival import sort_submission
from steelyard.portal.bounds import too_many
from steelyard.portal.forms import blame, too_much
from steelyard.portal.forms.contact import ContactForm
from steelyard.portal.views.receipt import hand_over


@csrf_exempt  # as in notice.py
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    form = ContactForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "portal/contact.html", {"form": form}, status=422 if form.is_bound else 200)
    if too_many(request):
        too_much(form)
        return render(request, "portal/contact.html", {"form": form}, status=429)
    said = form.cleaned_data
    try:
        sorted_ = sort_submission(
            "contact", sender=said["email"], name=said["name"], subject=said["subject"], text=said["message"],
            language=get_language() or "en",
        )  # fmt: skip
    except (BadInput, Unreachable) as fault:
        blame(form, fault)
        return render(request, "portal/contact.html", {"form": form}, status=422)
    return hand_over(sorted_.receipt)
