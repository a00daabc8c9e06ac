"""Ring somebody, go on to the next when they are silent, write down who answered; edit the rota."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from django.db import transaction
from django.db.models import Q

from steelyard.base import outbox
from steelyard.base.clock import database_now
from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.base.errors import gettext_noop as _
from steelyard.base.identifiers import fingerprint
from steelyard.base.models import Referenced
from steelyard.base.states import next_state
from steelyard.ledger.actions import Facts, record
from steelyard.ledger.queries import is_sealed
from steelyard.oncall.access import ring_for
from steelyard.oncall.channels import check_address
from steelyard.oncall.models import Call, Link, Override, Reach, Ring, Turn
from steelyard.oncall.rounds import ALL, people_of
from steelyard.oncall.states import MOVES, RingState, Urgency
from steelyard.people.access import has, nothing_here, require
from steelyard.people.models import Member
from steelyard.people.permissions import Permission
from steelyard.people.states import MemberState
from steelyard.rulebook.queries import fact
from steelyard.vault.actions import seal, unseal
from steelyard.vault.models import DataKey

CHANNELS = 2
_REACH = "oncall.reach"


def ring(about: Referenced, *, reason: str, urgency: str, sealed: bool = False, drill: bool = False) -> Ring:
    """Ring the person on call about `about`, in the caller's transaction; the worker sends it after the commit.

    Nothing of the matter goes into the message. `reason` is a word for the desk (`clock:tco...:75`). While a
    ring about the same thing for the same reason is unanswered, that one is returned. `sealed`: in no public
    figure; a matter that was sealed off is recognised by its key without it.
    """
    open_one = _ringing(about, reason)
    if open_one:
        return open_one
    key = getattr(about, "key", None)
    key = key if isinstance(key, DataKey) else None
    moment = database_now()
    made, new = Ring.objects.get_or_create(
        about_ref=about.ref, reason=reason, state=RingState.RINGING,
        defaults={
            "about_type": about._meta.label_lower, "urgency": Urgency(urgency), "key": key, "drill": drill,
            "sealed": sealed or (key is not None and is_sealed(key)), "rung_at": moment,
        },
    )  # fmt: skip
    if new:
        _record("rung", made, "steelyard", after=reason)
        _next_round(made, moment, first=True)
    return made


def advance_rings(*, limit: int = 100) -> int:
    """Go on with every ring whose time to answer is over; returns how many. Two workers share them."""
    with transaction.atomic():
        moment = database_now()
        due = Ring.objects.select_for_update(skip_locked=True, of=("self",)).select_related("key")
        rows = list(due.filter(state=RingState.RINGING, next_at__lte=moment).order_by("next_at")[:limit])
        for row in rows:
            missed = row.calls.filter(round=row.round, missed_at=None)
            if missed.update(missed_at=moment):
                _record("missed", row, "steelyard", after=str(row.round))
            _next_round(row, moment)
    return len(rows)


@transaction.atomic
def acknowledge(member: Member, ring_ref: str) -> Ring:
    """This person has it: nobody else is rung. Said twice it stays as it was said first."""
    found = ring_for(member, ring_ref, lock=True)
    return _acknowledge(found, member)


@transaction.atomic
def acknowledge_by_link(token: str) -> Ring:
    """The one-use link of a message: it acknowledges and shows nothing. Raises NoSuchThing when it was used."""
    link = (
        Link.objects.select_for_update(of=("self",))
        .select_related("call__ring", "call__member")
        .filter(fingerprint=fingerprint(token.strip()), used_at=None)
        .first()
    )
    if link is None or link.call.member.state != MemberState.ACTIVE:
        raise NoSuchThing(
            _("This link no longer works."), _("It works once."), _("Sign in and open “On call”.")
        )
    link.used_at = database_now()
    link.save(update_fields=["used_at"])
    found = Ring.objects.select_for_update(of=("self",)).select_related("key").get(pk=link.call.ring_id)
    return _acknowledge(found, link.call.member, by_link=True)


@transaction.atomic
def set_turn(
    by: Member, *, member_ref: str, rank: int, weekdays: tuple[int, ...], begins: time, ends: time, zone: str,
    first_day: date, last_day: date | None = None,
) -> Turn:  # fmt: skip
    """Put somebody into the rota, each week on these days, by the clock of `zone`."""
    require(by, Permission.ONCALL_ROTA_EDIT)
    member = _able(member_ref)
    _check_zone(zone)
    if not weekdays or not set(weekdays) <= set(range(7)):
        raise BadInput(_("Choose at least one day of the week."), field="weekdays")
    if last_day and last_day < first_day:
        raise BadInput(_("The last day is before the first."), field="last_day")
    row = Turn.objects.create(
        member=member, rank=rank, weekdays=sorted(set(weekdays)), begins=begins, ends=ends, zone=zone,
        first_day=first_day, last_day=last_day,
    )  # fmt: skip
    record("oncall:rota:changed", actor=by.actor, about=row, after="turn", facts=Facts(by="person"))
    return row


@transaction.atomic
def end_turn(by: Member, ref: str, *, last_day: date) -> Turn:
    """The turn comes back no more after `last_day`."""
    require(by, Permission.ONCALL_ROTA_EDIT)
    row = Turn.objects.select_for_update().filter(ref=ref).first()
    if row is None:
        raise nothing_here()
    row.last_day = last_day
    row.save(update_fields=["last_day"])
    record("oncall:rota:changed", actor=by.actor, about=row, after="ended", facts=Facts(by="person"))
    return row


@transaction.atomic
def stand_in(by: Member, *, member_ref: str, rank: int, starts_at: datetime, ends_at: datetime) -> Override:
    """Somebody takes over between two moments. Anybody may take over themselves; others, the rota's editors."""
    if by.ref != member_ref:
        require(by, Permission.ONCALL_ROTA_EDIT)
    require(by, Permission.ONCALL_RING_ANSWER if by.ref == member_ref else Permission.ONCALL_ROTA_EDIT)
    if ends_at <= starts_at:
        raise BadInput(_("It ends before it begins."), field="ends_at")
    row = Override.objects.create(member=_able(member_ref), rank=rank, starts_at=starts_at, ends_at=ends_at)
    record("oncall:rota:changed", actor=by.actor, about=row, after="stand-in", facts=Facts(by="person"))
    return row


