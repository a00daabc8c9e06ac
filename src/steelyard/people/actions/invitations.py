"""How a person comes onto the staff, or back after losing a passkey: by a link that works once."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import transaction

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.base.errors import gettext_noop as _
from steelyard.base.identifiers import fingerprint, new_ref, new_token
from steelyard.base.states import next_state
from steelyard.ledger.actions import Facts, record
from steelyard.people.access import Presence, member_for, require_fresh
from steelyard.people.actions.members import two_administrators
from steelyard.people.actions.sign_ins import end_all
from steelyard.people.assurance import how_long
from steelyard.people.models import Invitation, InvitationKind, Member
from steelyard.people.passkeys import passkeys_of
from steelyard.people.permissions import TWO_PERSON_ROLES, Permission, Role
from steelyard.people.second_factors import codes_left, forget_all, has_app
from steelyard.people.states import INVITATION_MOVES, MEMBER_MOVES, InvitationState, MemberState
from steelyard.vault.actions import new_key, seal

OPERATOR = "operator"
"""The actor for what is done at the machine itself, with the operator's command."""


@transaction.atomic
def invite(
    presence: Presence, *, name: str, handle: str, language: str, roles: list[Role], because: str
) -> tuple[Invitation, str]:
    """Invite a person. Returns the invitation and the token for its link; the token is kept nowhere."""
    require_fresh(presence, Permission.PEOPLE_MEMBER_INVITE)
    if TWO_PERSON_ROLES & set(roles) and two_administrators():
        raise Refused(
            _("This role is given by two persons."),
            _("The house has two administrators, so neither gives it alone."),
            _("Invite without it, then ask the other administrator to approve the role."),
        )
    member = _new_member(name, handle, language, roles, actor=presence.member.actor, because=because)
    return _new_link(member, InvitationKind.ENROL, how_long("invitation_lasts"), presence.member)


@transaction.atomic
def found_house(*, name: str, handle: str, language: str) -> tuple[Invitation, str]:
    """The first administrator, named by the operator at the machine. Refused once there is one."""
    there = Member.objects.filter(
        roles__contains=[Role.ADMINISTRATOR], state__in=[MemberState.ACTIVE, MemberState.INVITED]
    )
    if there.exists():
        raise Refused(
            _("There is an administrator already."),
            _("Only the first one is named at the machine."),
            _("Ask an administrator for an invitation, or print a link with `steelyard sign-in HANDLE`."),
        )
    member = _new_member(
        name, handle, language, [Role.ADMINISTRATOR], actor=OPERATOR, because="first administrator"
    )
    return _new_link(member, InvitationKind.ENROL, how_long("operator_link_lasts"), None)


@transaction.atomic
def link_from_operator(handle: str) -> tuple[Invitation, str]:
    """A link for 15 minutes, from the operator: to enrol, or to replace a lost passkey.

    Raises NoSuchThing when nobody with this handle is on the staff.
    """
    member = Member.objects.filter(handle=handle, state__in=[MemberState.INVITED, MemberState.ACTIVE]).first()
    if member is None:
        raise NoSuchThing(
            _("Nobody with this handle is on the staff."), "", _("The console lists the members.")
        )
    kind = InvitationKind.ENROL if member.state == MemberState.INVITED else InvitationKind.RECOVER
    return _new_link(member, kind, how_long("operator_link_lasts"), None)


@transaction.atomic
def readmit_member(presence: Presence, ref: str, *, because: str) -> tuple[Invitation, str]:
    """Let a suspended person back in: with a new link, and new passkeys in place of the old ones."""
    require_fresh(presence, Permission.PEOPLE_MEMBER_INVITE)
    found = member_for(presence.member, ref, Permission.PEOPLE_MEMBER_INVITE)
    member = Member.objects.select_for_update().get(pk=found.pk)
    before = member.state
    member.state = next_state(MEMBER_MOVES, "readmit", MemberState(before))
    member.save(update_fields=["state"])
    record(
        "people:member:readmitted",
        actor=presence.member.actor,
        about=member,
        before=before,
        after=member.state,
        because=because,
        facts=Facts(by="person"),
    )
    return _new_link(member, InvitationKind.ENROL, how_long("invitation_lasts"), presence.member)


