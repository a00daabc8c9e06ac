"""What follows from a decision: the platform acts, the author is told why, the others hear the outcome."""

from steelyard.base.config import config
from steelyard.base.outbox import ring
from steelyard.decisions.actions import state_reasons, words
from steelyard.decisions.models import Decision
from steelyard.decisions.states import Outcome
from steelyard.enforcement.actions import queue_measure
from steelyard.letters.actions import send_notice_decided, send_reversed, send_statement
from steelyard.notices.actions import told
from steelyard.notices.models import Notice

RESTRICTS = frozenset({Outcome.CONTAIN, Outcome.REMOVE})


def carry_out(decision: Decision) -> None:
    """Queue everything that follows from `decision`, in its own transaction."""
    queue_measure(decision)
    if decision.outcome in RESTRICTS and not hasattr(decision, "statement"):
        statement, reasons, token = state_reasons(decision, author_language(decision))
        send_statement(decision, statement, reasons, token)
    elif decision.reverses_id is not None:
        answered = words(decision) if decision.source == "complaint" else ""
        send_reversed(decision, author_language(decision), answer=answered)
    if decision.case:
        for basis in decision.case.bases.exclude(notice=None).select_related("notice__key"):
            if basis.notice:
                tell_notifier(basis.notice)
    ring()


def author_language(decision: Decision) -> str:
    """The author's language, as far as their post tells it; else the operator's first."""
    subject = decision.subject
    return (subject.language if subject else "") or config().languages[0]


def tell_notifier(notice: Notice) -> None:
    """By mail where the notifier gave an address; the follow page has the outcome in any case."""
    if to := told(notice).email:
        send_notice_decided(notice, to)
