"""The letter that says: it reached us, it lies on this desk, here is your receipt."""

from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.arrivals.actions import Read, acknowledged, sent_since
from steelyard.arrivals.models import Arrival, Desk
from steelyard.arrivals.threads import address_for
from steelyard.base.clock import now
from steelyard.base.identifiers import shown
from steelyard.base.wording import isolated
from steelyard.letters.actions import send_mail
from steelyard.letters.mail import Enclosed
from steelyard.letters.receipts import ReceiptFile

ANSWERS_A_DAY = 20
"""Letters by machine to one sender in a day: two machines that answer each other stop here."""
BY_LETTER = ("mail", "hotline")
"""Doors whose sender sees no page of ours: what became of it is told by letter."""


def acknowledge(
    arrival: Arrival, read: Read, receipt: ReceiptFile, language: str, *, moved: bool, by_hand: bool
) -> None:
    """The letter with the receipt, unless answering would be noise: to machines, lists, forged senders, loops."""
    if not read.sender or read.silent or arrival.door not in BY_LETTER:
        return
    if sent_since(read.sender, now() - timedelta(days=1)) > ANSWERS_A_DAY:
        return
    with override(language):
        subject = _("We have received your message (%(ref)s)") % {"ref": shown(receipt.ref)}
        text = "\n\n".join(_says(arrival, receipt, moved=moved, by_hand=by_hand))
    reply_to = Enclosed(
        files=((f"receipt-{receipt.ref}.json", "application/json", receipt.json),),
        reply_to=_thread(arrival), in_reply_to=read.message_id, references=read.references,
    )  # fmt: skip
    send_mail(
        "arrival_received", read.sender, language, subject, text, key=arrival.key, about=arrival.ref,
        enclosed=reply_to,
    )  # fmt: skip
    acknowledged(arrival)


def _says(arrival: Arrival, receipt: ReceiptFile, *, moved: bool, by_hand: bool) -> list[str]:
    """In the active language."""
    lines = [_("Your message reached us on %(when)s.") % {"when": isolated(_moment(arrival.arrived_at))}]
    if by_hand:
        lines.append(
            _("A person has read it and put it on its desk now; the time above stays the one that counts.")
        )
    lines.append(
        {
            Desk.ORDERS: _("We read it as an order of an authority and have put it on the desk for orders."),
            Desk.NOTICES: _("We read it as a notice about content and have put it on the desk for notices."),
            Desk.COMPLAINTS: _("We read it as a complaint about a decision of ours. A person looks at it."),
            Desk.EMERGENCY: _(
                "We read it as a call for help, and somebody is being rung now. If a life is in danger, call "
                "the emergency number of your country first."
            ),
            Desk.UNSORTED: _(
                "A person reads it and puts it on the right desk; the time above stays the one that counts."
            ),
        }.get(Desk(arrival.desk), _("A person reads it."))
    )  # fmt: skip
    if moved:
        lines.append(_("You wrote to an address that is meant for something else. You lose nothing by that."))
    lines += [
        _("The receipt with this letter is signed. It proves what you sent and when; you can check it on our pages."),
        _("If something here is wrong, answer this letter: your answer stays with your message."),
        _("Your reference: %(ref)s") % {"ref": isolated(shown(receipt.ref))},
    ]  # fmt: skip
    return lines


def _moment(moment: datetime) -> str:
    return f"{formats.date_format(moment.astimezone(timezone.get_fixed_timezone(0)), 'DATETIME_FORMAT')} UTC"


def _thread(arrival: Arrival) -> str:
    return address_for(arrival.about or arrival.ref)
