"""Write letters in the reader's language and put them into the outbox."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.base.config import config
from steelyard.base.outbox import ring
from steelyard.decisions.models import Decision, Statement
from steelyard.decisions.reasons import Reasons, as_text
from steelyard.ledger.actions import Facts, record
from steelyard.letters.models import Letter
from steelyard.vault.actions import seal, unseal
from steelyard.vault.models import DataKey

_PLACE = "letters.letter"
MAIL = "mail"


def address(language: str, path: str) -> str:
    """A public address of ours in the reader's language."""
    return f"{config().public_url.rstrip('/')}/{language}/{path}"


def send_statement(decision: Decision, statement: Statement, reasons: Reasons, token: str) -> Letter | None:
    """The statement of reasons to the author, on the platform. None when there is nobody to write to."""
    author = decision.subject.author if decision.subject else None
    if decision.subject is None or author is None:
        return None
    text = as_text(reasons, address(reasons.language, f"d/{token}"))
    return _queue(
        "statement_of_reasons", author.connector, author.native_id, reasons.language, text,
        key=decision.subject.key, about=statement.ref,
    )  # fmt: skip


def send_restored(decision: Decision, language: str) -> Letter | None:
    """Tell the author that the post is back, and that we are sorry where we were wrong."""
    author = decision.subject.author if decision.subject else None
    if decision.subject is None or author is None:
        return None
    with override(language):
        text = _(
            "Your post is visible again, exactly as it was. "
            "The decision to restrict it was wrong and has been reversed. We are sorry."
        )
    return _queue(
        "restored", author.connector, author.native_id, language, text,
        key=decision.subject.key, about=decision.ref,
    )  # fmt: skip


def send_complaint_rejected(decision: Decision, language: str, answer: str) -> Letter | None:
    """Tell the author why the decision stands, and where else they can go (DSA Art. 20(5))."""
    author = decision.subject.author if decision.subject else None
    if decision.subject is None or author is None:
        return None
    with override(language):
        text = "\n".join(
            (
                _("A person who had no part in it has looked at your complaint. The decision stands."),
                _("Their answer: “%(answer)s”") % {"answer": answer},
                _("You can turn to a certified out-of-court dispute settlement body, or go to court."),
            )
        )
    return _queue(
        "complaint_rejected", author.connector, author.native_id, language, text,
        key=decision.subject.key, about=decision.ref,
    )  # fmt: skip


def send_mail(
    kind: str, to: str, language: str, subject: str, text: str, *, key: DataKey, about: str
) -> Letter:
    """A letter by mail. The address is sealed with the text."""
    return _queue(kind, MAIL, "", language, f"{to}\n{subject}\n\n{text}", key=key, about=about)


def announce(connector: str, channel: str, language: str, text: str, *, about: str) -> Letter:
    """A public announcement in the platform's own channel: nothing to seal."""
    return _queue("announcement", connector, channel, language, text, key=None, about=about)


def text_of(letter: Letter) -> str:
    """What the letter says."""
    raw = bytes(letter.sealed)
    return (unseal(letter.key, raw, place=_PLACE) if letter.key else raw).decode()


def mark_delivered(letter: Letter) -> None:
    record(
        "letters:letter:delivered", actor="steelyard", about=letter, key=letter.key, after=letter.kind,
        facts=Facts(verb=letter.kind, by="machine"),
    )  # fmt: skip


def _queue(
    kind: str, connector: str, recipient: str, language: str, text: str, *, key: DataKey | None, about: str
) -> Letter:
    letter = Letter.objects.create(
        kind=kind,
        connector=connector,
        recipient=recipient,
        language=language,
        key=key,
        sealed=seal(key, text.encode(), place=_PLACE) if key else text.encode(),
        about=about,
    )
    ring()
    return letter
