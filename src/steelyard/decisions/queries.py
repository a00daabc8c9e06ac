"""Decisions as a list, newest first; and how often one person had to act alone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from steelyard.cases.access import cases_for, hidden_keys
from steelyard.decisions.models import Decision, Review
from steelyard.decisions.states import INSTEAD_OF, DecisionState, Outcome, ReviewState
from steelyard.ledger.queries import sealed_keys
from steelyard.people.access import nothing_here, require
from steelyard.people.models import Member
from steelyard.people.permissions import Permission
from steelyard.subjects.models import Subject
from steelyard.subjects.states import Kind


def recent_decisions(
    member: Member, *, by_machine: bool | None = None, limit: int = 100
) -> QuerySet[Decision]:
    """The latest decisions that the member may see; of the machine alone, of people alone, or all."""
    require(member, Permission.DECISIONS_DECISION_READ)
    found = Decision.objects.filter(Q(case=None) | Q(case__in=cases_for(member)))
    if by_machine is not None:
        found = found.filter(decided_by_machine=by_machine)
    return found.select_related("case", "subject").order_by("-created_at")[:limit]


def case_behind(member: Member, ref: str) -> str:
    """The reference of the case that a decision belongs to. Raises NoSuchThing."""
    found = Decision.objects.filter(ref=ref, case__in=cases_for(member)).select_related("case").first()
    if found is None or found.case is None:
        raise nothing_here()
    return found.case.ref


def in_force(subject: Subject | None) -> QuerySet[Decision]:
    """The decisions that restrict `subject` now, the oldest first."""
    restricting = (Outcome.CONTAIN, Outcome.REMOVE)
    return (
        Decision.objects.filter(subject=subject, state=DecisionState.MADE, outcome__in=restricting)
        .exclude(subject=None)
        .select_related("subject__key", "case__key")
        .order_by("pk")
    )


def says_of_content(decision: Decision) -> bool:
    """Whether it says something of the content itself: of a post, made by a person, under the terms, in force."""
    return (
        decision.subject is not None
        and decision.subject.kind == Kind.POST
        and not decision.decided_by_machine
        and decision.moderators_of_id is None
        and decision.ground.startswith("terms.")
        and decision.outcome in (Outcome.CONTAIN, Outcome.REMOVE)
        and decision.state == DecisionState.MADE
    )


def openly_in_force(subject: Subject | None) -> QuerySet[Decision]:
    """Those of them that may be told of: what an author reads, and what anybody may conclude from what a page
    offers, knows of no decision on an order under secrecy."""
    return in_force(subject).exclude(case__key__in=sealed_keys())


def told_of(member: Member, found: QuerySet[Decision]) -> QuerySet[Decision]:
    """Of these decisions those that the member may know of: none on an order under secrecy that names others."""
    return found.exclude(case__key__in=hidden_keys(member))


def in_its_place(decision: Decision) -> Decision | None:
    """The narrower decision that took the place of this one, and what took its place in turn."""
    found = Decision.objects.filter(rule=f"{INSTEAD_OF}{decision.ref}", made_at__isnull=False)
    narrower = found.select_related("subject__key", "case__key").first()
    return (in_its_place(narrower) or narrower) if narrower else None


def answered_with(decision: Decision) -> list[Decision]:
    """The other decisions in force that say the same of the same subject.

    A complaint says that a post does not fall under a rule. Whoever agrees has answered everyone who said
    that it does: a rule that hid it, and the person who confirmed that. A decision on another ground says
    something else, and one on an order was weighed by two people against that order: each stands until it is
    contested itself.
    """
    same = in_force(decision.subject).filter(ground=decision.ground).exclude(pk=decision.pk)
    return list(same.exclude(source="order"))


def hidden_by_rules_alone(subject: Subject | None) -> list[Decision]:
    """The decisions in force when every one of them was made by a machine; else none. As if there were no secrets."""
    found = list(openly_in_force(subject))
    return found if all(decision.decided_by_machine for decision in found) else []


@dataclass(frozen=True)
class Alone:
    """What one person did alone on orders of a UTC day, for the public page. Sealed matters are not in it."""

    done: int
    latest_minutes: float | None
    """How long the order's clock had run when it was done, at most."""
    reviewed: int
    reviewed_late: int
    """After the day we promise, or still not."""
    reversed: int


def alone_on(day: date, moment: datetime) -> Alone:
    """The figures of `day` as they stand at `moment`."""
    start = datetime.combine(day, time.min, UTC)
    rows = list(
        Review.objects.filter(created_at__gte=start, created_at__lt=start + timedelta(days=1)).exclude(
            case__key__in=sealed_keys()
        )
    )
    return Alone(
        done=len(rows),
        latest_minutes=max((row.after.total_seconds() / 60 for row in rows), default=None),
        reviewed=sum(row.reviewed_at is not None for row in rows),
        reviewed_late=sum((row.reviewed_at or moment) > row.due_at for row in rows),
        reversed=sum(row.state == ReviewState.REVERSED for row in rows),
    )
