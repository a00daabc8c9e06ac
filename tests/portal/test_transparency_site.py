"""The transparency site as people meet it: numbers with their table, their file and their query, in every language."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client

from steelyard.base.clock import now, set_clock
from steelyard.flows.publish_day import publish_day
from steelyard.ledger.actions import Facts, Happening, record_many
from steelyard.transparency import sums
from steelyard.transparency.figures import figures
from steelyard.transparency.periods import period
from steelyard.vault.actions import new_key
from tests.browser import accessible, fits
from tests.flows.stories import SCAM_RU, screened

pytestmark = pytest.mark.django_db
LANGUAGES = ["en", "fr", "ru", "ar", "fa"]
PAGES = [
    "", "/harms", "/harms/scam", "/governments", "/governments/FR", "/governments/BR", "/partners", "/appeals",
    "/red-lines", "/refusals", "/promises", "/corrections", "/measure", "/data", "/figures/orders",
]  # fmt: skip
ORDER = Facts(source="order", instrument="dsa_9", authority_country="FR", harm="scam")


def order(step, **more):
    return ("orders:order:" + step, Facts(**{**ORDER.__dict__, **more}))


HAPPENED = [
    *[("decisions:decision:made", Facts(harm="scam", verb="contain_post", source="rule", by="machine"))] * 40,
    *[("decisions:decision:made", Facts(harm="scam", verb="contain_post", source="notice", by="person"))] * 7,
    ("decisions:decision:made", Facts(harm="terrorism", verb="remove_post", source="order", by="two",
                                      instrument="dsa_9", authority_country="FR")),
    ("decisions:decision:made", Facts(harm="scam", verb="restore_post", source="complaint", by="person",
                                      reversal=True)),
    *[("decisions:statement:issued", Facts(harm="scam", source="rule"))] * 47,
    *[("decisions:complaint:received", Facts(harm="scam"))] * 3,
    ("decisions:complaint:upheld", Facts(harm="scam")),
    *[order("received")] * 5, *[order("executed")] * 2, order("refused"),
    order("received", authority_country="DE", instrument="tco_removal"),
    ("orders:redline:attempted", Facts(instrument="dsa_9", authority_country="FR", verb="keys")),
]  # fmt: skip


@pytest.fixture
def month(platform):
    """Two published days of a month in which much happened."""
    today = now().replace(hour=12, minute=0, second=0, microsecond=0)
    for back in (3, 2):
        with set_clock(today - timedelta(days=back)), transaction.atomic():
            key = new_key()
            record_many([Happening(verb, "steelyard", key, key, facts=facts) for verb, facts in HAPPENED])
    for back in (3, 2):
        publish_day((today - timedelta(days=back)).date())
    return (today - timedelta(days=2)).date()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_fits_a_small_phone_and_is_accessible_in_every_language(new_page, month, language):
    page = new_page(width=320)
    for path in PAGES if language in ("en", "ar") else PAGES[2:5]:
        assert page.goto(f"/{language}/transparency{path}").status == 200, path
        fits(page)
        if language in ("en", "ar"):  # the same templates: once in each direction
            accessible(page)
        assert "existence may not be disclosed" in page.content() or language != "en", path


def test_every_page_says_what_it_leaves_out_and_loads_little(new_page, month):
    page = new_page(javascript=False)
    sizes = {}
    page.on("response", lambda answer: sizes.__setitem__(answer.url, len(answer.body())))
    for path in PAGES:
        sizes.clear()
        page.goto(f"/en/transparency{path}")
        assert page.is_visible("text=existence may not be disclosed"), path
        assert sum(sizes.values()) < 90_000, (path, sizes)


def test_the_numbers_of_a_page_are_those_of_its_query_and_its_file(month):
    page = Client().get("/en/transparency/governments").content.decode()
    assert "Orders received: 12, refused: 2, demands nobody can grant: 2" in page
    rows = list(
        csv.DictReader(io.StringIO(Client().get("/transparency/figures/orders.csv").content.decode()))
    )
    assert {"country": "FR", "instrument": "dsa_9", "type": "orders:order:received", "n": "10"} in rows
    told = Client().get("/transparency/figures/orders.json?period=all").json()
    assert told["query"] == figures()["orders"].sql
    assert [list(row) for row in sums.over(figures()["orders"], period("all"))] == told["rows"]


def test_a_period_of_days_and_of_months_give_the_same_where_they_cover_the_same(month):
    for id_, figure in figures().items():
        assert sums.over(figure, period("30d")) == sums.over(figure, period("all")), id_


def test_every_country_has_the_same_page_with_zeros_where_nothing_came(month):
    page = Client().get("/en/transparency/governments/BR").content.decode()
    assert "Brazil: orders received 0, refused 0" in page
    assert "Te-k/telegram-transparency (CC BY 4.0)" in page
    assert Client().get("/en/transparency/governments/XX").status_code == 404
    assert Client().get("/en/transparency/governments/fr").status_code == 404
    assert (
        "say nothing about this country" in Client().get("/en/transparency/governments/AD").content.decode()
    )


def test_a_refused_order_stands_in_the_list_of_refusals_by_its_day(month):
    page = Client().get("/en/transparency/refusals").content.decode()
    assert "Orders refused: 2" in page
    assert month.isoformat() in page


def test_a_correction_shows_old_and_new_value_and_its_cause(month):
    with (
        set_clock(datetime.combine(month, datetime.min.time(), UTC) + timedelta(hours=13)),
        transaction.atomic(),
    ):
        record_many([Happening("orders:order:refused", "member:A", new_key(), facts=ORDER)])
    publish_day(month, because="An order was entered late.")
    page = Client().get("/en/transparency/corrections").content.decode()
    assert "An order was entered late." in page
    assert (
        "France · Order to act against illegal content (Digital Services Act, Art. 9) · Order refused" in page
    )


@pytest.mark.parametrize("path", ["harms/nothing", "figures/nothing", "harms?period=1850", "harms?period=x"])
def test_what_is_not_there_is_not_found(month, path):
    assert Client().get(f"/en/transparency/{path}").status_code == 404


def test_the_site_can_be_read_before_the_first_day_is_published():
    for path in PAGES:
        assert Client().get(f"/en/transparency{path}").status_code == 200, path


def test_a_promise_shows_where_it_stands(month, platform):
    page = Client().get("/en/transparency/promises").content.decode()
    assert "Kept at the moment: 100 of 100." in page
    screened(platform, "$1", SCAM_RU)


def test_a_period_by_its_dates_gives_what_the_moving_one_gave_when_it_was_linked(month):
    moving = period("30d")
    fixed = period(moving.fixed)
    assert (moving.frozen, fixed.frozen) == (True, False)
    for id_, figure in figures().items():
        assert sums.over(figure, fixed) == sums.over(figure, moving), id_
    assert sums.times(fixed) == sums.times(moving)


@pytest.mark.parametrize(
    "named",
    ["2026-01-01_2026-12-31", "2026-02-30", "2026-12_2026-11", "2026-11_2026-11-30", "1_2_3", "2026-1"],
)
def test_a_period_that_cannot_be_is_not_found(month, named):
    assert Client().get(f"/en/transparency/harms?period={named}").status_code == 404
