"""Listed parties and embargoed States that a matter touches: counsel looks before it is answered, paid or closed."""

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.errors import Refused
from steelyard.ledger.actions import Facts, record
from steelyard.markets.models import Clearance, Matter
from steelyard.markets.said import said_of
from steelyard.orders.listed.names import Hit, hits
from steelyard.people.access import Presence, nothing_here, require_fresh
from steelyard.people.permissions import Permission


def touched(row: Matter) -> tuple[Hit, ...]:
    """As far as names go, which prove nothing by themselves. () as well while no list is loaded."""
    said = said_of(row)
    return hits((said.authority,), (said.asked, said.taken), row.country)


def uncleared(row: Matter) -> tuple[Hit, ...]:
    """Of these, those that counsel has not cleared for this matter."""
    seen = {_mark(each) for one in row.clearances.all() for each in one.statements}
    return tuple(hit for hit in touched(row) if _mark(msgspec.to_builtins(hit.cite)) not in seen)


def nothing_uncleared(row: Matter) -> None:
    """Raises Refused while counsel has not looked."""
    if left := uncleared(row):
        raise Refused(
            _("A loaded list names %(names)s.")
            % {"names": ", ".join(dict.fromkeys(hit.name for hit in left))},
            _("Counsel looks at it before anything is answered, paid or closed."),
            _("A lawyer clears it on this page, for this matter."),
        )


@transaction.atomic
def clear(presence: Presence, ref: str, shown: frozenset[str]) -> Clearance:
    """Counsel has looked at exactly these (facts of their cites): it may go on. Raises Refused when there is more."""
    require_fresh(presence, Permission.ORDERS_LAW_CONFIRM)
    row = Matter.objects.select_for_update(of=("self",)).select_related("key").filter(ref=ref).first()
    if row is None:
        raise nothing_here()
    left = uncleared(row)
    if not left or {hit.cite.fact for hit in left} - shown:
        raise Refused(
            _("There is something else to clear than the page showed."),
            do=_("Load the page again and read it."),
        )
    made = Clearance.objects.create(
        matter=row, by=presence.member.ref, statements=[msgspec.to_builtins(hit.cite) for hit in left]
    )
    record(
        "markets:matter:cleared", actor=presence.member.actor, about=row, key=row.key,
        because="; ".join(hit.cite.fact for hit in left), facts=Facts(by="person"),
    )  # fmt: skip
    return made


def _mark(cite: dict[str, str]) -> tuple[str, str]:
    return cite["fact"], cite["source"]
