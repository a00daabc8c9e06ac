"""The messages of a matter: what it began with, where that came by mail or by another form, and every answer since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from steelyard.arrivals.access import about_these
from steelyard.arrivals.actions import Read, read_in
from steelyard.arrivals.models import Arrival, Desk
from steelyard.cases.models import Case

NEWEST = 50


@dataclass(frozen=True)
class Message:
    arrival: Arrival
    read: Read
    """With what was found about who sent it: evidence, never proof."""
    answer: bool
    """It came when the matter was with us already."""
    unopened: tuple[tuple[str, str], ...]
    """Attachments that nobody has opened, each with why."""


def messages_about(refs: Iterable[str]) -> tuple[Message, ...]:
    """The oldest first. The caller may see these matters."""
    rows = list(about_these(list(refs)).order_by("-arrived_at")[:NEWEST])
    return tuple(_message(row) for row in reversed(rows))


def written_since(moments: Mapping[str, datetime]) -> frozenset[str]:
    """Of these matters, those about which a message came after their moment. The caller may see them."""
    rows = about_these(list(moments)).values_list("about", "arrived_at") if moments else ()
    return frozenset(ref for ref, at in rows if at > moments[ref])


def messages_of_case(case: Case) -> tuple[Message, ...]:
    """Of the case itself and of everything it rests on."""
    bases = case.bases.select_related("notice", "order")
    refs = [one.ref for basis in bases for one in (basis.notice, basis.order) if one]
    return messages_about([case.ref, *refs])


def _message(row: Arrival) -> Message:
    read = read_in(row)
    shut = tuple((each["name"], each["unopened"]) for each in read.attachments if each.get("unopened"))
    return Message(row, read, row.desk == Desk.CASE, shut)