@transaction.atomic
def open_invitation(token: str) -> Invitation:
    """Exchange a link's token, on its first use, for the invitation. The token is worthless afterwards.

    Passkeys the person had before stop working here: whoever asks for a link has lost theirs.
    """
    found = (
        Invitation.objects.select_for_update()
        .select_related("member__user")
        .filter(fingerprint=fingerprint(token.strip()), state=InvitationState.SENT, expires_at__gt=now())
        .first()
    )
    if found is None:
        raise NoSuchThing(
            _("This link no longer works."),
            _("A link works once, and only for a while."),
            _("Ask an administrator for a new one."),
        )
    _move(found, "open", found.member.actor)
    forget_all(found.member, because="replaced through a one-time link")
    end_all(found.member)
    return found


def opened_invitation(ref: str) -> Invitation | None:
    """An invitation under way, for the browser that opened it."""
    return (
        Invitation.objects.select_related("member__user")
        .filter(ref=ref, state=InvitationState.OPENED, expires_at__gt=now())
        .first()
    )


@transaction.atomic
def accept_invitation(invitation: Invitation) -> Member:
    """The person has enrolled passkey and second factor: the member is active from here on."""
    invitation = Invitation.objects.select_for_update().select_related("member__user").get(pk=invitation.pk)
    if now() >= invitation.expires_at:
        raise Refused(
            _("This link has expired."),
            _("Enrolment took too long."),
            _("Ask an administrator for a new link."),
        )
    _move(invitation, "use", invitation.member.actor)
    member = invitation.member
    _enough_to_sign_in(member)
    if invitation.kind == InvitationKind.ENROL:
        _activate(member)
    return member


def _enough_to_sign_in(member: Member) -> None:
    if not (passkeys_of(member) and (has_app(member) or len(passkeys_of(member)) > 1) and codes_left(member)):
        raise Refused(
            _("Enrolment is not complete."),
            _("Everyone on the staff has a passkey, a second factor and recovery codes."),
            _("Go through the steps that are left."),
        )


def _activate(member: Member) -> None:
    before = member.state
    member.state = next_state(MEMBER_MOVES, "enrol", MemberState(member.state))
    member.save(update_fields=["state"])
    member.user.is_active = True
    member.user.save(update_fields=["is_active"])
    record(
        "people:member:enrolled",
        actor=member.actor,
        about=member,
        before=before,
        after=member.state,
        facts=Facts(by="person"),
    )


def _new_member(
    name: str, handle: str, language: str, roles: list[Role], *, actor: str, because: str
) -> Member:
    name, handle = name.strip(), handle.strip()
    if not name or not handle:
        raise BadInput(
            _("A member needs a name and a handle."),
            _("One of them is empty."),
            _("Enter both."),
            field="handle",
        )
    if Member.objects.filter(handle__iexact=handle).exists():
        raise BadInput(
            _("This handle is taken."), _("Handles are unique."), _("Choose another."), field="handle"
        )
    ref, key = new_ref(), new_key()
    # No password exists for staff: the user row only carries the session (create_user sets none).
    user = get_user_model().objects.create_user(username=ref, is_active=False)
    member = Member.objects.create(
        ref=ref,
        user=user,
        handle=handle,
        key=key,
        name_sealed=seal(key, name.encode(), place="member.name"),
        language=language,
        roles=sorted(roles),
    )
    record(
        "people:member:invited",
        actor=actor,
        about=member,
        after=" ".join(member.roles),
        because=because,
        facts=Facts(by="person"),
    )
    return member


def _new_link(
    member: Member, kind: InvitationKind, lasts: timedelta, made_by: Member | None
) -> tuple[Invitation, str]:
    actor = made_by.actor if made_by else OPERATOR
    for older in member.invitations.filter(state__in=[InvitationState.SENT, InvitationState.OPENED]):
        _move(older, "withdraw", actor)
    token = new_token()
    invitation = Invitation.objects.create(
        member=member,
        kind=kind,
        fingerprint=fingerprint(token),
        made_by=made_by,
        expires_at=now() + lasts,
    )
    record("people:invitation:sent", actor=actor, about=invitation, after=kind, facts=Facts(by="person"))
    return invitation, token


def _move(invitation: Invitation, move: str, actor: str) -> None:
    before = invitation.state
    invitation.state = next_state(INVITATION_MOVES, move, InvitationState(before))
    invitation.save(update_fields=["state"])
    record(
        f"people:invitation:{invitation.state}",
        actor=actor,
        about=invitation,
        before=before,
        after=invitation.state,
        facts=Facts(by="person"),
    )
