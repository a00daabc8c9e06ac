"""The author contests a decision (DSA Art. 20): by the link they were given, without signing in."""

from dataclasses import asdict, dataclass

from django.db import transaction

from steelyard.base.clock import now
from steelyard.cases.actions import open_or_join
from steelyard.cases.states import CaseKind
from steelyard.decisions.access import statement_behind
from steelyard.decisions.actions import may_complain, take_complaint
from steelyard.letters.actions import address
from steelyard.letters.receipts import ReceiptFile, issue, prepare
from steelyard.rulebook.queries import fact

POINTS = ("not_mine", "context", "rule", "quoted", "satire", "other")
"""What can have gone wrong, by id; the words for each are the portal's."""


@dataclass(frozen=True, kw_only=True)
class ComplaintGiven:
    points: tuple[str, ...] = ()
    text: str = ""
    language: str = "en"


def receive_complaint(token: str, given: ComplaintGiven) -> ReceiptFile:
    """Take a complaint within its window. Raises NoSuchThing, Refused, BadInput or Unreachable."""
    may_complain(statement_behind(token), now())
    clock = fact("house.complaint_decided", now().date())
    prepared = prepare(
        asdict(given), what="complaint", door="portal", answer_by=now() + clock.period(),
        clock_source=clock.source,
    )  # fmt: skip
    with transaction.atomic():
        statement = statement_behind(token)
        may_complain(statement, now())
        decision = statement.decision
        case = open_or_join(
            CaseKind.COMPLAINT, decision.subject, harm=decision.harm, language=given.language, clock=clock
        )
        complaint = take_complaint(
            statement, case, points=given.points, text=given.text, language=given.language
        )
        return issue(
            prepared,
            complaint,
            key=case.key,
            follow_token=token,
            follow=address(given.language, f"d/{token}"),
        )
