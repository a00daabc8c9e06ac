"""Members, invitations and roles. No page counts anybody's work."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from steelyard.base.config import config
from steelyard.base.errors import BadInput, Refused
from steelyard.console.access import StaffRequest, staff
from steelyard.console.forms import Because, GiveRole, Invite
from steelyard.console.words import MEMBER_STATES, PERMISSION_NAMES, ROLE_NAMES, said
from steelyard.people import queries
from steelyard.people.access import Member, member_for
from steelyard.people.actions import (
    ask_approval,
    grant_role,
    invite,
    readmit_member,
    revoke_role,
    suspend_member,
)
from steelyard.people.actions.members import GRANTED, grant_payload, needs_two
from steelyard.people.permissions import ROLES, STEP_UP, TWO_PERSON_ROLES, Permission, Role


@staff(Permission.PEOPLE_MEMBER_INVITE, step_up=True)
@require_http_methods(["GET", "POST"])
def members(request: StaffRequest) -> HttpResponse:
    """The list, and the form to invite. A new link is shown once, on the answer itself."""
    form = Invite(request.POST or None)
    link, status = "", 200
    if request.method == "POST" and form.is_valid():
        try:
            asked = form.cleaned_data | {"roles": [Role(role) for role in form.cleaned_data["roles"]]}
            _invitation, token = invite(request.presence, **asked)
            link, form = link_for(token), Invite()
        except (BadInput, Refused) as fault:
            form.add_error(getattr(fault, "field", "") or None, said(fault))
    if form.is_bound and not link:
        status = 400
    asker = request.presence.member
    context = {
        "form": form,
        "link": link,
        "members": [_line(each) for each in queries.members(asker)],
        "invitations": queries.open_invitations(asker),
    }
    return render(request, "console/members.html", context, status=status)


@staff(Permission.PEOPLE_MEMBER_READ)
def member(request: StaffRequest, ref: str) -> HttpResponse:
    found = member_for(request.presence.member, ref, Permission.PEOPLE_MEMBER_READ)
    context = {"line": _line(found), "give": GiveRole(), "why": Because(auto_id="why_%s")}
    return render(request, "console/member.html", context)


@staff(Permission.PEOPLE_MEMBER_GRANT, step_up=True)
@require_POST
def give(request: StaffRequest, ref: str) -> HttpResponse:
    """Give a role, or ask the second person that it takes."""
    found = member_for(request.presence.member, ref, Permission.PEOPLE_MEMBER_GRANT)
    form = GiveRole(request.POST)
    if not form.is_valid():
        return _again(request, found, give=form)
    role, because = Role(form.cleaned_data["role"]), form.cleaned_data["because"]
    if needs_two(request.presence, found, role):
        ask_approval(
            request.presence,
            Permission.PEOPLE_MEMBER_GRANT,
            GRANTED,
            found,
            grant_payload(found, role),
            because=because,
        )
        messages.success(
            request, _("Another administrator has to approve this. It waits under “Two persons”.")
        )
    else:
        grant_role(request.presence, ref, role, because=because)
        messages.success(request, _("The role is given. The person signs in again to use it."))
    return redirect("console:member", ref)


@staff(Permission.PEOPLE_MEMBER_REVOKE, step_up=True)
@require_POST
def take(request: StaffRequest, ref: str, role: str) -> HttpResponse:
    found = member_for(request.presence.member, ref, Permission.PEOPLE_MEMBER_REVOKE)
    form = Because(request.POST, auto_id="why_%s")
    if not form.is_valid() or role not in list(Role):
        return _again(request, found, why=form)
    revoke_role(request.presence, ref, Role(role), because=form.cleaned_data["because"])
    messages.success(request, _("The role is taken away, from the next request on."))
    return redirect("console:member", ref)


@staff(Permission.PEOPLE_MEMBER_REVOKE, step_up=True)
@require_POST
def suspend(request: StaffRequest, ref: str) -> HttpResponse:
    found = member_for(request.presence.member, ref, Permission.PEOPLE_MEMBER_REVOKE)
    form = Because(request.POST, auto_id="why_%s")
    if not form.is_valid():
        return _again(request, found, why=form)
    suspend_member(request.presence, ref, because=form.cleaned_data["because"])
    messages.success(request, _("Suspended. Every sign-in of this person has ended."))
    return redirect("console:member", ref)


@staff(Permission.PEOPLE_MEMBER_INVITE, step_up=True)
@require_POST
def readmit(request: StaffRequest, ref: str) -> HttpResponse:
    found = member_for(request.presence.member, ref, Permission.PEOPLE_MEMBER_INVITE)
    form = Because(request.POST, auto_id="why_%s")
    if not form.is_valid():
        return _again(request, found, why=form)
    _invitation, token = readmit_member(request.presence, ref, because=form.cleaned_data["because"])
    return _again(request, found, link=link_for(token))


@staff(None)
def roles(request: StaffRequest) -> HttpResponse:
    """Role by permission, on one screen. The same table is public in the source."""
    rows = [
        (
            permission,
            PERMISSION_NAMES[permission],
            permission in STEP_UP,
            [permission in ROLES[r] for r in Role],
        )
        for permission in Permission
    ]
    heads = [(ROLE_NAMES[role], role in TWO_PERSON_ROLES) for role in Role]
    return render(request, "console/roles.html", {"heads": heads, "rows": rows})


def link_for(token: str) -> str:
    """The one-time link. The secret stands behind the `#`, which browsers never send to a server or a log."""
    return f"{config().public_url.rstrip('/')}{reverse('console:enrol')}#{token}"


def _line(found: Member) -> dict[str, object]:
    return {
        "ref": found.ref,
        "handle": found.handle,
        "name": found.name(),
        "state": MEMBER_STATES[found.state],
        "suspended": found.state == "suspended",
        "roles": [(role, ROLE_NAMES[Role(role)]) for role in found.roles],
    }


def _again(request: StaffRequest, found: Member, **more: object) -> HttpResponse:
    found.refresh_from_db()
    context = {"line": _line(found), "give": GiveRole(), "why": Because(auto_id="why_%s")} | more
    return render(request, "console/member.html", context, status=200 if "link" in more else 400)
