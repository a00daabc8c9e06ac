"""The worker's part: calls go out, silent people are passed over, the keeper of time says that it lives."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from steelyard.base.clock import database_now, now
from steelyard.base.config import config
from steelyard.base.identifiers import fingerprint, new_token
from steelyard.base.outbox import attempt, claim, confirm, try_later
from steelyard.oncall.actions import addresses, ring
from steelyard.oncall.channels import send_to_all
from steelyard.oncall.models import Call, Heartbeat, Link, Reach, Ring
from steelyard.oncall.outgoing import Outgoing
from steelyard.oncall.rota import gaps, on_call
from steelyard.oncall.states import RingState, Urgency
from steelyard.oncall.words import URGENCIES
from steelyard.rulebook.queries import fact

_log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
MOST_SKEW = 2.0  # seconds
A_MOMENT = 0.2
"""Seconds to wait for a call on its way before whatever else is due is started"""
_calls = Outgoing()


def deliver_calls() -> int:
    """Start what is due and note what came of what was started; returns how many are begun or still on their way.

    Several go out at once: a service that takes a call and says nothing keeps no other call waiting.
    """
    rows = claim(Call, limit=_calls.free, lease=LEASE) if _calls.free else []
    for row in rows:
        _begin(row)
    for one in _calls.came(seconds=A_MOMENT):
        with attempt(
            one.row, refused=try_later
        ):  # also what a channel refuses: the clock runs, it is tried again
            if one.fault:
                raise one.fault
            _sent(one.row)
    return len(rows) + len(_calls)


def _begin(row: Call) -> None:
    """A crash after sending leaves the row claimed: the person is rung twice, which harms nobody."""
    found = Ring.objects.get(pk=row.ring_id)
    reach = Reach.objects.select_related("member__key").filter(member=row.member_id).first()
    if found.state != RingState.RINGING or reach is None or row.missed_at:
        _sent(row)
        return
    token = new_token()
    Link.objects.create(call=row, fingerprint=fingerprint(token))
    title, text = message(found, token, reach.member.language)
    with attempt(row, refused=try_later):
        _calls.start(row, addresses(reach)[row.channel], title, text)


def _sent(row: Call) -> None:
    with transaction.atomic():
        confirm(row)


def message(row: Ring, token: str, language: str) -> tuple[str, str]:
    """What the person reads on their telephone: that they are needed, and how to say so. Nothing of the matter."""
    with translation.override(language):
        title = _("You are being rung: %(urgency)s") % {"urgency": URGENCIES[Urgency(row.urgency)]}
        if row.drill:
            title = _("DRILL") + " · " + title
        until = row.next_at or row.rung_at
        text = _(
            "Say that you have it until %(until)s UTC, or the next person is rung: %(link)s"
        ) % {"until": until.strftime("%H:%M:%S"), "link": link_to(language, token)}  # fmt: skip
    return title, text


def link_to(language: str, token: str) -> str:
    """Opening it asks only for one press of a button: what looks at links by itself answers for nobody."""
    return f"{config().public_url.rstrip('/')}/{language}/ring/{token}"


def beat(name: str) -> None:
    """A keeper of time lives. It notices here when its machine's clock is not the database's."""
    moment = database_now()
    skew = (now() - moment).total_seconds()
    row, _new = Heartbeat.objects.update_or_create(name=name, defaults={"at": moment, "skew": skew})
    if abs(skew) > MOST_SKEW:
        with transaction.atomic():
            ring(row, reason="clock_skew", urgency=Urgency.WATCH)


def watch(name: str) -> bool:
    """Look whether the keeper `name` lives; page when it does not. Returns whether it does.

    Called from another process than the keeper's. While the keeper is silent nobody else sends calls, so this
    one does. It rings once for each silence.
    """
    moment = database_now()
    limit = fact("house.keeper_silent", moment.date()).period()
    with transaction.atomic():
        row = Heartbeat.objects.select_for_update().filter(name=name).first()
        if row is None or row.at >= moment - limit:
            if row and row.missed_at:
                row.missed_at = None
                row.save(update_fields=["missed_at"])
            return True
        if row.missed_at is None:
            row.missed_at = moment
            row.save(update_fields=["missed_at"])
            ring(row, reason="keeper_silent", urgency=Urgency.WATCH)
            _log.critical("The keeper of time is silent.")
    return False


def remembered() -> list[tuple[str, list[str]]]:
    """Languages and addresses of those on call now, for a watch that may soon have no database to ask."""
    people = on_call(database_now())
    rows = Reach.objects.select_related("member__key").filter(member__in=people)
    leads = Reach.objects.select_related("member__key").filter(lead=True)
    return [(row.member.language, addresses(row)) for row in (rows or leads)]


def cry_out(people: Iterable[tuple[str, list[str]]], since: datetime) -> int:
    """The database does not answer: ring without it whoever was on call. Returns how many channels took it."""
    reached = 0
    for language, to in people:
        with translation.override(language):
            title = _("You are being rung: %(urgency)s") % {"urgency": URGENCIES[Urgency.WATCH]}
            text = _("The database has not answered since %(since)s UTC. No clock is kept until it does.") % {
                "since": since.strftime("%H:%M:%S")
            }
        reached += send_to_all(to, title=title, text=text)
    return reached


SOON = timedelta(hours=24)


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="tell_of_gaps")
def tell_of_gaps(timestamp: int = 0) -> bool:
    """Once an hour: when nobody will be on call within a day, whoever can answer hears of it, once a day."""
    moment = database_now()
    found = gaps(moment, moment + SOON)
    if not found or not Reach.objects.exists():
        return False
    reason = f"rota_gap:{found[0][0].date()}"
    with transaction.atomic():
        about, _new = Heartbeat.objects.get_or_create(name="rota", defaults={"at": moment})
        if not Ring.objects.filter(reason=reason).exists():
            ring(about, reason=reason, urgency=Urgency.WATCH)
    return True
