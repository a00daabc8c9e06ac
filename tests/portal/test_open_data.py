"""What programs read: the day's files, the feed, the ledger's own addresses."""

import csv
import io
import json
from xml.etree import ElementTree

import jsonschema
import pytest
from django.test import Client

from steelyard.base.clock import now
from steelyard.flows.publish_day import publish_day
from tests.flows.stories import SCAM_RU, screened

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(platform):
    screened(platform, "$2", SCAM_RU)
    publish_day(now().date())
    return now().date().isoformat()


def test_the_page_and_the_files_of_a_day_say_the_same(published):
    page = Client().get(f"/en/transparency/{published}").content.decode()
    report = json.loads(Client().get(f"/transparency/{published}.json").content)
    lines = list(csv.DictReader(io.StringIO(Client().get(f"/transparency/{published}.csv").content.decode())))
    assert report["numbers"]["harms"]["scam"]["restricted"]["post"]["rule"] == 1
    wanted = {"harm": "scam", "kind": "post", "source": "rule"}
    (line,) = [one for one in lines if wanted.items() <= one.items()]
    assert line["restricted"] == "1"
    assert "Posts: 1 · channels: 0 · accounts: 0 · reversals: 0" in page


def test_every_number_of_a_day_has_its_query_its_file_and_who_can_recompute_it_beside_it(published):
    page = Client().get(f"/en/transparency/{published}").content.decode()
    report = json.loads(Client().get(f"/transparency/{published}.json").content)
    for id_, table in report["figures"].items():
        shown = page[page.index(f'<figure class="exhibit" id="{id_}">') :].partition("</figure>")[0]
        assert table["query"].replace("'", "&#x27;") in shown, id_
        assert "Anyone can recompute it." in shown, id_
        assert f'href="?version=1#{id_}"' in shown, id_
        answer = Client().get(f"/transparency/{published}/v1/figures/{id_}.csv")
        rows = list(csv.reader(io.StringIO(answer.content.decode(), newline="")))
        assert rows == [table["columns"], *([str(part) for part in row] for row in table["rows"])], id_
        assert "immutable" in answer["Cache-Control"]
    for id_ in ("times_notice", "times_complaint", "times_order"):
        shown = page[page.index(f'id="{id_}"') :].partition("</figure>")[0]
        assert "An auditor can recompute it" in shown
        assert f"/transparency/{published}/v1/times.csv" in shown
    for zero in (
        "Demands that nobody can grant: 0",
        "Informal requests of states: 0",
        "Orders received: 0",
        "Complaints received: 0, overturned: 0, rejected: 0",
    ):
        assert zero in page, "zeros are published"
    assert "Excludes matters whose existence may not be disclosed." in page
    assert Client().get(f"/transparency/{published}/v1/figures/nothing.csv").status_code == 404


def test_a_report_is_what_its_published_schema_says(published):
    report = json.loads(Client().get(f"/transparency/{published}.json").content)
    jsonschema.validate(report, json.loads(Client().get(f"/transparency/{published}/v1/schema.json").content))


def test_any_site_may_read_the_data_and_a_version_never_changes(published):
    answer = Client().get(f"/transparency/{published}/v1/report.json")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "immutable" in answer["Cache-Control"]
    assert Client().get(f"/transparency/{published}/v2/report.json").status_code == 404
    assert Client().get(f"/transparency/{published}/v1/..%2Freport.json").status_code == 404


def test_the_feed_has_an_entry_for_each_day(published):
    feed = ElementTree.fromstring(Client().get("/transparency/days.atom").content)  # noqa: S314 (ours)
    atom = "{http://www.w3.org/2005/Atom}"
    links = [entry.find(f"{atom}link").get("href") for entry in feed.iter(f"{atom}entry")]
    assert links == [f"http://localhost:8470/en/transparency/{published}"]


@pytest.mark.parametrize("path", ["yesterday", "2026-13-01", "1999-01-01"])
def test_a_day_that_was_not_published_is_not_there(path):
    for address in (
        f"/en/transparency/{path}",
        f"/transparency/{path}.json",
        f"/transparency/{path}/v1/report.csv",
    ):
        assert Client().get(address).status_code == 404


def test_the_ledger_answers_nothing_before_its_first_checkpoint():
    for path in ("checkpoint", "tile/0/000", "tile/entries/000", "tile/../vkeys"):
        assert Client().get(f"/ledger/{path}").status_code == 404
