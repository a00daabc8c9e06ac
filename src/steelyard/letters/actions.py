"""Write letters in the reader's language and put them into the outbox."""

from collections.abc import Sequence

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.arrivals.threads import address_for
from steelyard.base.clock import database_now
from steelyard.base.config import config
from steelyard.base.identifiers import shown
from steelyard.base.models import DispatchState
from steelyard.base.outbox import ring, send_again
from steelyard.base.wording import isolated, link
from steelyard.decisions.models import Decision, Statement
from steelyard.decisions.reasons import Reasons, as_text, which_post
from steelyard.ledger.actions import Facts, record
from steelyard.letters.access import letter_for
from steelyard.letters.corrections import (
    how_long_left,
    now_it_is,
    sorry,
    still_in_force,
    where_left,
)
from steelyard.letters.mail import Enclosed
from steelyard.letters.models import Letter
from steelyard.notices.models import Notice
from steelyard.people.models import Member
from steelyard.subjects.queries import answers_for
from steelyard.vault.actions import seal, unseal
from steelyard.vault.models import DataKey

_PLACE = "letters.letter"
_ENCLOSED = "letters.enclosed"
MAIL = "mail"


def address(language: str, path: str) -> str:
    """A public address of ours in the reader's language."""
    return f"{config().public_url.rstrip('/')}/{language}/{path}"


def send_statement(decision: Decision, statement: Statement, reasons: Reasons, token: str) -> Letter | None:
    """The statement of reasons to the author, on the platform. None when there is nobody to write to."""
    text = as_text(reasons, address(reasons.language, f"d/{token}"))
    return _to_author("statement_of_reasons", decision, reasons.language, text, about=statement.ref)


def send_reversed(decision: Decision, language: str, *, answer: str = "") -> Letter | None:
    """Tell the author that we were wrong, what became of it, and what we answer to their complaint."""
    with override(language):
        text = paragraphs(
            (now_it_is(decision), which_post(decision.subject)),
            (sorry(decision),),
            still_in_force(decision, language),
            (_("Our answer to your complaint: “%(answer)s”") % {"answer": isolated(answer)},)
            if answer
            else (),
        )
    return _to_author("reversed", decision, language, text)


def send_narrowed(decision: Decision, language: str, answer: str) -> Letter | None:
    """Tell the author that they were right in part: what is left of the restriction, and what is given back."""
    with override(language):
        text = paragraphs(
            (_("You were right in part: we have narrowed our decision."), which_post(decision.subject)),
            (where_left(decision, language), how_long_left(decision)),
            (_("Our answer to your complaint: “%(answer)s”") % {"answer": isolated(answer)},)
            if answer
            else (),
            (_("You have the reasons, and the link to contest what is left, in another message of ours."),),
        )
    return _to_author("narrowed", decision, language, text)


def send_fixed(decision: Decision, language: str, answer: str) -> Letter | None:
    """What the author changed is visible again, as it is now."""
    with override(language):
        text = paragraphs(
            (_("A person has looked at what you changed. It is visible again, as it is now."),
             which_post(decision.subject)),
            (_("Our answer: “%(answer)s”") % {"answer": isolated(answer)},),
        )  # fmt: skip
    return _to_author("fixed", decision, language, text)


def send_complaint_rejected(decision: Decision, language: str, answer: str) -> Letter | None:
    """Tell the author why the decision stands, and where else they can go (DSA Art. 20(5))."""
    with override(language):
        text = paragraphs(
            (
                _("A person who had no part in our decision has read your complaint. The decision stands."),
                which_post(decision.subject),
            ),
            (_("Our answer to your complaint: “%(answer)s”") % {"answer": isolated(answer)},),
            (_("You can still turn to a certified out-of-court dispute settlement body, or go to court."),),
        )
    return _to_author("complaint_rejected", decision, language, text)


def send_notice_decided(notice: Notice, to: str) -> Letter:
    """Tell the notifier that there is a decision. Mail is read on its way, so the outcome is not in it."""
    with override(notice.language):
        subject = _("Our decision on your notice")
        first = _("Thank you for your notice. We have now decided on it.")
        text = _about_notice(notice, first)
    return send_mail("notice_outcome", to, notice.language, subject, text, key=notice.key, about=notice.ref)


def send_notice_reversed(notice: Notice, to: str) -> Letter:
    """Tell the notifier that a decision on their notice has been reversed."""
    with override(notice.language):
        subject = _("Our decision on your notice has changed")
        first = _("We have looked again at our decision on your notice, and changed it.")
        text = _about_notice(notice, first)
    return send_mail("notice_reversed", to, notice.language, subject, text, key=notice.key, about=notice.ref)


