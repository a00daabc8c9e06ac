"""The assessment beside an order on the desk: what was sent, the content as it was seen, the law of that day."""

from datetime import datetime

import msgspec

from steelyard.base.config import config
from steelyard.evidence.actions import contents, kept_in, newest_of
from steelyard.orders.actions import sent
from steelyard.orders.assessment import Asked, Assessment, Words, assess
from steelyard.orders.assessment.clocks import seat_of
from steelyard.orders.assessment.matter import Matter
from steelyard.orders.assessment.territory import narrowed
from steelyard.orders.given import OrderGiven, Stated
from steelyard.orders.guarded import stands_there
from steelyard.orders.marks import circumstances
from steelyard.orders.models import Order
from steelyard.orders.queries import level_of
from steelyard.orders.verification.actions import said_later
from steelyard.rulebook.law import law_on
from steelyard.subjects.models import Subject

_READ = 20
"""Posts of a channel that the checks read."""


def assessment_of(order: Order, contents: tuple[str, ...] = ()) -> Assessment:
    """Assess a stored order. `contents` are the words of its targets, where the reader may see them."""
    return assess(as_asked(order, contents), seat=seat_of(config().established_in))


def widest_scope(order: Order) -> tuple[str, ...]:
    """Countries to which a measure on this order may reach; () where its law sets no such limit."""
    day = order.created_at.astimezone(seat_of(config().established_in).zone).date()
    return narrowed(Matter(as_asked(order), law_on(day)))


def contents_of(order: Order) -> tuple[str, ...]:
    """The words of what an order is about, as they were kept. For the checks: nobody looks."""
    subjects = _subjects_of(order)
    named = [newest_of(one) for one in subjects]
    # An order against a channel is about what the channel says.
    kept = [*named, *(one for subject in subjects for one in kept_in(subject, limit=_READ))]
    return tuple(contents(one).decode("utf-8", "replace") for one in kept if one)


def _subjects_of(order: Order) -> list[Subject]:
    rows = order.bases.select_related("case__subject__key", "case__subject__author", "case__subject__channel")
    return [basis.case.subject for basis in rows if basis.case.subject]


def as_asked(order: Order, contents: tuple[str, ...] = ()) -> Asked:
    """An order as plain data. What nobody has noted yet stays empty, and the checks say so."""
    stands, given = level_of(order), sent(order)
    return msgspec.structs.replace(
        as_given(given, order.created_at),
        contents=tuple(Words(text=text) for text in contents if text),
        verified=stands.level,
        called_back=stands.called_back,
        denied=stands.denied,
        protected=stands_there(_subjects_of(order)),
        sender=circumstances(order, given, said_later(order)),
    )


def as_given(told: OrderGiven, arrived_at: datetime) -> Asked:
    """An order as somebody sent it, before anybody has looked at it."""
    stated = {name: getattr(told, name) for name in Stated.__struct_fields__}
    return Asked(
        **stated, arrived_at=arrived_at, territory=tuple(told.territory.split()), language=told.written_in
    )
