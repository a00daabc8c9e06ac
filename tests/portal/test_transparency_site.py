"""The transparency site as people meet it: numbers with their table, their file and their query, in every language."""

import csv
import hashlib
import io
import re
import sqlite3
from datetime import UTC, date, datetime, timedelta
from html import unescape

import msgspec
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from steelyard.base.clock import now, set_clock
from steelyard.base.config import Recipients, config
from steelyard.base.errors import NoSuchThing
from steelyard.flows.publish_day import publish_day, standing
from steelyard.ledger.actions import Facts, Happening, record_many
from steelyard.ledger.models import Entry
from steelyard.orders.models import Order, ToldRefusal
from steelyard.portal.caching import forget
from steelyard.portal.views.figures import per_million
from steelyard.portal.views.figures.page import SECTIONS
from steelyard.transparency import sums
from steelyard.transparency.annotations import annotate, take_back
from steelyard.transparency.figures import figures
from steelyard.transparency.models import DayTime, LanguageTable
from steelyard.transparency.periods import period
from steelyard.transparency.promises import all_promises, read_all
from steelyard.transparency.states import AnnotationKind
from steelyard.vault.actions import new_key
from tests.browser import accessible, dates_in_order, fits
from tests.cast import member

pytestmark = pytest.mark.django_db
LANGUAGES = ["en", "fr", "ru", "ar", "fa"]
PAGES = [
    "", "/harms", "/harms/scam", "/governments", "/governments/FR", "/governments/BR", "/partners", "/appeals",
    "/languages", "/red-lines", "/refusals", "/matters", "/verify", "/promises", "/corrections", "/measure", "/data",
    "/figures/orders",
    "/figures/times_order", "/figures/restricted?per=day&kind=post",
]  # fmt: skip
ORDER = Facts(source="order", instrument="dsa_9", authority_country="FR", harm="scam")


def order(step, **more):
    return ("orders:order:" + step, Facts(**{**ORDER.__dict__, **more}))


