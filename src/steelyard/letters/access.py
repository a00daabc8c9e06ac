"""Letters on their way, for whoever looks after them. Never what they say."""

from django.db.models import QuerySet

from steelyard.base.models import DispatchState
from steelyard.ledger.queries import sealed_keys
from steelyard.letters.models import Letter, WebhookCall
from steelyard.people.access import has, nothing_here, require
from steelyard.people.models import Member
from steelyard.people.permissions import Permission

ON_THEIR_WAY = (DispatchState.QUEUED, DispatchState.SENDING, DispatchState.FAILED)


def unfinished_letters(member: Member, *, limit: int = 100) -> QuerySet[Letter]:
    """What failed, then what waits, the oldest first."""
    require(member, Permission.LETTERS_LETTER_READ)
    found = Letter.objects.filter(state__in=ON_THEIR_WAY).defer("sealed")
    found = found.exclude(key__in=sealed_keys())
    return found.order_by("state", "pk")[:limit]  # failed, queued, sending: their order in the alphabet


def unfinished_calls(*, limit: int = 100) -> QuerySet[WebhookCall]:
    """Webhook messages that were given up, then those that wait. The caller has checked the right."""
    return WebhookCall.objects.filter(state__in=ON_THEIR_WAY).defer("sealed").order_by("state", "pk")[:limit]


def failed_call(ref: str) -> WebhookCall | None:
    """One that was given up, locked."""
    found = WebhookCall.objects.select_for_update(of=("self",)).select_related("key")
    return found.filter(ref=ref, state=DispatchState.FAILED).first()


def letter_for(member: Member, ref: str) -> Letter:
    """One letter for a member who may have it sent again, locked. Raises NoSuchThing."""
    if not has(member, Permission.LETTERS_LETTER_READ):
        raise nothing_here()
    rows = Letter.objects.select_for_update(of=("self",)).select_related("key").filter(ref=ref)
    found = rows.exclude(key__in=sealed_keys()).first()
    if found is None:
        raise nothing_here()
    return found
