"""The day is published: counted from the ledger, signed, on the site, in the platform's own channel."""

from datetime import date

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, override

from steelyard.base.config import config
from steelyard.base.wording import day as worded
from steelyard.base.wording import link
from steelyard.enforcement.connector import connectors
from steelyard.letters.actions import address, announce
from steelyard.transparency.actions import draw_up, keep, write_files
from steelyard.transparency.models import DayReport
from steelyard.transparency.shapes import Report

ANNOUNCED_IN = ("en", "fr", "ru")
"""The languages the founder's statement reached people in."""


def publish_day(day: date, *, because: str = "") -> DayReport:
    """Publish `day`, or a new version when its numbers have moved. The same numbers are published once."""
    last = DayReport.objects.filter(day=day).order_by("-version").first()
    report = draw_up(day, version=last.version + 1 if last else 1, because=because or _reason(last))
    if last and _same(last, report):
        return last
    digest = write_files(report)
    with transaction.atomic():
        row = keep(report, digest)
        _announce(report, row)
    return row


def _reason(last: DayReport | None) -> str:
    if last is None:
        return ""
    return (
        gettext_noop("The day has gone on since the last version.")
        if not last.report["complete"]
        else gettext_noop("A count changed.")
    )


def _same(last: DayReport, report: Report) -> bool:
    """Nothing but the publication's own traces has been added since."""
    before = msgspec.convert(last.report, Report)
    return before.complete == report.complete and all(
        getattr(before.numbers, name) == getattr(report.numbers, name)
        for name in ("harms", "orders", "complaints", "decided_by", "statements")
    )


def _announce(report: Report, row: DayReport) -> None:
    channel = config().matrix.announcements
    if not channel or not connectors():
        return
    for language in ANNOUNCED_IN:
        announce(connectors()[0], channel, language, announcement(report, language), about=row.ref)


def announcement(report: Report, language: str) -> str:
    """The day in a few lines, in `language`."""
    numbers = report.numbers
    with override(language):
        posts = numbers.total("post")
        lines = [
            _("Daily report for %(day)s") % {"day": worded(date.fromisoformat(report.day))},
            ngettext("%(n)s post restricted", "%(n)s posts restricted", posts) % {"n": posts},
            _("Channels: %(channels)s. Accounts: %(accounts)s.")
            % {"channels": numbers.total("channel"), "accounts": numbers.total("account")},
            _("By our own rules: %(rule)s. After notices: %(notice)s. After orders: %(order)s.")
            % _by_source(report),
            _("Restrictions lifted again: %(n)s") % {"n": numbers.reversals},
            _("The numbers exclude matters whose existence may not be disclosed."),
            link(address(language, f"transparency/{report.day}")),
        ]
    return "\n".join(lines)


def _by_source(report: Report) -> dict[str, int]:
    return {
        source: sum(
            by_source[source]
            for harm in report.numbers.harms.values()
            for by_source in harm.restricted.values()
        )
        for source in ("rule", "notice", "order")
    }
