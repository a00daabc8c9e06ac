"""One's own account: passkeys, sign-ins, language, shortcuts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from steelyard.console.access import StaffRequest, staff
from steelyard.console.forms import Preferences
from steelyard.people import assurance, second_factors
from steelyard.people.actions import end_sign_in, use_language, use_shortcuts
from steelyard.people.queries import passkey_lines, sign_ins_of


@staff(None)
@require_http_methods(["GET", "POST"])
def account(request: StaffRequest) -> HttpResponse:
    member = request.presence.member
    form = Preferences(
        request.POST or None, initial={"language": member.language, "shortcuts": member.shortcuts}
    )
    if request.method == "POST" and form.is_valid():
        use_language(member, form.cleaned_data["language"])
        use_shortcuts(member, form.cleaned_data["shortcuts"])
        messages.success(request, _("Saved."))
        return redirect("console:account")
    context = {
        "form": form,
        "passkeys": passkey_lines(member),
        "sign_ins": sign_ins_of(member),
        "has_app": second_factors.has_app(member),
        "codes_left": second_factors.codes_left(member),
        "lasts": assurance.sources(),
    }
    return render(request, "console/account.html", context)


@staff(None)
@require_POST
def end(request: StaffRequest, ref: str) -> HttpResponse:
    end_sign_in(request.presence.member, ref)
    messages.success(request, _("That sign-in has ended."))
    return redirect("console:account")
