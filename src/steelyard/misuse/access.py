"""Hands out misuse matters; and says at any moment whether somebody's notices, complaints or posts are suspended."""

from datetime import datetime

from django.db.models import Q, QuerySet

from steelyard.base.clock import now
from steelyard.base.identifiers import fingerprint
from steelyard.misuse.models import Misuse
from steelyard.misuse.states import MisuseKind, MisuseState
from steelyard.people.access import nothing_here, require
from steelyard.people.models import Member
from steelyard.people.partners import Partner
from steelyard.people.permissions import Permission
from steelyard.subjects.models import Subject


def matters(member: Member) -> QuerySet[Misuse]:
    """All of them, the newest first, for those who keep them. Never ordered by whom they are about."""
    require(member, Permission.MISUSE_MATTER_KEEP)
    return Misuse.objects.select_related("account", "partner", "key").order_by("-pk")


def matter_for(member: Member, ref: str, *, lock: bool = False) -> Misuse:
    """One matter. Raises NoSuchThing."""
    found = matters(member).filter(ref=ref)
    row = (found.select_for_update(of=("self",)) if lock else found).first()
    if row is None:
        raise nothing_here()
    return row


def matter_behind(token: str, *, lock: bool = False) -> Misuse:
    """The matter that a letter's link is about. Raises NoSuchThing."""
    found = Misuse.objects.select_related("key", "account", "partner").filter(token=fingerprint(token))
    row = (found.select_for_update(of=("self",)) if lock else found).first()
    if row is None:
        raise nothing_here()
    return row


def running(
    kind: MisuseKind, *, account: Subject | None = None, sender: str = "", partner: Partner | None = None
) -> Misuse | None:
    """The matter of this kind that is open about this person; None when there is none."""
    whose = Misuse.objects.select_related("key").filter(
        kind=kind, account=account, sender=sender, partner=partner
    )
    return whose.exclude(state__in=[MisuseState.OVER, MisuseState.LIFTED]).first()


def suspended(
    kind: MisuseKind, *, account: Subject | None = None, sender: str = "", partner: Partner | None = None,
    moment: datetime | None = None,
) -> Misuse | None:  # fmt: skip
    """The suspension that holds at this moment, whether or not any task has run; None: nothing is suspended."""
    whose = Q(pk=None)
    whose |= Q(account=account) if account else Q(pk=None)
    whose |= Q(sender=sender) if sender else Q(pk=None)
    whose |= Q(partner=partner) if partner else Q(pk=None)
    found = Misuse.objects.filter(whose, kind=kind, state=MisuseState.SUSPENDED, until__gt=moment or now())
    return found.select_related("key").order_by("-until").first()
