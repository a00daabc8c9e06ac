"""Somebody tells us about illegal or forbidden content (Article 16 of the Digital Services Act)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from steelyard.base.errors import BadInput, Unreachable
from steelyard.flows.receive_notice import NoticeGiven, receive_notice
from steelyard.flows.sort_arrival import elsewhere, rings
from steelyard.portal.bounds import too_many
from steelyard.portal.forms import blame, too_much
from steelyard.portal.forms.notice import NoticeForm
from steelyard.portal.views.receipt import hand_over


# No session stands behind these forms, so there is nothing a foreign page could borrow; assembly.security
# refuses posts from other sites, and no cookie is needed.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        links = request.GET.getlist("link")
        return render(
            request, "portal/notice.html", {"form": NoticeForm(initial={"links": "\n".join(links)})}
        )
    form = NoticeForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/notice.html", {"form": form}, status=422)
    if too_many(request):
        too_much(form)
        return render(request, "portal/notice.html", {"form": form}, status=429)
    try:
        given = _given(form)
        moved = elsewhere(
            "notice", sender=given.email, name=given.name, text=given.explanation, links=given.links,
            harm=given.harm, language=given.language,
        )  # fmt: skip
        if moved and not rings(moved):
            return hand_over(moved.receipt)
        return hand_over(receive_notice(given))  # a notice that is a call for help as well is both
    except (BadInput, Unreachable) as fault:
        blame(form, fault)
        return render(request, "portal/notice.html", {"form": form}, status=422)


def _given(form: NoticeForm) -> NoticeGiven:
    said = form.cleaned_data
    return NoticeGiven(
        links=said["links"],
        harm=said["harm"],
        explanation=said["explanation"],
        name=said["name"],
        email=said["email"],
        good_faith=said["good_faith"],
        language=get_language() or "en",
        door="portal",
    )
