"""Suspensions for misuse (DSA Art. 23 and 24(1)(b)) and disputes (Art. 21): in the day, and in the year's report."""

from datetime import date, timedelta

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.decisions.disputes import close_dispute, note_dispute
from steelyard.decisions.models import Decision
from steelyard.flows.publish_day import publish_day
from steelyard.transparency.harmonised.complaints import DISPUTES, SUSPENSIONS, complaints
from steelyard.transparency.harmonised.parts import draw_up
from steelyard.transparency.harmonised.period import Period
from steelyard.transparency.queries import day
from tests.cast import member
from tests.flows.stories import SCAM_RU, screened
from tests.misuse.test_misuse import author_suspended, suspended

pytestmark = pytest.mark.django_db


def this_year():
    return Period(date(now().year, 1, 1), date(now().year, 12, 31))


def test_suspensions_are_counted_by_what_was_misused_in_the_year_and_in_the_day(platform):
    author_suspended(platform)
    suspended(platform)
    told = {(row[4].strip(), row[5]): row[6] for row in draw_up(this_year())["appeals"]}
    found = [told[indicator, "Total number"] for indicator in SUSPENSIONS.values()]
    assert found == ["1", "1", "0"]  # content, notices, complaints
    today = now().date()
    with set_clock(now() + timedelta(days=1)):
        publish_day(today)
    rows = day(today).figures["misuse"].rows
    counted = {(type_, verb): n for type_, verb, _harm, n in rows}
    assert (counted["misuse:matter:suspended", "notices"], counted["misuse:matter:suspended", "content"]) == (
        1,
        1,
    )
    assert counted["misuse:matter:warned", "notices"] == 1


def test_a_dispute_counts_in_the_year_it_was_noted_in_with_what_the_body_decided(platform):
    screened(platform, "$1", SCAM_RU)
    screened(platform, "$2", SCAM_RU + "!")
    lena = member("lena")
    noted = [
        note_dispute(decision, lena, body="A body", their_reference=str(decision.pk))
        for decision in Decision.objects.all()
    ]
    close_dispute(noted[0], lena, "for_them", outcome="They were right.", decided_on=now().date())
    cells = complaints(this_year())
    told = {scope: value for (indicator, scope), value in cells.items() if indicator == DISPUTES}
    assert (told["Total number"], told["Decisions upheld"], told["Decisions reversed"]) == ("2", "0", "1")
    assert told["Decision omitted"] == "1"
    assert 0 <= float(told["Median time"]) <= 24
    assert told["Decisions partially reversed"] == "0"
