"""Roles given and taken, membership suspended, and a member's own small settings."""

from django.db import transaction
from django.db.models import QuerySet

from steelyard.base.errors import Refused
from steelyard.base.errors import gettext_noop as _
from steelyard.base.states import next_state
from steelyard.ledger.actions import Facts, record
from steelyard.people.access import Presence, member_for, require_fresh
from steelyard.people.actions.approvals import approve, spend
from steelyard.people.actions.sign_ins import end_all
from steelyard.people.models import Member
from steelyard.people.permissions import TWO_PERSON_ROLES, Permission, Role
from steelyard.people.states import MEMBER_MOVES, MemberState

GRANTED = "people:member:granted"


def two_administrators() -> bool:
    return _administrators().count() > 1


def needs_two(presence: Presence, member: Member, role: Role) -> bool:
    """Does giving this role to this person take a second administrator?"""
    return (role in TWO_PERSON_ROLES and two_administrators()) or presence.member.pk == member.pk


def grant_payload(member: Member, role: Role) -> dict[str, str]:
    """What a second person approves when a role is given."""
    return {"member": member.ref, "role": role}


@transaction.atomic
def grant_role(presence: Presence, ref: str, role: Role, *, because: str, approval: str = "") -> Member:
    """Give a role. Some roles, and any role for oneself, need the `approval` of a second person."""
    require_fresh(presence, Permission.PEOPLE_MEMBER_GRANT)
    member = _locked(presence, ref, Permission.PEOPLE_MEMBER_GRANT)
    if needs_two(presence, member, role):
        _spend(presence, member, role, approval)
    if role not in member.roles:
        member.roles = sorted([*member.roles, role])
        member.save(update_fields=["roles"])
        # A sign-in is as strong as the roles it was opened with, so a new role starts a new one.
        end_all(member)
    record(
        GRANTED,
        actor=presence.member.actor,
        about=member,
        after=role,
        because=because,
        facts=Facts(by="two" if approval else "person"),
    )
    return member


@transaction.atomic
def approve_role(presence: Presence, approval: str, payload: dict[str, str], *, because: str) -> Member:
    """Be the second person for a role, and give it in the same moment."""
    done = approve(presence, approval, payload, because=because)
    return grant_role(
        presence, payload["member"], Role(payload["role"]), because=done.because, approval=approval
    )


@transaction.atomic
def revoke_role(presence: Presence, ref: str, role: Role, *, because: str) -> Member:
    """Take a role away; it counts from the next request. The last administrator keeps the role."""
    require_fresh(presence, Permission.PEOPLE_MEMBER_REVOKE)
    member = _locked(presence, ref, Permission.PEOPLE_MEMBER_REVOKE)
    if role == Role.ADMINISTRATOR:
        _leave_one_administrator(member)
    member.roles = [held for held in member.roles if held != role]
    member.save(update_fields=["roles"])
    record(
        "people:member:revoked",
        actor=presence.member.actor,
        about=member,
        before=role,
        because=because,
        facts=Facts(by="person"),
    )
    return member


@transaction.atomic
def suspend_member(presence: Presence, ref: str, *, because: str) -> Member:
    """Shut a person out from the next request on: sign-ins end, links die, permissions are gone."""
    require_fresh(presence, Permission.PEOPLE_MEMBER_REVOKE)
    member = _locked(presence, ref, Permission.PEOPLE_MEMBER_REVOKE)
    _leave_one_administrator(member)
    before = member.state
    member.state = next_state(MEMBER_MOVES, "suspend", MemberState(before))
    member.save(update_fields=["state"])
    member.user.is_active = False
    member.user.save(update_fields=["is_active"])
    end_all(member)
    member.invitations.filter(state__in=["sent", "opened"]).update(state="withdrawn")
    record(
        "people:member:suspended",
        actor=presence.member.actor,
        about=member,
        before=before,
        after=member.state,
        because=because,
        facts=Facts(by="person"),
    )
    return member


def use_language(member: Member, language: str) -> None:
    """A member's own choice of language for the console; no ledger entry, it concerns nobody else."""
    Member.objects.filter(pk=member.pk).update(language=language)


def use_shortcuts(member: Member, on: bool) -> None:
    """Single-letter shortcuts on or off; no ledger entry, it concerns nobody else."""
    Member.objects.filter(pk=member.pk).update(shortcuts=on)


def _spend(presence: Presence, member: Member, role: Role, approval: str) -> None:
    if not approval:
        raise Refused(
            _("This takes a second administrator."),
            _("Nobody gives this role alone, or any role to themselves."),
            _("Ask another administrator to approve it."),
        )
    spend(presence, approval, GRANTED, member, grant_payload(member, role))


def _leave_one_administrator(member: Member) -> None:
    if Role.ADMINISTRATOR in member.roles and not _administrators().exclude(pk=member.pk).exists():
        raise Refused(
            _("This is the only administrator."),
            _("Without one, nobody could invite or suspend anyone."),
            _("Make somebody else administrator first."),
        )


def _administrators() -> QuerySet[Member]:
    return Member.objects.filter(roles__contains=[Role.ADMINISTRATOR], state=MemberState.ACTIVE)


def _locked(presence: Presence, ref: str, permission: Permission) -> Member:
    found = member_for(presence.member, ref, permission)
    return Member.objects.select_for_update(of=("self",)).select_related("user").get(pk=found.pk)
