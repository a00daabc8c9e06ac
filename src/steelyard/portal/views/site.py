"""The transparency site: each published day as page, data and feed, all from the day's one report."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.base.config import config
from steelyard.base.errors import NoSuchThing
from steelyard.base.wording import day as in_words
from steelyard.base.wording import iso
from steelyard.ledger.queries import log_state
from steelyard.portal.caching import for_everybody, for_strangers_tools, until_next_publication
from steelyard.portal.charts import daily_bars
from steelyard.portal.exhibits import Exhibit, Row
from steelyard.portal.views.figures.page import SECTIONS, events, period_name
from steelyard.transparency.counting import KINDS
from steelyard.transparency.figures import figures
from steelyard.transparency.periods import EVERYTHING, LAST_DAYS, LAST_YEAR, period
from steelyard.transparency.queries import DayLine, days, file_of, so_far
from steelyard.transparency.queries import day as day_report
from steelyard.transparency.shapes import Report

SHOWN = 90


@require_safe
@for_everybody
@until_next_publication
def index(request: HttpRequest) -> HttpResponse:
    lines = days(SHOWN)
    page = {
        "days": [(line, line.day.isoformat()) for line in lines],
        "pages": reverse("portal:transparency"),
        "files": reverse("machine:feed").rpartition("/")[0],
        "newest": lines[0] if lines else None,
        "exhibit": _posts_by_day(lines) if lines else None,
        "log": log_state(),
        "sections": SECTIONS,
        "so_far": _so_far() if lines else [],
    }
    return render(request, "portal/transparency.html", page)


def _posts_by_day(lines: list[DayLine]) -> Exhibit:
    """The newest days' posts as bars; the table of days stands below it on the page."""
    values = [(line.day, line.post) for line in reversed(lines)]
    when = period(f"{max(values[0][0], values[-1][0] - timedelta(days=SHOWN - 1))}_{values[-1][0]}")
    chart = daily_bars(values, events(values))
    return Exhibit(
        id="restricted", figure=figures()["restricted"].narrowed(kind="post").each_day(), when=when, head=_("Day"),
        finding=_("Posts restricted a day since %(first)s: at most %(top)s")
        % {"first": iso(values[0][0]), "top": chart.top if chart else 0},
        columns=[_("Posts")], rows=[Row(day.isoformat(), [n]) for day, n in reversed(values)],
        chart=chart, tabled=False,
        page=reverse("portal:figure", args=["restricted"]),
        note=_("Unit: posts. A day runs from midnight to midnight UTC. The line is the median of seven days."),
    )  # fmt: skip


def _so_far() -> list[tuple[str, list[int]]]:
    """Totals of the last 30 days, twelve months and everything."""
    return [
        (period_name(LAST_DAYS), so_far(period(LAST_DAYS).first)),
        (period_name(LAST_YEAR), so_far(period(LAST_YEAR).first)),
        (period_name(EVERYTHING), so_far()),
    ]


@require_safe
@for_everybody
def how(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/how.html", {"root": config().public_url.rstrip("/")})


@require_safe
def latest_file(request: HttpRequest, day: str, ending: str) -> HttpResponse:
    """The newest version's data, at an address that does not change."""
    when = the_day(day)
    content, kind = file_of(when, day_report(when).version, f"report.{ending}")
    return for_strangers_tools(content, kind, "public, max-age=60")


@require_safe
def day_file(request: HttpRequest, day: str, version: int, name: str) -> HttpResponse:
    """A file of one version. It never changes."""
    content, kind = file_of(the_day(day), version, name)
    return for_strangers_tools(content, kind, "public, max-age=31536000, immutable")


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Atom, one entry a day."""
    root, language = config().public_url.rstrip("/"), get_language() or "en"
    atom = Atom1Feed(
        title=f"{config().service}: " + _("Daily transparency reports"),
        link=root + reverse("portal:transparency"),
        description=_("What is published here excludes matters whose existence may not be disclosed."),
        language=language,
        feed_url=root + reverse("machine:feed"),
    )
    for line in days(SHOWN):
        address = root + reverse("portal:day", args=[line.day.isoformat()])
        atom.add_item(
            title=in_words(line.day),
            link=address,
            description=_summary(line),
            unique_id=f"{address}?version={line.version}",
            updateddate=line.published_at,
            pubdate=datetime.combine(line.day, time(), UTC),
        )
    return for_strangers_tools(
        atom.writeString("utf-8").encode(), "application/atom+xml; charset=utf-8", "public, max-age=60"
    )


def the_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NoSuchThing("No report was published for this day.") from None


def in_a_line(report: Report) -> dict[str, Any]:
    """A day in one line: totals of each kind, and the words for them."""
    numbers = report.numbers
    when = date.fromisoformat(report.day)
    totals = {kind: numbers.total(kind) for kind in KINDS}
    published = datetime.fromisoformat(report.counted_at)
    line = DayLine(when, report.version, report.complete, published, **totals, reversals=numbers.reversals)
    return {**vars(line), "summary": _summary(line)}


def _summary(line: DayLine) -> str:
    return _(
        "Posts: %(posts)s · channels: %(channels)s · accounts: %(accounts)s · reversals: %(reversals)s"
    ) % {
        "posts": line.post,
        "channels": line.channel,
        "accounts": line.account,
        "reversals": line.reversals,
    }
