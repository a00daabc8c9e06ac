"""Hash lists: taken in, handed on, disputed. No page shows a hash, and none says whether a file is listed."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from steelyard.base.errors import NoSuchThing, SteelyardError
from steelyard.console.access import StaffRequest, staff
from steelyard.console.forms import Because, ImportHashes, MoveHash, OpenHashList
from steelyard.console.words import said
from steelyard.people.access import has
from steelyard.people.permissions import Permission
from steelyard.screening import hashlists
from steelyard.screening.access import hash_list_for, hash_lists_for
from steelyard.screening.engine.images.lists import KINDS

MOVES = {
    "dispute": hashlists.dispute, "confirm": hashlists.confirm, "reject": hashlists.reject,
    "withdraw": hashlists.withdraw,
}  # fmt: skip


@staff(Permission.SCREENING_POLICY_READ)
@require_http_methods(["GET", "POST"])
def hash_lists(request: StaffRequest) -> HttpResponse:
    """All lists, and opening one."""
    member = request.presence.member
    form = OpenHashList(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opened = hashlists.open_list(member, form.cleaned_data.pop("name"), **form.cleaned_data)
        except NoSuchThing:
            raise
        except SteelyardError as fault:
            form.add_error(None, said(fault))
        else:
            return redirect("console:hash_list", opened.name)
    may = has(member, Permission.SCREENING_POLICY_PUBLISH)
    context = {"lists": hash_lists_for(member), "form": form if may else None}
    return render(request, "console/hash_lists.html", context, status=400 if form.errors else 200)


@staff(Permission.SCREENING_POLICY_READ)
@require_http_methods(["GET"])
def hash_list(request: StaffRequest, name: str) -> HttpResponse:
    return _page(request, name)


@staff(Permission.SCREENING_POLICY_PUBLISH, step_up=True)
@require_POST
def take_in(request: StaffRequest, name: str) -> HttpResponse:
    form = ImportHashes(request.POST)
    if not form.is_valid():
        return _page(request, name, take_in=form)

    def act() -> str:
        counts = hashlists.import_hashes(
            request.presence.member, name, form.cleaned_data["hashes"].encode(),
            source=form.cleaned_data["source"], because=form.cleaned_data["because"],
        )  # fmt: skip
        return _("Taken in: %(new)s new, %(changed)s changed, %(skipped)s of other kinds.") % counts

    return _acted(request, name, act)


@staff(Permission.SCREENING_POLICY_PUBLISH, step_up=True)
@require_POST
def hand_on(request: StaffRequest, name: str) -> HttpResponse:
    """The list as a file of the `threatexchange` format."""
    form = Because(request.POST)
    if not form.is_valid():
        return _page(request, name, hand_on=form)
    content = hashlists.export_hashes(request.presence.member, name, because=form.cleaned_data["because"])
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


@staff(Permission.SCREENING_POLICY_PUBLISH, step_up=True)
@require_POST
def refuse(request: StaffRequest, name: str) -> HttpResponse:
    form = Because(request.POST)
    if not form.is_valid():
        return _page(request, name, refuse=form)
    refused = request.POST.get("refused") == "yes"

    def act() -> str:
        hashlists.refuse_files(
            request.presence.member, name, refused=refused, because=form.cleaned_data["because"]
        )
        return (
            _("Files on this list are refused from now on.") if refused else _("Files are kept and screened.")
        )

    return _acted(request, name, act)


@staff(Permission.SCREENING_POLICY_READ)
@require_POST
def move(request: StaffRequest, name: str) -> HttpResponse:
    """One hash that somebody names: disputed, confirmed, rejected or withdrawn."""
    form = MoveHash(request.POST)
    if not form.is_valid():
        return _page(request, name, move=form)
    given = form.cleaned_data

    def act() -> str:
        MOVES[given["move"]](
            request.presence.member, name, given["kind"], bytes.fromhex(given["value"]),
            because=given["because"],
        )  # fmt: skip
        return _("Done.")

    return _acted(request, name, act)


def _acted(request: StaffRequest, name: str, act: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, act())
    except NoSuchThing:
        raise
    except SteelyardError as fault:
        messages.error(request, said(fault))
    return redirect("console:hash_list", name)


def _page(request: StaffRequest, name: str, **forms: object) -> HttpResponse:
    member = request.presence.member
    context = {
        "line": hash_list_for(member, name),
        "may": has(member, Permission.SCREENING_POLICY_PUBLISH),
        "may_dispute": has(member, Permission.CASES_CASE_DECIDE)
        or has(member, Permission.SCREENING_POLICY_PUBLISH),
        "take_in": ImportHashes(auto_id="in_%s"),
        "hand_on": Because(auto_id="on_%s"),
        "refuse": Because(auto_id="refuse_%s"),
        "move": MoveHash(auto_id="move_%s"),
        "kinds": KINDS,
    } | forms
    return render(request, "console/hash_list.html", context, status=400 if forms else 200)
