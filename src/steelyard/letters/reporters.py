"""What became of a report made inside the platform, to whoever made it: there, with a link of their own."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.base.config import config
from steelyard.base.identifiers import fingerprint, shown
from steelyard.base.wording import isolated, link
from steelyard.letters.actions import address, paragraphs, write_to_account
from steelyard.letters.channel import what_they_did
from steelyard.letters.models import Letter
from steelyard.notices.actions import told
from steelyard.notices.models import Notice
from steelyard.vault.actions import keyed_hash

DECIDED, CHANGED, ANSWERED = "report_outcome", "report_changed", "report_complaint_answered"


def tell_outcome(notice: Notice, kind: str, *, by_moderators: str = "") -> Letter | None:
    """By the operator's notice in the platform. Their link shows the outcome and takes a complaint (DSA Art. 20(1)).

    `by_moderators`: what the channel's own moderators did, "stays" or "gone"; "" when it was us. None for a notice
    from elsewhere.
    """
    account, event = told(notice).reporter, notice.platform_event or ""
    if not account or not event:
        return None
    language = notice.language if notice.language in config().languages else config().languages[0]
    with override(language):
        first, then = what_they_did(stays=by_moderators == "stays") if by_moderators else (_first(kind), "")
        text = paragraphs(
            (first,), (then,),
            (_("You can read the decision, and complain about it, here:"),
             link(address(language, f"follow/{_token(notice)}"))),
            (_("Your report: %(ref)s") % {"ref": isolated(shown(notice.ref))},),
        )  # fmt: skip
    platform = event.partition(":")[0]
    return write_to_account(kind, platform, account, language, text, key=notice.key, about=notice.ref)


def told_since(notice: Notice, kind: str, moment: datetime) -> bool:
    """Whether this letter was written since then."""
    return Letter.objects.filter(about=notice.ref, kind=kind, created_at__gte=moment).exists()


def _first(kind: str) -> str:
    return {
        DECIDED: _("Thank you for your report. We have now decided on it."),
        CHANGED: _("We have looked again at our decision on your report, and changed it."),
        ANSWERED: _("A person who had no part in our decision has read your complaint, and answered it."),
    }[kind]


def _token(notice: Notice) -> str:
    """The secret of their link: the same each time, known to this installation alone."""
    token = keyed_hash(notice.ref, purpose="notices.follow")
    if notice.follow_token is None:
        notice.follow_token = fingerprint(token)
        notice.save(update_fields=["follow_token"])
    return token
