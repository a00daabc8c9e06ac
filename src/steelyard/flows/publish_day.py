"""The day is published: counted from the ledger, signed, on the site, in the platform's own channel."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, override

from steelyard.base.config import config
from steelyard.base.wording import day as worded
from steelyard.base.wording import isolated, link
from steelyard.enforcement.connector import connectors
from steelyard.flows.partner_times import partner_times
from steelyard.ledger.queries import last_disclosed
from steelyard.letters.actions import address, announce
from steelyard.rulebook.queries import daily_harms
from steelyard.transparency.actions import draw_up, keep, write_files
from steelyard.transparency.counting import KINDS, HarmDay
from steelyard.transparency.models import DayReport
from steelyard.transparency.promises import Promise, all_promises, read_all
from steelyard.transparency.shapes import HarmReport, PartnersWaited, Report

FOR_ALL = ("en", "fr", "ru")
"""The languages the founder's statement reached people in: where everybody reads every announcement."""


def publish_day(day: date, *, because: str = "") -> DayReport:
    """Publish `day`, or a new version when its numbers have moved. The same numbers are published once."""
    last = DayReport.objects.filter(day=day).order_by("-version").first()
    drawn = draw_up(
        day,
        version=last.version + 1 if last else 1,
        because=because or _reason(last),
        partners=_partners(last),
    )
    if last and _same(last, drawn.report):
        return last
    report, digest = write_files(drawn)
    with transaction.atomic():
        row = keep(report, drawn, digest)
        _announce(report, row)
        for harm in drawn.harms:
            if harm.harm in daily_harms():
                _announce_harm(harm, row)
        moved = read_all(day, complete=report.complete)
        if report.complete:  # a day that goes on is read again, and nobody is told what it may take back
            _announce_promises(moved, row)
    return row


def correct_disclosed() -> list[DayReport]:
    """A new version of each day on which something happened that may only now be told. Safe to run again."""
    told = last_disclosed()
    newest = DayReport.objects.filter(day__in=told).order_by("day", "-version").distinct("day")
    return [publish_day(row.day) for row in newest if told[row.day] > row.created_at]


def _partners(last: DayReport | None) -> PartnersWaited:
    """Frozen with the day: a page that asked anew would show, by what moved, the one matter that was decided since."""
    if last and last.complete and last.report.get("partners"):
        return msgspec.convert(last.report["partners"], PartnersWaited)
    found = partner_times()
    return msgspec.convert({**asdict(found), "since": found.since.date().isoformat()}, PartnersWaited)


def _reason(last: DayReport | None) -> str:
    if last is None:
        return ""
    if not last.report["complete"]:
        return gettext_noop("The day has gone on since the last version.")
    told = last_disclosed().get(last.day)
    if told and told > last.created_at:
        return gettext_noop("Matters that could not be disclosed then may be disclosed now.")
    return gettext_noop("A count changed.")


def _same(last: DayReport, report: Report) -> bool:
    """Nothing but the publication's own traces has been added since, in the figures that there were then."""
    before = msgspec.convert(last.report, Report)
    shared = (before.figures.keys() & report.figures.keys()) - {*_OWN_TRACES}
    return (
        before.complete == report.complete
        and all(before.figures[id_].rows == report.figures[id_].rows for id_ in shared)
        and all(getattr(before.numbers, name) == getattr(report.numbers, name) for name in _MAIN)
    )


_MAIN = ("harms", "orders", "decided_by", "statements")
_OWN_TRACES = ("entries",)


def _places() -> list[tuple[str, str, str]]:
    """(connector, channel, language): the operator's own channel on each attached platform, once for each language.

    Our messenger shows a reader those in their own language only, so there they are in all of the operator's.
    """
    attached, found = connectors(), list[tuple[str, str, str]]()
    if attached and (channel := config().matrix.announcements):
        found += [(attached[0], channel, language) for language in config().languages]
    if "telegram" in attached and (channel := config().telegram.announcements):
        found += [("telegram", channel, language) for language in FOR_ALL]
    return found


def _announce(report: Report, row: DayReport) -> None:
    for name, channel, language in _places():
        announce(name, channel, language, announcement(report, language), about=row.ref)


def _announce_harm(report: HarmReport, row: DayReport) -> None:
    for name, channel, language in _places():
        announce(name, channel, language, harm_announcement(report, language), about=row.ref)


def harm_announcement(report: HarmReport, language: str) -> str:
    """One harm on one day in a few lines, in `language`."""
    day = date.fromisoformat(report.day)
    with override(language):
        lines = [
            _("%(harm)s, daily report for %(day)s")
            % {"harm": isolated(report.names.get(language, report.names["en"])), "day": worded(day)},
            _("On that day: posts %(posts)s, channels %(channels)s, accounts %(accounts)s")
            % _kinds(report.today),
            _("This month: posts %(posts)s, channels %(channels)s, accounts %(accounts)s")
            % _kinds(report.month_to_date),
            _("The numbers exclude matters whose existence may not be disclosed."),
            link(address(language, f"transparency/harms/{report.harm}")),
        ]
    return "\n".join(lines)


def _announce_promises(moved: list[str], row: DayReport) -> None:
    told = [promise for promise in all_promises() if promise.id in moved]
    for name, channel, language in _places() if told else ():
        announce(name, channel, language, promise_announcement(told, language), about=row.ref)


def promise_announcement(told: Sequence[Promise], language: str) -> str:
    """Promises that moved, in `language`: what each says, by when, and where it stands."""
    with override(language):
        lines = []
        for promise in told:
            lines += [
                _("Our promise: %(text)s") % {"text": promise.text(language)},
                _("By %(day)s. %(standing)s") % {"day": worded(promise.by), "standing": standing(promise)},
            ]
        lines.append(link(address(language, "transparency/promises")))
    return "\n".join(lines)


def standing(promise: Promise) -> str:
    """Where a promise stands, in the active language: a share with how many it is a share of."""
    read = promise.newest
    if read is None or read.value is None:
        return _("Nothing to measure yet.")
    shown = str(round(read.value))
    if promise.share:
        shown = _("%(n)s of 100") % {"n": round(read.value * 100)}
        if read.n is not None:
            shown = _("%(share)s (n = %(n)s)") % {"share": shown, "n": read.n}
    words = _("Kept at the moment: %(value)s.") if read.kept else _("Not kept at the moment: %(value)s.")
    return words % {"value": shown}


def _kinds(numbers: HarmDay) -> dict[str, int]:
    return {f"{kind}s": numbers.total(kind) for kind in KINDS}


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