@transaction.atomic
def withdraw_stand_in(by: Member, ref: str) -> Override:
    row = Override.objects.select_for_update(of=("self",)).select_related("member").filter(ref=ref).first()
    if row is None or not (row.member_id == by.pk or has(by, Permission.ONCALL_ROTA_EDIT)):
        raise nothing_here()
    row.withdrawn_at = database_now()
    row.save(update_fields=["withdrawn_at"])
    record("oncall:rota:changed", actor=by.actor, about=row, after="withdrawn", facts=Facts(by="person"))
    return row


@transaction.atomic
def set_reach(member: Member, *, addresses: tuple[str, str], zone: str) -> Reach:
    """A person says how to be reached, by two ways that are not the same. Sealed under their own key."""
    require(member, Permission.ONCALL_RING_ANSWER)
    _check_zone(zone)
    cleaned = [check_address(address) for address in addresses]
    if cleaned[0] == cleaned[1]:
        raise BadInput(_("Two ways, please, that do not fail together."), field="second")
    sealed = seal(member.key, msgspec.json.encode(cleaned), place=_REACH)
    row, _new = Reach.objects.update_or_create(member=member, defaults={"sealed": sealed, "zone": zone})
    record("oncall:reach:set", actor=member.actor, about=row, key=member.key, facts=Facts(by="person"))
    return row


@transaction.atomic
def set_lead(by: Member, member_ref: str, lead: bool) -> Reach:
    """Say who is rung when nobody on call answers."""
    require(by, Permission.ONCALL_ROTA_EDIT)
    row = Reach.objects.select_for_update(of=("self",)).filter(member=_able(member_ref)).first()
    if row is None:
        raise Refused(_("Nobody can reach this person yet."), do=_("They enter their two addresses first."))
    row.lead = lead
    row.save(update_fields=["lead"])
    record("oncall:rota:changed", actor=by.actor, about=row, after="lead", facts=Facts(by="person"))
    return row


def addresses(reach: Reach) -> list[str]:
    """The two addresses, for the one who rings. Never shown, never logged."""
    opened = unseal(reach.member.key, reach.sealed, place=_REACH)
    return msgspec.json.decode(opened, type=list[str])


def _ringing(about: Referenced, reason: str) -> Ring | None:
    return Ring.objects.filter(about_ref=about.ref, reason=reason, state=RingState.RINGING).first()


def _next_round(row: Ring, moment: datetime, *, first: bool = False) -> None:
    """Ring the next who has not been rung; when everybody has been, everybody again, until somebody answers."""
    rung = set(row.calls.values_list("member_id", flat=True))
    number = 0 if first else row.round + 1
    people, last = people_of(row, moment, rung)
    Call.objects.bulk_create(
        Call(ring=row, member=member, round=number, channel=channel, rung_at=moment, not_before=moment)
        for member in people
        for channel in range(CHANNELS)
    )
    wait = "house.ring_everybody_again" if last == ALL else "house.ring_acknowledged"
    row.round, row.next_at = number, moment + fact(wait, moment.date()).period()
    row.save(update_fields=["round", "next_at"])
    outbox.ring()


def _acknowledge(row: Ring, member: Member, *, by_link: bool = False) -> Ring:
    if row.state == RingState.ACKNOWLEDGED:
        return row
    row.state = next_state(MOVES, "acknowledge", RingState(row.state))
    row.acknowledged_at, row.acknowledged_by, row.by_link = database_now(), member, by_link
    row.next_at = None
    row.save(update_fields=["state", "acknowledged_at", "acknowledged_by", "by_link", "next_at"])
    waiting = Q(state="queued") | Q(state="sending")
    row.calls.filter(waiting).update(state="confirmed")  # nobody is woken for what somebody has in hand
    _record("acknowledged", row, member.actor, before="ringing", after="acknowledged")
    return row


def _record(what: str, row: Ring, actor: str, *, before: str = "", after: str = "") -> None:
    """Under the matter's own key, so that a matter nobody may know of stays out of the public log by itself."""
    sealed = row.sealed and row.key is not None
    if row.sealed and row.key is None:
        return  # without a matter there is no place to keep it apart; the row itself remembers
    record(
        f"oncall:{'drill' if row.drill else 'ring'}:{what}", actor=actor, about=row, key=row.key,
        before=before, after=after, sealed=sealed,
        facts=Facts(verb=row.urgency, source="oncall", by="person" if actor != "steelyard" else "machine"),
    )  # fmt: skip


def _able(ref: str) -> Member:
    member = Member.objects.filter(ref=ref, state=MemberState.ACTIVE).first()
    if member is None or not has(member, Permission.ONCALL_RING_ANSWER):
        raise BadInput(
            _("This person cannot be on call."), _("Their roles do not include answering."), field="member"
        )
    return member


def _check_zone(zone: str) -> None:
    if zone not in available_timezones():
        raise BadInput(
            _("We do not know this time zone."), do=_("Write it like Europe/Berlin."), field="zone"
        )
    ZoneInfo(zone)
