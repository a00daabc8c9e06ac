"""A decision reaches what is the same: at once what is known, and later what turns up."""

from steelyard.decisions.models import Decision
from steelyard.decisions.queries import in_force
from steelyard.evidence.actions import contents
from steelyard.flows.carry_out import carry_out
from steelyard.flows.same_again import alike, extends, follow, reach_the_same
from steelyard.subjects.models import Subject


def extend(decision: Decision) -> list[Decision]:
    """Take `decision` to every known post that is the same, and carry that out. In its transaction."""
    made = reach_the_same(decision, _length(decision.subject)) if extends(decision) else []
    for each in made:
        carry_out(each)
    return made


def follow_what_was_decided(subject: Subject) -> Decision | None:
    """Something turns up whose content a person has decided about already: it gets the same answer, unopened."""
    for other in alike(subject, _length(subject)):
        for decision in in_force(other):
            if extends(decision) and (made := follow(decision, subject)):
                carry_out(made)
                return made
    return None


def _length(subject: Subject | None) -> int:
    """Characters of the post as it was kept. Read by the program, shown to nobody."""
    exhibit = subject.exhibits.order_by("-pk").first() if subject else None
    return len(contents(exhibit).decode("utf-8", "replace").strip()) if exhibit else 0
