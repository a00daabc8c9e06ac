"""Events beside the charts of days: a new rule, a law in force, an outage. Written by a person, and in the ledger."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import BadInput
from steelyard.ledger.actions import Facts, record
from steelyard.people.access import nothing_here, require
from steelyard.people.models import Member
from steelyard.people.permissions import Permission
from steelyard.transparency.models import Annotation
from steelyard.transparency.states import AnnotationKind

LONGEST = 160
MAY = Permission.TRANSPARENCY_DAY_PUBLISH


@transaction.atomic
def annotate(member: Member, day: date, kind: AnnotationKind, text: str) -> Annotation:
    """Write an event beside the charts, in public. Raises BadInput for a day to come and for words that do not fit."""
    require(member, MAY)
    if day > now().date():
        raise BadInput(_("This day has not begun."), field="day")
    if not 1 <= len(text.strip()) <= LONGEST:
        raise BadInput(_("Say in one line what it was."), field="text")
    row = Annotation.objects.create(day=day, kind=kind, text=text.strip(), written_by=member.ref)
    record("transparency:annotation:written", actor=member.ref, about=row, after=f"{day} {kind}: {row.text}",
           facts=Facts(verb=kind, by="person"))  # fmt: skip
    return row


@transaction.atomic
def take_back(member: Member, ref: str) -> Annotation:
    """It was wrong: it leaves the charts, and the ledger keeps that it stood there."""
    require(member, MAY)
    row = Annotation.objects.select_for_update().filter(ref=ref, withdrawn_at=None).first()
    if row is None:
        raise nothing_here()
    row.withdrawn_at = now()
    row.save(update_fields=["withdrawn_at"])
    record("transparency:annotation:taken_back", actor=member.ref, about=row,
           before=f"{row.day} {row.kind}: {row.text}",
           facts=Facts(verb=row.kind, by="person"))  # fmt: skip
    return row


def annotations(first: date | None = None, last: date | None = None) -> Sequence[Annotation]:
    """What stands beside the charts between these days, oldest first."""
    rows = Annotation.objects.filter(withdrawn_at=None).order_by("day", "pk")
    rows = rows.filter(day__gte=first) if first else rows
    return list(rows.filter(day__lte=last) if last else rows)
