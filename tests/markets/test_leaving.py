"""Two people leave a country: nobody new from there, members told in their language, and the way back."""

import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from steelyard.assembly.main import app
from steelyard.base.config import config
from steelyard.base.errors import BadInput, Refused
from steelyard.cases.models import Deadline
from steelyard.decisions.states import Outcome
from steelyard.enforcement.connector import KnownThere
from steelyard.evidence.models import Exhibit
from steelyard.flows.leave_market import agree, carry_out_steps
from steelyard.flows.look_at_market import look_at_market
from steelyard.ledger.queries import entries
from steelyard.letters.models import Letter
from steelyard.markets.actions import ask_to_leave, ask_to_return, payload_of
from steelyard.markets.models import Leaving, Step
from steelyard.orders.models import Order
from steelyard.people.models import Approval
from steelyard.transparency.actions import draw_up
from tests.cast import present
from tests.flows.stories import SCAM, SCAM_RU, decided, delivered, noticed, ordered

pytestmark = pytest.mark.django_db


def left(country="IR"):
    """Lena asks, Lev agrees, and the worker carries it out."""
    asked = ask_to_leave(present("lena"), country, because="They demand the keys.")
    row = agree(present("lev"), asked.ref, payload_of(Leaving.objects.get()), because="I agree.")
    while carry_out_steps():
        pass
    delivered()
    return row


@pytest.fixture
def there(platform):
    """Uma, who writes Russian, and Igor, of whom we know no language, were last seen from Iran."""
    platform.publish("$1", SCAM_RU)
    noticed("$1")
    platform.seen_from = {"IR": KnownThere(accounts=("@uma:home", "@igor:home"), channels=2)}
    return platform


def test_nobody_new_is_taken_and_everybody_there_is_told_in_their_language(there):
    row = left()
    assert there.closed == {"IR"}
    told = dict(there.letters)
    assert set(told) == {"@uma:home", "@igor:home"}
    assert "покидает" in told["@uma:home"]
    assert " is leaving Iran" not in told["@uma:home"]
    assert all(f"/{language}/" in told["@igor:home"] for language in config().languages)
    assert row.window_until == (row.left_at + timedelta(days=60)).date()


def test_one_person_leaves_nothing(there):
    asked = ask_to_leave(present("lena"), "IR", because="They demand the keys.")
    with pytest.raises(Refused, match="somebody else"):
        agree(present("lena"), asked.ref, payload_of(Leaving.objects.get()), because="Me again.")
    assert (there.closed, there.letters, Step.objects.count()) == (set(), [], 0)


def test_it_is_undone_by_its_inverse_and_both_are_counted_in_public(there):
    row = left()
    asked = ask_to_return(present("lev"), row.ref, because="The demand was taken back.")
    agree(present("lena"), asked.ref, payload_of(row), because="Yes.")
    while carry_out_steps():
        pass
    delivered()
    assert there.closed == set()
    assert "снова" in there.letters[-2][1] + there.letters[-1][1]
    said = [(e["type"], e["authority_country"], e["by"], e["reversal"]) for e in entries()
            if e["type"].startswith("markets:market")]  # fmt: skip
    assert said == [
        ("markets:market:left", "IR", "two", False), ("markets:market:returned", "IR", "two", True),
    ]  # fmt: skip
    assert not any("Iran" in json.dumps(e) or "@uma" in json.dumps(e) for e in entries())
    drawn = draw_up(row.left_at.date(), version=1, because="").report
    assert [list(line) for line in drawn.figures["markets"].rows] == [
        ["IR", "markets:market:left", 1], ["IR", "markets:market:returned", 1],
    ]  # fmt: skip


def test_what_is_kept_under_an_order_stays_kept_and_its_clock_runs(there):
    ordered("$1", country="IR", instrument="preservation", data=("content",))
    kept, clocks = Exhibit.objects.count(), list(Deadline.objects.values_list("ref", "ends_at", "met_at"))
    left()
    assert Exhibit.objects.count() == kept > 0
    assert list(Deadline.objects.values_list("ref", "ends_at", "met_at")) == clocks != []


def test_a_platform_that_cannot_tell_countries_says_so_and_nobody_is_written_to(platform):
    platform.manifest = type(platform.manifest)(
        connector="memory", platform="Memory",
        abilities=tuple(a for a in platform.manifest.abilities if "registration" not in a.operation),
    )  # fmt: skip
    left()
    steps = {step.what: step for step in Step.objects.all()}
    assert {what: step.state for what, step in steps.items()} == {
        "close_registration": "failed", "tell_left": "failed",
    }  # fmt: skip
    assert all("cannot tell countries" in step.last_error for step in steps.values())
    assert not Letter.objects.filter(kind="market_notice").exists()


def test_a_platform_that_is_down_is_left_when_it_is_back(there):
    there.down = True
    left()
    assert set(Step.objects.values_list("state", flat=True)) == {"queued"}
    there.down = False
    Step.objects.update(not_before=Leaving.objects.get().created_at)
    while carry_out_steps():
        pass
    assert there.closed == {"IR"}


def test_the_same_country_is_not_left_twice_and_no_invented_one_at_all(there):
    left()
    with pytest.raises(Refused, match="already"):
        ask_to_leave(present("lena"), "IR", because="Again.")
    with pytest.raises(BadInput):
        ask_to_leave(present("lena"), "ZZ", because="Where?")
    assert Approval.objects.count() == 1


def test_the_page_of_a_country_counts_what_is_there_and_calls_the_unknown_unknown(platform):
    platform.publish("$1", SCAM)
    ordered("$1", country="IR", reference="1")
    ordered("$1", country="IR", reference="2")
    ordered("$1", country="FR", reference="3")
    ordered("$1", country="IR", reference="4", secrecy="Nobody may know.")
    decided("lena", case_of_first(), outcome=Outcome.NONE, ground="", words="Not theirs to order.")
    found = look_at_market("ir")
    assert [(o.instrument, o.open) for o in found.orders] == [("dsa_9", 1)]
    assert found.orders[0].next_due is not None
    assert found.refusals == 1
    assert (found.platforms[0].accounts, found.platforms[0].channels) == ("unknown", "unknown")
    assert found.served is None
    assert "finding" in [cited.what for cited in found.rests_on]
    assert all(cited.source for cited in found.rests_on)


def case_of_first():
    """The case of the order that came first."""
    return Order.objects.order_by("pk").first().bases.get().case


def test_the_command_says_the_same_in_words_and_as_json(platform, monkeypatch):
    monkeypatch.setattr("steelyard.cli.database.need_database", lambda: None)
    said = CliRunner().invoke(app, ["market", "IR", "--json"], catch_exceptions=False)
    found = json.loads(said.stdout)
    assert (found["country"], found["platforms"][0]["accounts"], found["orders"]) == ("IR", "unknown", [])
    words = CliRunner().invoke(app, ["market", "IR"], catch_exceptions=False).stdout
    assert "accounts unknown, public channels unknown" in words
    assert "Open orders: none" in words
