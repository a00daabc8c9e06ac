"""Whether the processing of somebody's notices or complaints is suspended at this moment (DSA Art. 23(2))."""

from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import Refused
from steelyard.base.wording import day
from steelyard.decisions.models import Statement
from steelyard.misuse.access import suspended
from steelyard.misuse.models import Misuse
from steelyard.misuse.states import MisuseKind
from steelyard.notices.models import Notice
from steelyard.people.partners import Partner
from steelyard.rulebook.queries import fact
from steelyard.subjects.queries import answers_for


def resting_now(
    sender: str, harm: str, *, partner: Partner | None = None, chosen: bool = True
) -> Misuse | None:
    """The suspension that holds this sender's notices; None for the harms that reach a person whoever sends them.

    `chosen`: whether the sender said what it is about. A mail does not, nor a report from a program without the list:
    it may be about the gravest there is, and nobody has read it, so it reaches a person too.
    """
    if not chosen or harm in fact("house.misuse_never_held", now().date()).value:
        return None
    return suspended(MisuseKind.NOTICES, sender=sender, partner=partner)


def complaints_processed(statement: Statement) -> None:
    """Raises Refused while this author's complaints are suspended, if the window is still open afterwards.

    Where it would close before the suspension is over, the complaint is taken all the same: nobody loses the
    six months of Art. 20(1).
    """
    resting = suspended(MisuseKind.COMPLAINTS, account=answers_for(statement.decision.subject))
    if resting and resting.until and resting.until < statement.contest_until:
        raise _suspended(resting)


def notifiers_complaints_processed(notice: Notice) -> None:
    """The same for whoever sent a notice."""
    if resting := suspended(MisuseKind.COMPLAINTS, sender=notice.sender):
        raise _suspended(resting)


def _suspended(resting: Misuse) -> Refused:
    until = day(resting.until) if resting.until else ""
    return Refused(
        _("Your complaints are not processed until %(day)s.") % {"day": until},
        _("You were told why, and how to answer."),
        _("Complain after that day, or turn to a dispute body or a court now."),
    )