HAPPENED = [
    *[("decisions:decision:made", Facts(harm="scam", verb="contain_post", source="rule", by="machine"))] * 40,
    *[("decisions:decision:made", Facts(harm="scam", verb="contain_post", source="notice", by="person"))] * 7,
    ("decisions:decision:made", Facts(harm="terrorism", verb="remove_post", source="order", by="two",
                                      instrument="dsa_9", authority_country="FR")),
    ("decisions:decision:made", Facts(harm="scam", verb="lift_post", source="complaint", by="person",
                                      reversal=True)),
    *[("decisions:statement:issued", Facts(harm="scam", source="rule"))] * 47,
    *[("decisions:complaint:received", Facts(harm="scam"))] * 3,
    ("decisions:complaint:upheld", Facts(harm="scam")),
    *[order("received")] * 5, *[order("executed")] * 2,
    order("refused", ground="competence"),
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
        with set_clock((today - timedelta(days=back - 1)).replace(hour=0, minute=5)):
            publish_day((today - timedelta(days=back)).date())
    return (today - timedelta(days=2)).date()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_fits_a_small_phone_and_is_accessible_in_every_language(new_page, month, language):
    page = new_page(width=320)
    for path in [*PAGES, f"/{month}"] if language in ("en", "ar") else PAGES[2:5]:
        assert page.goto(f"/{language}/transparency{path}").status == 200, path
        fits(page)
        if language in ("en", "ar"):  # the same templates: once in each direction
            accessible(page)
            dates_in_order(page)
        assert "existence may not be disclosed" in page.content() or language != "en", path


def test_every_page_says_what_it_leaves_out_and_loads_little(new_page, month):
    page = new_page(javascript=False)
    sizes, sections = {}, {reverse(f"portal:{name}") for name, _title in SECTIONS}
    assert sections <= {f"/en/transparency{path}" for path in PAGES}
    page.on("response", lambda answer: sizes.__setitem__(answer.url, len(answer.body())))
    for path in [*PAGES, f"/{month}"]:
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


def shown_on(path):
    """Each chart of a page: its id, and the addresses in it."""
    page = Client().get(f"/en/transparency{path}").content.decode()
    charts = re.findall(r'<figure class="exhibit" id="([^"]+)">(.*?)</figure>', page, re.DOTALL)
    return {id_: [unescape(link) for link in re.findall(r'href="([^"]+)"', chart)] for id_, chart in charts}


def test_every_chart_has_an_address_of_its_own_and_the_rows_that_it_was_drawn_from(month):
    seen = set()
    for path in (page for page in [*PAGES, f"/{month}"] if "figures" not in page):
        for id_, links in shown_on(path).items():
            alone = next(link for link in links if link.endswith(f"#{id_}"))
            assert re.search(r"period=\d{4}-\d\d(-\d\d)?_\d{4}-\d\d(-\d\d)?|version=\d", alone), alone
            address = alone.partition("#")[0]
            page = Client().get(address if address.startswith("/") else f"/en/transparency{path}{address}")
            assert f'id="{id_}"' in page.content.decode(), alone
            rows = next(link for link in links if ".csv" in link or link.endswith("report.json"))
            assert Client().get(rows)["Content-Type"].startswith(("text/csv", "application/json")), rows
            seen |= {link for link in links if "/figures/" in link}
    assert [link for link in seen if Client().get(link).status_code != 200] == []


def test_every_chart_on_every_page_has_its_query_and_who_can_recompute_it_beside_it(month):
    shown = set()
    for path in [*PAGES, f"/{month}"]:
        page = unescape(Client().get(f"/en/transparency{path}").content.decode())
        for id_, chart in re.findall(r'<figure class="exhibit" id="([^"]+)">(.*?)</figure>', page, re.DOTALL):
            query = re.search(r"<pre[^>]*>(SELECT .*?)</pre>", chart, re.DOTALL)
            assert query, (path, id_)
            assert re.search(r"([Aa]nyone|[Aa]n auditor) can recompute it|files counts.csv", chart), (
                path,
                id_,
            )
            shown.add(id_)
    assert {
        "waited-area",
        "waited-language",
        "waited-region",
        "emergency-line",
        "register",
        "corrected",
    } <= shown


def test_the_file_beside_a_country_or_a_day_has_that_country_and_those_days_alone(month):
    rows = Client().get("/transparency/figures/orders.csv?country=DE").content.decode().split()
    assert rows == ["country,instrument,type,n", "DE,tco_removal,orders:order:received,2"]
    told = Client().get("/transparency/figures/restricted.json?harm=scam&per=day").json()
    assert told["rows"] == [[(month - timedelta(days=1)).isoformat(), 47], [month.isoformat(), 47]]
    assert "AND harm = 'scam'\nGROUP BY day" in told["query"]


def test_a_title_names_what_a_figure_is_mostly_made_of_and_does_not_add_up_steps(month):
    page = Client().get("/en/transparency/figures/restricted_verb").content.decode()
    assert (
        "What was restricted, by measure and by who decided: 96 · most of all hidden · posts · a rule alone: 80"
        in page
    )
    page = Client().get("/en/transparency/figures/orders").content.decode()
    assert (
        "what became of them: Order received 12 · Order carried out 4 · Order refused 2</figcaption>" in page
    )
    assert (
        "Orders received: 12, of them under Order to act"
        in Client().get("/en/transparency/governments").content.decode()
    )
    page = Client().get("/en/transparency/partners").content.decode()
    assert "How soon notices were decided: none in this period" in page
    assert "How long partners waited: too few lines to be told" in page


@pytest.mark.parametrize("path", ["/languages", "/measure", "/{month}"])
def test_where_users_countries_would_stand_the_page_says_that_they_are_unknown_and_why(month, path):
    page = Client().get(f"/en/transparency{path.format(month=month)}").content.decode()
    assert "In which countries the people are: unknown. No form of ours asks for it" in page
    told = Client().get(f"/transparency/{month}.json").json()["texts"]["countries"]
    assert told["en"] in page
    assert set(told) == set(config().languages)


def test_a_figure_is_narrowed_to_plain_words_only(month):
    for asked in ("country=F' OR 'a'='a", "harm=a%25", "per=day&period=all&harm="):
        assert Client().get(f"/transparency/figures/orders.csv?{asked}", follow=True).status_code == 404, (
            asked
        )


def test_the_files_of_a_period_are_named_with_the_hash_that_the_signed_report_has(month):
    rows = list(csv.DictReader(io.StringIO(Client().get("/transparency/files.csv").content.decode())))
    assert [row["day"] for row in rows] == [(month - timedelta(days=1)).isoformat(), month.isoformat()]
    content = Client().get("/" + rows[1]["file"].split("/", 3)[3]).content
    assert hashlib.sha256(content).hexdigest() == rows[1]["sha256"]


def test_orders_per_million_users_are_told_where_the_operator_states_how_many_there_are(month, monkeypatch):
    assert "unknown" in Client().get("/en/transparency/governments").content.decode()
    stated = Recipients(counted=date(2026, 8, 31), by_country={"FR": 4_000_000})
    monkeypatch.setattr(per_million, "config", lambda: msgspec.structs.replace(config(), recipients=stated))
    forget()
    page = Client().get("/en/transparency/governments").content.decode()
    assert "<bdi>2.5</bdi>" in page
    assert "by our own count of 2026-08-31" in page
    assert "per million users 2.5" in Client().get("/en/transparency/governments/FR").content.decode()
    assert "per million users unknown" in Client().get("/en/transparency/governments/DE").content.decode()


def test_how_soon_orders_were_answered_stands_beside_what_their_law_gives(month):
    with set_clock(now() - timedelta(days=1)):
        for minutes in (30, 50, 200):
            Order.objects.create(key=new_key(), instrument="tco_removal", country="FR", door="portal", harm="terrorism",
                                 language="fr", sealed=b"", identity=str(minutes), answered_at=now(),
                                 created_at=now() - timedelta(minutes=minutes))  # fmt: skip
        day = now().date()
    publish_day(day)
    file = Client().get("/transparency/figures/times_order.csv").content.decode()
    (line,) = (row for row in csv.DictReader(io.StringIO(file)) if row["key"])
    assert line == {
        "key": "FR tco_removal", "n": "3", "p10": "30", "p50": "60", "p90": "240", "limit": "60", "within": "2",
    }  # fmt: skip
    page = Client().get("/en/transparency/governments").content.decode()
    assert 'class="limit"' in page
    assert "67\u00a0%" in page


def test_languages_of_a_period_are_the_sum_of_what_its_days_showed(month):
    for n, back in ((7, 3), (3, 2)):
        LanguageTable.objects.filter(day=month - timedelta(days=back - 2), what="notices").delete()
        LanguageTable.objects.create(
            day=month - timedelta(days=back - 2), what="notices", cells={"fr": n}, others=n
        )
    sums.freeze(month)
    expected = ["language,n", "fr,10", ",10"]
    for asked in ("30d", period("30d").fixed):
        answer = Client().get(f"/transparency/figures/languages_notices.csv?period={asked}")
        assert answer.content.decode().split() == expected


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
    assert "Orders refused, by ground, country and instrument: 2" in page
    assert "<bdi>Competence</bdi>" in page
    assert f'<th scope="row"><bdi>{month}</bdi></th><td>1</td>' in page


def test_the_ledger_of_refusals_shows_what_may_be_told_with_its_grounds_and_as_a_file(month):
    order = Order.objects.create(key=new_key(), instrument="dsa_9", country="FR", door="portal", harm="scam",
                                 language="fr", sealed=b"", identity="x")  # fmt: skip
    ToldRefusal.objects.create(
        order=order, month=date(2026, 10, 1), country="FR", instrument="dsa_9", issuer="police", harm="scam",
        grounds=[{"check": "competence", "sources": ["Art. 9(1)"]}], red_lines=[], correction=True,
        told_on=date(2026, 11, 20),
    )  # fmt: skip
    for path in ("/refusals", "/governments/FR"):
        page = Client().get(f"/en/transparency{path}").content.decode()
        for told in ("2026-10", "Competence (Art. 9(1))", "Police", "its secrecy has ended"):
            assert f"{told}" in page, (path, told)
        assert order.ref not in page
    assert "Competence" not in Client().get("/en/transparency/governments/DE").content.decode()
    assert Client().get("/transparency/refusals.csv").content.decode().splitlines()[1] == (
        "2026-10,FR,dsa_9,police,scam,competence,,1,2026-11-20"
    )


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
    file = Client().get("/transparency/corrections.csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(file)))
    (row,) = (row for row in rows if row["figure"] == "orders")
    assert (row["day"], row["version"], row["because"]) == (str(month), "2", "An order was entered late.")
    assert (row["what"], row["old"], row["new"]) == ("FR · dsa_9 · orders:order:refused", "1", "2")
    with set_clock(
        now() + timedelta(days=1)
    ):  # the day on which it was corrected says so, by the printed query
        publish_day(now().date() - timedelta(days=1))
    told = Client().get(f"/transparency/{now().date()}.json").json()
    assert told["corrected"] == [f"{month} v2"]
    table = sqlite3.connect(":memory:")  # a stranger's, with the file alone
    table.execute(f"CREATE TABLE corrections ({', '.join(rows[0])})")
    table.executemany(
        f"INSERT INTO corrections VALUES ({','.join('?' * len(rows[0]))})", [[*row.values()] for row in rows]
    )
    found = table.execute(told["queries"]["days_corrected"], {"day": told["day"]}).fetchall()
    assert [f"{day} v{version}" for day, version in found] == told["corrected"]


def test_what_is_not_there_is_not_found(month):
    for path in ("harms/nothing", "figures/nothing", "harms?period=1850", "harms?period=x"):
        assert Client().get(f"/en/transparency/{path}").status_code == 404, path


def test_the_site_can_be_read_before_the_first_day_is_published():
    for path in PAGES:
        assert Client().get(f"/en/transparency{path}").status_code == 200, path


def test_a_promise_shows_where_it_stands(month, platform):
    """With n and interval, and its days as a line, a table, a file and the query."""
    page = Client().get("/en/transparency/promises").content.decode()
    assert "Kept at the moment: 100 of 100 (n = 2)." in page
    assert f"In the thirty days to {month}, 2 of 2: 100\u00a0% (95% interval 34.2–100\u00a0%)" in page
    chart = page[page.index('id="published"') : page.index("</figure>", page.index('id="published"'))]
    assert '<path class="goal"' in chart
    assert f'<th scope="row"><bdi>{month}</bdi></th>' in chart
    assert "SELECT count(DISTINCT day)" in chart
    figure = "/transparency/figures/promise-published"
    rows = Client().get(f"{figure}.csv").content.decode().split()
    assert rows == [
        "day,value,good,n,kept",
        f"{month - timedelta(days=1)},1.0,1,1,True",
        f"{month},1.0,2,2,True",
    ]
    assert Client().get(f"{figure}.json").json()["query"].startswith("SELECT count(DISTINCT day)")
    assert Client().get(f"/fr{figure}").status_code == 200


def test_a_day_that_was_published_late_breaks_the_promise(month):
    with set_clock(now() + timedelta(days=3)):
        publish_day(month + timedelta(days=1))
    page = Client().get("/en/transparency/promises").content.decode()
    assert "Not kept at the moment: 67 of 100 (n = 3)." in page


def test_of_fewer_than_five_people_a_promise_tells_nothing(month):
    for n, told in ((4, "Nothing to measure yet."), (5, "Kept at the moment: 100 of 100 (n = 5).")):
        DayTime.objects.all().delete()
        DayTime.objects.create(day=month, what="notice", key="scam", minutes=60, n=n)
        read_all(month)
        (one,) = (each for each in all_promises() if each.id == "notices")
        assert standing(one) == told


def test_an_event_that_staff_wrote_stands_beside_the_days_until_it_is_taken_back(month):
    ines = member("ines")
    assert "Outage" not in Client().get("/en/transparency").content.decode()
    row = annotate(ines, month, AnnotationKind.OUTAGE, "Screening stood still <b>for an hour</b>.")
    entry = Entry.objects.get(verb="transparency:annotation:written")
    assert b"Screening" not in bytes(entry.leaf), (
        "the words are on the page; the log has that there is an event"
    )
    for path in ("", "/harms/scam", "/promises", "/figures/restricted?per=day"):
        page = Client().get(f"/en/transparency{path}").content.decode()
        assert (
            f"{month}</span>: <bdi>Outage: Screening stood still &lt;b&gt;for an hour&lt;/b&gt;.</bdi>"
            in page
        ), path
        assert '<path class="event"' in page
    assert "Panne" in Client().get("/fr/transparency").content.decode()
    rows = Client().get("/transparency/events.csv").content.decode().splitlines()
    assert rows == ["day,kind,event", f"{month},outage,Screening stood still <b>for an hour</b>."]
    take_back(ines, row.ref)
    assert "Outage" not in Client().get("/en/transparency").content.decode()
    assert Client().get("/transparency/events.csv").content.decode().splitlines() == rows[:1]
    with pytest.raises(NoSuchThing):
        annotate(member("otto"), month, AnnotationKind.EVENT, "Not mine to write.")


def test_a_period_by_its_dates_gives_what_the_moving_one_gave_when_it_was_linked(month):
    moving = period("30d")
    fixed = period(moving.fixed)
    assert (moving.frozen, fixed.frozen) == (True, False)
    for id_, figure in figures().items():
        assert sums.over(figure, fixed) == sums.over(figure, moving), id_
    assert sums.times(fixed) == sums.times(moving)


def test_a_period_that_cannot_be_is_not_found(month):
    for named in (
        "2026-01-01_2026-12-31",
        "2026-02-30",
        "2026-12_2026-11",
        "2026-11_2026-11-30",
        "1_2_3",
        "2026-1",
    ):
        assert Client().get(f"/en/transparency/harms?period={named}").status_code == 404, named
