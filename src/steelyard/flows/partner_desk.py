"""What a partner and our staff say to each other about one line, and contesting what was decided on it."""

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.errors import BadInput, Refused
from steelyard.base.outbox import ring
from steelyard.flows.read_batch import contestable, line_of, outcome_of
from steelyard.flows.receive_complaint import complain_as_notifier
from steelyard.flows.tell_partners import tell_partner
from steelyard.letters.partners import send_line_asked
from steelyard.notices.batches import say
from steelyard.notices.models import BatchLine, LineMessage
from steelyard.people.access import Member, nothing_here, require
from steelyard.people.partner_access import Partner, mail_of
from steelyard.people.permissions import Permission

LONGEST = 10_000


def answer_from_partner(partner: Partner, line_ref: str, text: str, *, author: str) -> LineMessage:
    """A partner answers our question, or adds what it knows. Raises BadInput or NoSuchThing."""
    _something(text)
    with transaction.atomic():
        line = line_of(partner, line_ref)
        message = say(line, text, author=author, theirs=True)
        tell_partner(line)
        ring()
        return message


def contest_line(partner: Partner, line_ref: str, text: str, *, author: str) -> LineMessage:
    """A partner disagrees with the outcome of a line: somebody who had no part in it looks again (Art. 20)."""
    _something(text)
    with transaction.atomic():
        line = line_of(partner, line_ref)
        outcome = outcome_of(line, line.batch.language)
        if not contestable(line, outcome) or line.notice is None or outcome.decision is None:
            raise Refused(
                _("There is no decision on this line that can be contested."),
                do=_("Write in its thread instead."),
            )
        complain_as_notifier(line.notice, outcome.decision, text, language=line.batch.language)
        return say(line, text, author=author, theirs=True)


def ask_partner(member: Member, line_ref: str, text: str) -> LineMessage:
    """One of us asks the partner for more about a line. Raises NoSuchThing or BadInput."""
    _something(text)
    with transaction.atomic():
        line = line_for_staff(member, line_ref)
        message = say(line, text, author=member.ref, theirs=False, asks=True)
        tell_partner(line)
        if to := mail_of(line.batch.partner):
            send_line_asked(line, to)
        return message


def line_for_staff(member: Member, line_ref: str) -> BatchLine:
    """One line, for those who read notices. Raises NoSuchThing."""
    require(member, Permission.NOTICES_NOTICE_READ)
    found = BatchLine.objects.select_related("batch__key", "batch__partner__key", "notice__key")
    line = found.filter(ref=line_ref).first()
    if line is None:
        raise nothing_here()
    return line


def _something(text: str) -> None:
    if not text.strip() or len(text) > LONGEST:
        raise BadInput(_("Write a sentence or two."), field="text")
