"""Keep an answer as it goes, tell the authority that it is there, and hand it out."""

import hashlib

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.base.identifiers import shown
from steelyard.base.wording import isolated
from steelyard.ledger.actions import Facts, record
from steelyard.letters.actions import send_mail
from steelyard.letters.answers.pdf import pdf_of
from steelyard.letters.answers.shapes import Answer
from steelyard.letters.models import OrderAnswer
from steelyard.orders.models import Order
from steelyard.vault.actions import seal, unseal

_JSON, _PDF = "letters.answer", "letters.answer.pdf"


def keep_answer(order: Order, answer: Answer, *, to: str) -> OrderAnswer:
    """Write the answer down, with its ledger entry, and the mail that says it is there. In the transaction."""
    raw = msgspec.json.format(msgspec.json.encode(answer), indent=1)
    row = OrderAnswer.objects.create(
        order=order, form=answer.form.id, language=answer.language,
        sealed=seal(order.key, raw, place=_JSON), digest=hashlib.sha256(raw).hexdigest(),
    )  # fmt: skip
    record(
        "letters:answer:written", actor="steelyard", about=row, key=order.key, after=row.digest,
        facts=Facts(source="order", verb=answer.form.id, instrument=order.instrument, by="machine"),
    )  # fmt: skip
    if to:
        _tell(order, to)
    return row


def answer_json(row: OrderAnswer) -> bytes:
    return unseal(row.order.key, row.sealed, place=_JSON)


def answer_of(row: OrderAnswer) -> Answer:
    return msgspec.json.decode(answer_json(row), type=Answer)


def answer_pdf(row: OrderAnswer) -> bytes:
    """The signed PDF: made when it is first asked for, and the same file from then on."""
    if row.sealed_pdf is None:
        made = pdf_of(answer_of(row))
        # Two readers may ask at once: whoever writes first decides which signature is the answer's.
        OrderAnswer.objects.filter(pk=row.pk, sealed_pdf=None).update(
            sealed_pdf=seal(row.order.key, made, place=_PDF)
        )
        row.refresh_from_db(fields=["sealed_pdf"])
    assert row.sealed_pdf is not None  # noqa: S101 - written above, by us or by somebody else
    return unseal(row.order.key, row.sealed_pdf, place=_PDF)


def _tell(order: Order, to: str) -> None:
    """Mail is read on its way, so the answer is at the sender's own address and not in the letter."""
    with override(order.language):
        subject = _("Our answer to your order")
        text = "\n\n".join((
            _("We have answered your order."),
            _("You can read and download our answer, as a signed PDF and as JSON, at the address that you "
              "received with your receipt. It is your own address, so it is not in this letter."),
            _("Your order: %(ref)s") % {"ref": isolated(shown(order.ref))},
        ))  # fmt: skip
    send_mail("order_answer", to, order.language, subject, text, key=order.key, about=order.ref)
