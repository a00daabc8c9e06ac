"""Thousands of clocks, two keepers, and keepers that are killed: every step is taken once, none is missed."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Count, F
from django.test.utils import CaptureQueriesContext

from steelyard.base.clock import set_clock
from steelyard.cases.clocks import steps
from steelyard.cases.escalation import escalate
from steelyard.cases.models import Case, Deadline, Escalation
from steelyard.vault.actions import new_key
from tests.house.source import ROOT

START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATEST = 5.0
"""Seconds, for 99 of a hundred steps."""


def started(number, spread, seed=7):
    """That many clocks of one hour, begun at any moment of `spread`; one in twenty has stood still for a while."""
    chance = random.Random(seed)
    cases = [
        Case.objects.create(kind="order" if n < 2 else "notice", harm="scam", severity=1, key=new_key())
        for n in range(20)
    ]
    rows = []
    for n in range(number):
        begun = START + spread * chance.random()
        still = timedelta(minutes=chance.randrange(1, 30)) if n % 20 == 0 else timedelta()
        ends = begun + HOUR + still
        rows.append(
            Deadline(
                case=cases[n % 20],
                fact="tco.removal_order_executed",
                source="x",
                status="verified",
                starts_at=begun,
                lasts=HOUR,
                wall_ends_at=begun + HOUR,
                ends_at=ends,
                legal_ends_at=ends,
                stood_still=still,
                next_step=25,
                next_step_at=begun + still + HOUR / 4,
            )
        )
    Deadline.objects.bulk_create(rows, batch_size=2000)


def play(*, spread, speed, kills):
    """Two keepers until two hours of the drill are over, killed and started again on the way."""
    since = time.monotonic() + 3  # they need as long to start
    seconds = (spread + 1.6 * HOUR).total_seconds() / speed
    until = since + seconds

    def keeper():
        told = [connection.settings_dict["NAME"], START.isoformat(), since, speed, until]
        argv = [sys.executable, "-m", "tests.cases.keeper", *map(str, told)]
        environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        return subprocess.Popen(argv, cwd=ROOT, env=environment)

    keepers = [keeper(), keeper()]
    try:
        for n in range(kills):
            time.sleep(max(0, since + seconds * (n + 1) / (kills + 1) - time.monotonic()))
            keepers[n % 2].send_signal(signal.SIGKILL)
            keepers[n % 2].wait()
            keepers[n % 2] = keeper()
        for each in keepers:
            assert each.wait(seconds + 3600) == 0
    finally:
        for each in keepers:
            each.kill()


def late(speed):
    """How late the steps were, in real seconds: the median, the 99th of a hundred, the latest."""
    found = sorted(
        each.total_seconds() / speed
        for each in Escalation.objects.values_list(F("at") - F("due_at"), flat=True).iterator(10_000)
    )
    return found[len(found) // 2], found[len(found) * 99 // 100], found[-1]


def none_missed(number):
    every = steps(START)
    assert dict(Escalation.objects.values_list("step").annotate(Count("pk"))) == dict.fromkeys(every, number)
    assert not Escalation.objects.filter(at__lt=F("due_at")).exists()
    assert not Deadline.objects.exclude(next_step=None).exists()


@pytest.mark.django_db(transaction=True)
def test_two_keepers_take_every_step_once_though_one_is_killed():
    started(1500, HOUR / 2)
    play(spread=HOUR / 2, speed=1800, kills=1)
    none_missed(1500)


@pytest.mark.django_db
def test_a_hundred_clocks_that_end_ask_the_database_no_more_often_than_one():
    asked = []
    for number in (1, 1, 100):  # the first one rings
        started(number, HOUR)
        Case.objects.update(kind="notice")
        with set_clock(START + 2.5 * HOUR), CaptureQueriesContext(connection) as made:
            assert escalate() == number
        asked.append(len(made))
    assert asked[0] > asked[1] == asked[2]


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_a_hundred_thousand_clocks_and_none_is_missed_and_of_a_hundred_steps_one_may_be_5_seconds_late(
    capsys,
):
    number, speed = int(os.environ.get("CLOCKS", "100000")), float(os.environ.get("SPEED", "12"))
    started(number, HOUR)
    play(spread=HOUR, speed=speed, kills=6)
    none_missed(number)
    found = late(speed)
    with capsys.disabled():
        print(f"\n{number} clocks, {5 * number} steps; late by (median, 99 %, most) {found} s")  # noqa: T201
    assert found[1] <= LATEST
