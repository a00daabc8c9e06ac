"""Letters to partners: that a batch arrived, that a line needs more, that every line has its outcome."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.base.identifiers import shown
from steelyard.base.wording import isolated, link
from steelyard.letters.actions import address, paragraphs, send_mail
from steelyard.letters.models import Letter
from steelyard.notices.models import BatchLine, NoticeBatch


def send_batch_received(batch: NoticeBatch, to: str) -> Letter:
    """The confirmation of receipt (DSA Art. 16(4)). What the lines are about is not in it: mail is read on its way."""
    with override(batch.language):
        first = _("Your batch of %(count)s lines has arrived. Each line gets an outcome.") % {
            "count": batch.lines.count()
        }
        return _send("batch_received", batch, to, _("We have your batch"), first)


def send_batch_decided(batch: NoticeBatch, to: str) -> Letter:
    """Every line has an outcome now."""
    with override(batch.language):
        first = _("Every line of your batch has an outcome now.")
        return _send("batch_decided", batch, to, _("The outcomes of your batch are there"), first)


def send_line_asked(line: BatchLine, to: str) -> Letter:
    """We need more to decide one line."""
    with override(line.batch.language):
        first = _("We need more from you to decide line %(place)s of your batch.") % {"place": line.place}
        return _send("line_asked", line.batch, to, _("We need more from you"), first)


def _send(kind: str, batch: NoticeBatch, to: str, subject: str, first: str) -> Letter:
    """In the active language, which is the batch's."""
    text = paragraphs(
        (first,),
        (_("Read it at the hotline desk, signed in with your passkey:"),
         link(address(batch.language, f"hotline/batch/{batch.ref}"))),
        (_("Your batch: %(ref)s") % {"ref": isolated(shown(batch.ref))},),
    )  # fmt: skip
    return send_mail(kind, to, batch.language, subject, text, key=batch.key, about=batch.ref)
