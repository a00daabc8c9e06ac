"""Before a policy goes Live: what would it have done with what was found, by language and surface?"""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from steelyard.assembly.main import app
from steelyard.base.clock import now, set_clock
from steelyard.base.config import Config, Sample
from steelyard.flows.replay import Line, replay
from steelyard.screening import sample
from steelyard.screening.engine import load_screen
from steelyard.screening.models import Sampled, SampleDay
from steelyard.screening.policy import STARTER
from steelyard.subjects.models import Subject
from steelyard.vault.actions import destroy
from tests.flows.stories import HARMLESS, SCAM, SCAM_RU, screened

pytestmark = pytest.mark.django_db
SIGNAL = """\
signal: market
about: M.
terms: [{languages: [en], words: ["farmers' market"]}]
examples: {match: ["the farmers' market"]}
"""
RULE = """\
- {rule: no-markets, about: M., when: signal.market, then: hold, harm: spam, policy_ref: terms.spam, state: live,
   owner: Ada, examples: {match: ["the farmers' market"], no_match: [nothing]}}
"""


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A policy that knows nothing of scams and does not like markets."""
    for name in ("signals", "rules"):
        (tmp_path / name).mkdir()
    (tmp_path / "policy.yaml").write_text("policy: other\nowner: Ada\n")
    (tmp_path / "signals" / "market.yaml").write_text(SIGNAL)
    (tmp_path / "rules" / "rules.yaml").write_text(RULE)
    return tmp_path


@pytest.fixture
def everything_is_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "config", lambda: Config(sample=Sample(share=1, days=7)))


def test_the_same_policy_changes_nothing(platform) -> None:
    screened(platform, "$1", SCAM_RU)
    screened(platform, "$2", SCAM)
    told = replay(load_screen(STARTER))
    assert told.posts == 2
    assert all(was == now_ for was, now_ in told.rules.values())
    assert told.changed == ()


def test_another_policy_shows_what_would_change_by_language_and_surface(platform, other: Path) -> None:
    screened(platform, "$1", SCAM_RU)
    told = replay(load_screen(other))
    assert told.lines == (Line("ru", "public_channel", 1, 0, 1, 0, 0),)
    assert told.changed == (Subject.objects.get(kind="post").ref,)


def test_the_sample_shows_what_a_policy_would_newly_take_away(
    platform, other: Path, everything_is_sampled: None
) -> None:
    screened(platform, "$1", HARMLESS)
    assert HARMLESS.encode() not in bytes(Sampled.objects.get().sealed)
    assert not Subject.objects.exists()
    assert replay(load_screen(other)).lines == (Line("en", "public_channel", 1, 1, 0, 0, 0),)
    assert replay(load_screen(other), sample=False).posts == 0


def test_the_sample_is_off_until_somebody_switches_it_on(platform) -> None:
    screened(platform, "$1", HARMLESS)
    assert not SampleDay.objects.exists()


def test_a_day_of_the_sample_is_erased_when_its_time_is_over(platform, everything_is_sampled: None) -> None:
    screened(platform, "$1", HARMLESS)
    assert sample.forget_samples() == 0
    with set_clock(now() + timedelta(days=7)):
        assert sample.forget_samples() == 1
    assert not Sampled.objects.exists()


def test_erased_words_are_counted_and_nothing_is_said_of_them(platform, other: Path) -> None:
    screened(platform, "$1", SCAM_RU)
    destroy(Subject.objects.get(kind="post").key)
    told = replay(load_screen(other))
    assert (told.posts, told.gone) == (0, 1)


def test_the_command_tells_it_in_numbers_and_without_words(platform, other: Path, monkeypatch) -> None:
    monkeypatch.setattr("steelyard.cli.database.need_database", lambda: None)
    screened(platform, "$1", SCAM_RU)
    run = CliRunner().invoke(app, ["screen", "replay", "--against", str(other)], catch_exceptions=False)
    assert "no longer" in run.stdout
    assert "500$" not in run.stdout
    run = CliRunner().invoke(
        app, ["screen", "replay", "--against", str(other), "--json"], catch_exceptions=False
    )
    assert json.loads(run.stdout)["posts"] == 1
