"""Officers: named by one side, agreed to by the other. Nobody brings themselves in."""

import secrets

from django.contrib.auth import get_user_model
from django.db import transaction

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.base.errors import gettext_noop as _
from steelyard.base.identifiers import ALPHABET, fingerprint, new_ref, new_token
from steelyard.base.states import next_state
from steelyard.ledger.actions import Facts, record
from steelyard.people.access import Presence, nothing_here, require_fresh
from steelyard.people.agencies.access import OfficerPresence, officer_for
from steelyard.people.agencies.actions.sign_ins import end_all_of, forget_keys
from steelyard.people.agencies.actions.two import agree, begin
from steelyard.people.agencies.models import Agency, Officer, OfficerLink
from steelyard.people.agencies.states import OFFICER_MOVES, AgencyState, OfficerState
from steelyard.people.assurance import how_long
from steelyard.people.permissions import Permission
from steelyard.vault.actions import keyed_hash, new_key, seal

_KEEP = Permission.PEOPLE_AGENCY_KEEP
_SPOKEN = 10  # letters of the spoken code: 50 bits, five tries


@transaction.atomic
def name_first_administrator(
    presence: Presence, agency_ref: str, *, name: str, handle: str, language: str, because: str
) -> Officer:
    """The first of our two persons names the agency's first administrator. Refused once there is one."""
    require_fresh(presence, _KEEP)
    agency = _enrolled(agency_ref)
    there = agency.officers.filter(administrator=True).exclude(state=OfficerState.REVOKED)
    if there.exists():
        raise Refused(
            _("This authority has an administrator."),
            _("Their own administrator names further officers; we only agree."),
            _("Ask the administrator. If there is none any more, revoke the old one first."),
        )
    officer = _new(agency, name, handle, language, administrator=True)
    begin(officer, presence)
    officer.save()
    _record("people:officer:named", presence.member.actor, officer, because=because)
    return officer


@transaction.atomic
def name_colleague(
    presence: OfficerPresence, *, name: str, handle: str, language: str, administrator: bool
) -> Officer:
    """An agency's administrator names a colleague. One of us has to agree before anything is sent."""
    if not presence.officer.administrator:
        raise nothing_here()
    officer = _new(presence.officer.agency, name, handle, language, administrator=administrator)
    officer.named_by = presence.officer
    officer.save()
    _record("people:officer:named", presence.officer.actor, officer)
    return officer


@transaction.atomic
def confirm_officer(presence: Presence, ref: str, *, because: str) -> tuple[Officer, str, str]:
    """Agree to an officer: the officer, the token for the link, and the code that is spoken on the telephone.

    The token goes to the officer, the code is read out after a call to a number of the directory: a mailbox that was
    taken over opens nothing. Neither is kept.
    """
    require_fresh(presence, _KEEP)
    officer = _locked(officer_for(presence.member, ref, _KEEP))
    if officer.agency.state != AgencyState.ENROLLED:
        raise Refused(_("This authority is not enrolled."), "", _("Enrol it first."))
    if officer.named_by_id is None or officer.first_by_id:
        agree(officer, presence)
    else:
        officer.second_by, officer.second_credential = presence.member, presence.credential
        officer.second_in = presence.sign_in
    officer.agreed_at = now()
    _move(officer, "confirm", presence.member.actor, because, by="two")
    token, spoken = new_token(), "".join(secrets.choice(ALPHABET) for _ in range(_SPOKEN))
    officer.links.filter(used_at=None).update(expires_at=now())
    OfficerLink.objects.create(
        officer=officer, fingerprint=fingerprint(token), spoken=spoken_hash(spoken),
        expires_at=now() + how_long("officer_link_lasts"),
    )  # fmt: skip
    return officer, token, spoken


@transaction.atomic
def suspend_officer(presence: Presence | OfficerPresence, ref: str, *, because: str) -> Officer:
    """Shut an officer out from the next request on. Their own administrator may do it too."""
    return _out(presence, ref, "suspend", because)


@transaction.atomic
def revoke_officer(presence: Presence | OfficerPresence, ref: str, *, because: str) -> Officer:
    """For good: retired, moved, or never the person they said."""
    return _out(presence, ref, "revoke", because)


def spoken_hash(code: str) -> str:
    return keyed_hash("".join(code.upper().replace("-", "").split()), purpose="people.officer_code")


def _out(presence: Presence | OfficerPresence, ref: str, move: str, because: str) -> Officer:
    if isinstance(presence, Presence):
        require_fresh(presence, _KEEP)
        officer, actor = _locked(officer_for(presence.member, ref, _KEEP)), presence.member.actor
    else:
        officer, actor = _locked(officer_for(presence, ref, _KEEP)), presence.officer.actor
    _move(officer, move, actor, because)
    officer.user.is_active = False
    officer.user.save(update_fields=["is_active"])
    officer.links.filter(used_at=None).update(expires_at=now())
    end_all_of(officer)
    forget_keys(officer)
    return officer


def _new(agency: Agency, name: str, handle: str, language: str, *, administrator: bool) -> Officer:
    if not name.strip() or not handle.strip():
        raise BadInput(
            _("An officer needs a name and a short name."), field="handle" if name.strip() else "name"
        )
    ref, key = new_ref(), new_key()
    return Officer(
        ref=ref, agency=agency, handle=handle.strip(), key=key, language=language, administrator=administrator,
        user=get_user_model().objects.create_user(username=ref, is_active=False),
        name_sealed=seal(key, name.strip().encode(), place="officer.name"),
    )  # fmt: skip


def _enrolled(ref: str) -> Agency:
    found = Agency.objects.select_for_update(of=("self",)).filter(ref=ref).first()
    if found is None:
        raise nothing_here()
    if found.state != AgencyState.ENROLLED:
        raise Refused(_("This authority is not enrolled."), "", _("Enrol it first."))
    return found


def _locked(officer: Officer) -> Officer:
    rows = Officer.objects.select_for_update(of=("self",)).select_related("agency", "user", "key")
    return rows.get(pk=officer.pk)


def _move(officer: Officer, move: str, actor: str, because: str, *, by: str = "person") -> None:
    before = officer.state
    officer.state = next_state(OFFICER_MOVES, move, OfficerState(before))
    officer.save()
    past = {"confirm": "confirmed", "suspend": "suspended", "revoke": "revoked"}[move]
    _record(f"people:officer:{past}", actor, officer, before=before, because=because, by=by)


def _record(
    verb: str, actor: str, officer: Officer, *, before: str = "", because: str = "", by: str = "person"
) -> None:
    record(verb, actor=actor, about=officer, key=officer.key, before=before, after=officer.state, because=because,
           facts=Facts(by=by))  # fmt: skip
