"""What follows from a decision: the platform acts, the author is told why, the others hear the outcome."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.base.config import config
from steelyard.base.outbox import ring
from steelyard.cases.models import Case
from steelyard.decisions.actions import state_reasons
from steelyard.decisions.models import Decision
from steelyard.decisions.states import Outcome
from steelyard.enforcement.actions import queue_measure
from steelyard.letters.actions import address, send_mail, send_restored, send_statement
from steelyard.notices.actions import told
from steelyard.notices.models import Notice

RESTRICTS = frozenset({Outcome.CONTAIN, Outcome.REMOVE})


def carry_out(decision: Decision) -> None:
    """Queue everything that follows from `decision`, in its own transaction."""
    queue_measure(decision)
    if decision.outcome in RESTRICTS and not hasattr(decision, "statement"):
        statement, reasons, token = state_reasons(decision, author_language(decision))
        send_statement(decision, statement, reasons, token)
    elif decision.outcome == Outcome.RESTORE:
        send_restored(decision, author_language(decision))
    if decision.case:
        for basis in decision.case.bases.exclude(notice=None).select_related("notice__key"):
            if basis.notice:
                tell_notifier(basis.notice, decision.case)
    ring()


def author_language(decision: Decision) -> str:
    """The author's language, as far as their post tells it; else the operator's first."""
    subject = decision.subject
    return (subject.language if subject else "") or config().languages[0]


def tell_notifier(notice: Notice, case: Case) -> None:
    """The outcome, by mail where the notifier gave an address; the follow page has it in any case."""
    given = told(notice)
    if not given.email:
        return
    with override(notice.language):
        subject = _("Your notice to %(service)s has been decided") % {"service": config().service}
        text = _(
            "We have decided on your notice %(ref)s. You find the outcome, and how to contest it, under the "
            "address that you received with your receipt, or start at %(link)s"
        ) % {"ref": notice.ref, "link": address(notice.language, "")}
    send_mail("notice_outcome", given.email, notice.language, subject, text, key=notice.key, about=notice.ref)