def send_notifier_answered(notice: Notice, to: str, language: str) -> Letter:
    """Tell the notifier that their complaint is answered; the answer is at their own address, not in the mail."""
    with override(language):
        subject = _("Our answer to your complaint")
        first = _("A person who had no part in our decision has read your complaint, and answered it.")
        text = _about_notice(notice, first)
    return send_mail("notifier_answered", to, language, subject, text, key=notice.key, about=notice.ref)


def _about_notice(notice: Notice, first: str) -> str:
    """In the active language."""
    return paragraphs(
        (first,),
        (
            _("You can read the decision at the address that you received with your receipt. "
              "It is your own address, so it is not in this letter."),
        ),
        (
            _("If you disagree, you can turn to a certified out-of-court dispute settlement body, "
              "or go to court."),
        ),
        (_("Your notice: %(ref)s") % {"ref": isolated(shown(notice.ref))},),
        (_("Our public pages:"), link(address(notice.language, ""))),
    )  # fmt: skip


def send_mail(
    kind: str, to: str, language: str, subject: str, text: str, *, key: DataKey, about: str,
    enclosed: Enclosed | None = None,
) -> Letter:  # fmt: skip
    """A letter by mail. The address is sealed with the text. Answers come back to what it is about."""
    enclosed = enclosed or Enclosed(reply_to=address_for(about))
    return _queue(
        kind, MAIL, "", language, f"{to}\n{subject}\n\n{text}", key=key, about=about, enclosed=enclosed
    )


def announce(connector: str, channel: str, language: str, text: str, *, about: str) -> Letter:
    """A public announcement in the platform's own channel: nothing to seal."""
    return _queue("announcement", connector, channel, language, text, key=None, about=about)


def due_now(connector: str, recipients: Sequence[str]) -> None:
    """Letters that waited until these people could be written to go out at once."""
    waiting = Letter.objects.filter(connector=connector, recipient__in=recipients, state=DispatchState.QUEUED)
    if waiting.update(not_before=database_now()):
        ring()


def write_to_account(
    kind: str, connector: str, account: str, language: str, text: str, *, key: DataKey, about: str
) -> Letter:
    """A notice of the operator inside the platform, to somebody no decision is about."""
    return _queue(kind, connector, account, language, text, key=key, about=about)


def text_of(letter: Letter) -> str:
    """What the letter says."""
    raw = bytes(letter.sealed)
    return (unseal(letter.key, raw, place=_PLACE) if letter.key else raw).decode()


def enclosed_in(letter: Letter) -> Enclosed:
    """What goes with the letter besides its text."""
    if letter.enclosed is None or letter.key is None:
        return Enclosed()
    return msgspec.msgpack.decode(unseal(letter.key, letter.enclosed, place=_ENCLOSED), type=Enclosed)


def mark_delivered(letter: Letter) -> None:
    record(
        "letters:letter:delivered", actor="steelyard", about=letter, key=letter.key, after=letter.kind,
        facts=Facts(verb=letter.kind, by="machine"),
    )  # fmt: skip


@transaction.atomic
def retry_letter(member: Member, ref: str) -> Letter:
    """Put a letter that was refused back into the queue."""
    letter = letter_for(member, ref)
    send_again(letter)
    record(
        "letters:letter:retried", actor=member.ref, about=letter, key=letter.key,
        before=DispatchState.FAILED, after=DispatchState.QUEUED,
        facts=Facts(verb=letter.kind, by="person"),
    )  # fmt: skip
    ring()
    return letter


def _to_author(kind: str, decision: Decision, language: str, text: str, *, about: str = "") -> Letter | None:
    author = answers_for(decision.subject)
    if decision.subject is None or author is None:
        return None
    return _queue(
        kind, author.connector, author.native_id, language, text,
        key=decision.subject.key, about=about or decision.ref,
    )  # fmt: skip


def paragraphs(*paragraphs: tuple[str, ...]) -> str:
    """The letter, closed with our name. What is empty leaves no gap."""
    written = ("\n".join(line for line in lines if line) for lines in (*paragraphs, (config().service,)))
    return "\n\n".join(paragraph for paragraph in written if paragraph)


def _queue(
    kind: str, connector: str, recipient: str, language: str, text: str, *, key: DataKey | None, about: str,
    enclosed: Enclosed | None = None,
) -> Letter:  # fmt: skip
    letter = Letter.objects.create(
        kind=kind,
        connector=connector,
        recipient=recipient,
        language=language,
        key=key,
        sealed=seal(key, text.encode(), place=_PLACE) if key else text.encode(),
        enclosed=seal(key, msgspec.msgpack.encode(enclosed), place=_ENCLOSED) if key and enclosed else None,
        about=about,
    )
    ring()
    return letter
