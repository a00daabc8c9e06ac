"""Images of the abuse of children whose period is over are erased, unless somebody still needs them."""

from django.db import transaction
from django.db.models import Q

from steelyard.base.clock import now
from steelyard.cases.models import KEEP_UNTIL, Case, Deadline
from steelyard.cases.states import OPEN_STATES
from steelyard.decisions.models import Dispute
from steelyard.decisions.states import DisputeState
from steelyard.disclosure.suspicions import under_way
from steelyard.evidence.store import due, erase
from steelyard.subjects.models import Subject


def erase_put_away() -> int:
    """Destroy the keys of what the operator's law has kept long enough. Returns how many. Safe to run again.

    Nothing is erased while no law is stated (`abuse_imagery` in steelyard.toml), and nothing that is needed.
    """
    erased = 0
    for row in due():
        with transaction.atomic():
            subject = Subject.objects.select_for_update(of=("self",)).get(pk=row.subject_id)
            row.refresh_from_db()
            if row.erased_at is None and not needed(subject):
                erase(row)
                erased += 1
    return erased


def needed(subject: Subject) -> bool:
    """Whether a time to preserve runs, a case or a dispute is open, or an authority is about to be told (Art. 18).

    Also where it is about who posted it, or the channel. What is under secrecy counts like anything else.
    """
    near = [pk for pk in (subject.pk, subject.author_id, subject.channel_id) if pk]
    kept = Deadline.objects.filter(case__subject__in=near, duty=KEEP_UNTIL, ends_at__gt=now(), met_at=None)
    cases = Case.objects.filter(Q(subject__in=near), state__in=OPEN_STATES)
    disputes = Dispute.objects.filter(decision__subject=subject, state=DisputeState.OPEN)
    return kept.exists() or cases.exists() or disputes.exists() or under_way(subject)
