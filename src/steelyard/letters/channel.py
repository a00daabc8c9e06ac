"""Letters about reports that a channel's own moderators see first: to them, and to whoever reported."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.base.wording import day, isolated
from steelyard.cases.models import Case
from steelyard.letters.actions import paragraphs, write_to_account
from steelyard.letters.models import Letter
from steelyard.notices.actions import told
from steelyard.notices.models import Notice
from steelyard.subjects.models import Subject

COMMANDS = {
    "help": {"en": "help", "fr": "aide", "ru": "помощь", "ar": "مساعدة", "fa": "راهنما"},
    "reports": {"en": "reports", "fr": "signalements", "ru": "жалобы", "ar": "بلاغات", "fa": "گزارش‌ها"},
    "look": {"en": "look", "fr": "voir", "ru": "показать", "ar": "عرض", "fa": "دیدن"},
    "remove": {"en": "remove", "fr": "retirer", "ru": "убрать", "ar": "إزالة", "fa": "برداشتن"},
    "keep": {"en": "keep", "fr": "garder", "ru": "оставить", "ar": "إبقاء", "fa": "نگهداشتن"},
    "team": {"en": "team", "fr": "équipe", "ru": "передать", "ar": "الفريق", "fa": "گروه"},
    "mute": {"en": "mute", "fr": "taire", "ru": "заглушить", "ar": "إسكات", "fa": "سکوت"},
    "unmute": {"en": "unmute", "fr": "parole", "ru": "вернуть", "ar": "كلام", "fa": "سخن"},
    "rules": {"en": "rules", "fr": "règles", "ru": "правила", "ar": "قواعد", "fa": "قوانین"},
}
"""What moderators write to our bot, after an exclamation mark: the word says in which language they are answered."""


def command(name: str, language: str) -> str:
    """As a moderator writes it."""
    words = COMMANDS[name]
    return "!" + words.get(language, words["en"])


def tell_reporter(
    notice: Notice, subject: Subject, what: str, *, until: datetime | None = None
) -> Letter | None:
    """Who looks at a report. `what`: referred or lapsed. What they decide is told as every outcome is."""
    account = told(notice).reporter
    if not account:
        return None
    with override(notice.language):
        text = paragraphs((_who_looks(what, until), _reported(subject)), (_what_next(what),))
    kind = "report_referred" if what == "referred" else "report_back"
    return write_to_account(
        kind, subject.connector, account, notice.language, text, key=notice.key, about=notice.ref
    )


def _who_looks(what: str, until: datetime | None) -> str:
    if what == "referred" and until:
        return _(
            "Thank you for your report. The moderators of the channel look at it first, until %(moment)s. They do not "
            "learn who reported."
        ) % {"moment": _moment(until)}
    return _("The moderators of the channel did not answer in time. Our own team looks at your report now.")


def what_they_did(*, stays: bool) -> tuple[str, str]:
    """The outcome of a report that a channel's moderators decided, and what to do then. In the language in force."""
    if stays:
        return (
            _("The moderators of the channel have looked at your report, and the post stays."),
            _("If you do not agree, report the post once more: then our own team looks at it."),
        )
    return _("The moderators of the channel have looked at your report, and taken the post away."), ""


def _moment(until: datetime) -> str:
    return f"{day(until)}, {until:%H:%M} UTC"


def _what_next(what: str) -> str:
    if what != "referred":
        return ""
    return _("If you would rather have our own team look at it, report the post once more.")


def _reported(subject: Subject) -> str:
    """Where it was; it is somebody else's post."""
    if subject.channel is None or not subject.channel.name:
        return ""
    return _("Channel: %(channel)s") % {"channel": isolated(subject.channel.name)}


def tell_moderator(case: Case, person: Subject, language: str, *, bot: str, until: datetime) -> Letter:
    """A report waits for a moderator of its channel. Neither the post nor who reported it is in the letter."""
    channel = case.referral.channel
    with override(language):
        text = paragraphs(
            (
                _("Somebody reported a post in your channel “%(channel)s”.")
                % {"channel": isolated(channel.name or channel.native_id)},
                _("You can decide about it until %(moment)s; then our own team does.")
                % {"moment": _moment(until)},
            ),
            (
                _("Write to %(bot)s: %(command)s")
                % {"bot": isolated(bot), "command": isolated(command("reports", language))},
            ),
        )
    return write_to_account(
        "moderators_asked", person.connector, person.native_id, language, text, key=case.key, about=case.ref
    )
