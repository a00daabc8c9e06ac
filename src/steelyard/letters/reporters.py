"""A report from inside the platform, told to whoever made it: that it is here, what became of it, by their own link."""

from datetime import UTC, datetime

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.base.config import config
from steelyard.base.identifiers import fingerprint, shown
from steelyard.base.wording import isolated, link
from steelyard.letters.actions import address, paragraphs, write_to_account
from steelyard.letters.channel import what_they_did
from steelyard.letters.models import Letter
from steelyard.letters.receipts import ReceiptFile
from steelyard.notices.actions import told
from steelyard.notices.models import Notice
from steelyard.vault.actions import keyed_hash

RECEIVED = "report_received"
DECIDED, CHANGED, ANSWERED = "report_outcome", "report_changed", "report_complaint_answered"


def tell_received(notice: Notice, receipt: ReceiptFile) -> Letter | None:
    """That the report is here, with the reference of its receipt (DSA Art. 16(4)). None for a notice from elsewhere."""
    with override(_language(notice)):
        by = _moment(receipt.answer_by)
        return _to_reporter(
            RECEIVED, notice,
            (_("Your report has reached us; you have a signed receipt for it."),
             _("A person decides on it by %(when)s.") % {"when": by} if by else ""),
            _("Your receipt, and where your report stands:"),
        )  # fmt: skip


def tell_outcome(notice: Notice, kind: str, *, by_moderators: str = "") -> Letter | None:
    """By the operator's notice in the platform. Their link shows the outcome and takes a complaint (DSA Art. 20(1)).

    `by_moderators`: what the channel's own moderators did, "stays" or "gone"; "" when it was us. None for a notice
    from elsewhere.
    """
    with override(_language(notice)):
        first, then = what_they_did(stays=by_moderators == "stays") if by_moderators else (_first(kind), "")
        return _to_reporter(
            kind, notice, (first,), _("You can read the decision, and complain about it, here:"), then=then
        )


def link_of(notice: Notice) -> str:
    """The secret of their link: the same each time, known to this installation alone."""
    token = keyed_hash(notice.ref, purpose="notices.follow")
    if notice.follow_token is None:
        notice.follow_token = fingerprint(token)
        notice.save(update_fields=["follow_token"])
    return token


def _to_reporter(
    kind: str, notice: Notice, first: tuple[str, ...], here: str, *, then: str = ""
) -> Letter | None:
    """In the active language, with their link after `here`."""
    account, event = told(notice).reporter, notice.platform_event or ""
    if not account or not event:
        return None
    language = _language(notice)
    text = paragraphs(
        first, (then,), (here, link(address(language, f"follow/{link_of(notice)}"))),
        (_("Your report: %(ref)s") % {"ref": isolated(shown(notice.ref))},),
    )  # fmt: skip
    platform = event.partition(":")[0]
    return write_to_account(kind, platform, account, language, text, key=notice.key, about=notice.ref)


def _language(notice: Notice) -> str:
    return notice.language if notice.language in config().languages else config().languages[0]


def _moment(moment: str) -> str:
    """A receipt's time (RFC 3339, UTC; "" for none) as people write it."""
    if not moment:
        return ""
    at = datetime.fromisoformat(moment).astimezone(UTC)
    return isolated(f"{formats.date_format(at, 'DATETIME_FORMAT')} UTC")


def told_since(notice: Notice, kind: str, moment: datetime) -> bool:
    """Whether this letter was written since then."""
    return Letter.objects.filter(about=notice.ref, kind=kind, created_at__gte=moment).exists()


def _first(kind: str) -> str:
    return {
        DECIDED: _("Thank you for your report. We have now decided on it."),
        CHANGED: _("We have looked again at our decision on your report, and changed it."),
        ANSWERED: _("A person who had no part in our decision has read your complaint, and answered it."),
    }[kind]
