"""A restriction was right, but too much: a narrower one takes its place, and the rest is given back."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.cases.models import Case
from steelyard.cases.states import CaseKind
from steelyard.decisions.actions import Weighed, as_in, words, write
from steelyard.decisions.models import Decision
from steelyard.decisions.queries import answered_with
from steelyard.decisions.states import INSTEAD_OF, DecisionState, Outcome
from steelyard.enforcement.actions import limits_by_country
from steelyard.flows.carry_out import author_language, carry_out
from steelyard.flows.lift import let_go, lift
from steelyard.letters.actions import send_narrowed
from steelyard.rulebook.countries import known


@dataclass(frozen=True)
class Narrower:
    """What is left of a restriction; at least one of the two."""

    until: date | None = None
    """The day on which it ends by itself"""
    countries: tuple[str, ...] = ()
    """Where it holds from now on (ISO 3166-1 alpha-2); everywhere else it ends at once"""


NOTHING_LESS = Narrower()


def narrow(
    decision: Decision, member_ref: str, to: Narrower, *, because: str, case: Case | None, language: str = ""
) -> Decision:
    """Put the narrower decision in the place of `decision`, of what says the same, and of what only followed it.

    In the caller's transaction. The author gets its reasons, which say where and for how long. Returns it. Raises
    Refused for what cannot be narrowed, BadInput for what would not be narrower.
    """
    _may_be_narrowed(decision, to)
    copies = let_go(decision, member_ref)
    answer = because if case and case.kind == CaseKind.COMPLAINT else ""
    made = _put_in_place(decision, _left_of(decision, to, member_ref, because), case, language, answer)
    for copy in copies:
        if copy.outcome == Outcome.CONTAIN:
            # its own author is told why it was hidden, not what somebody else argued
            _put_in_place(copy, _left_of(copy, to, member_ref, words(copy)))
    return made


def _left_of(decision: Decision, to: Narrower, member_ref: str, because: str) -> Weighed:
    return as_in(
        decision, outcome=Outcome.CONTAIN, source="complaint", words=because, decided_by=member_ref,
        rule=f"{INSTEAD_OF}{decision.ref}",
        until=datetime.combine(to.until, time(), UTC) if to.until else decision.until,
        territory=to.countries or tuple(decision.territory),
    )  # fmt: skip


def _put_in_place(
    decision: Decision, left: Weighed, case: Case | None = None, language: str = "", answer: str = ""
) -> Decision:
    """The narrower one first, so that nothing is visible for a moment where it is to stay hidden."""
    together = [decision, *answered_with(decision)]
    made = write(left, decision.subject, case or decision.case, needs_second=False)
    carry_out(made, language=language)
    lift(together, left.decided_by, because=left.words, case=case, copies=False, tell_author=False)
    send_narrowed(made, language or author_language(made.subject), answer)
    return made


def _may_be_narrowed(decision: Decision, to: Narrower) -> None:
    hides = (decision.state, decision.outcome) == (DecisionState.MADE, Outcome.CONTAIN)
    if not hides or decision.source == "order":
        raise Refused(
            _("This cannot be narrowed."), _("Only what hides for now, and rests on no order, can be."),
            _("Uphold or reject the complaint."),
        )  # fmt: skip
    if to.until is None and not to.countries:
        raise BadInput(_("Say on which day the restriction ends, or where it stays."), field="until")
    if to.until and to.until <= now().date():
        raise BadInput(_("Say on which day the restriction ends."), field="until")
    if to.until and decision.until and decision.until.date() <= to.until:
        raise BadInput(_("It ends before that day already."), field="until")
    if to.countries:
        _countries(decision, to.countries)


def _countries(decision: Decision, countries: tuple[str, ...]) -> None:
    if unknown := [code for code in countries if not known(code)]:
        raise BadInput(
            _("There is no such country: %(code)s.") % {"code": unknown[0]}, field="countries",
        )  # fmt: skip
    if decision.subject is None or not limits_by_country(decision.subject):
        raise BadInput(
            _("This platform cannot hide it in some countries only."), _("It would stay hidden everywhere."),
            _("Choose a day on which it ends, or uphold the complaint."), field="countries",
        )  # fmt: skip
    held = set(decision.territory)
    if held and not set(countries) < held:
        raise BadInput(_("It would not be narrower: choose fewer of its countries."), field="countries")
