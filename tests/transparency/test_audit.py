"""Whoever holds the database and the disk changes what the site shows of a day: the check names each change."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction

from steelyard.base.clock import set_clock
from steelyard.flows.publish_day import publish_day
from steelyard.ledger.actions import Facts, Happening, record_many
from steelyard.transparency.audit import audit_days
from steelyard.transparency.files import folder_of
from steelyard.vault.actions import new_key
from tests.ledger.conftest import own_home
from tests.ledger.parts import running_signer

pytestmark = pytest.mark.django_db
__all__ = ["own_home"]
MONDAY = date(2026, 11, 30)
MADE = Facts(harm="scam", verb="contain_post", source="rule", by="machine")
ORDERS = Facts(source="order", instrument="dsa_9", authority_country="FR")
IN_THE_DATABASE = {
    "a number of the report": (
        "UPDATE transparency_dayreport SET report = jsonb_set(report, '{numbers,entries}', '1')",
        "not the report that was signed",
    ),
    "a day taken away": ("DELETE FROM transparency_dayreport", "has a day that is gone"),
    "a day made up": (
        "INSERT INTO transparency_dayreport (ref, created_at, day, version, complete, digest, report, because, changes,"
        " post, channel, account, reversals, notices, orders)"
        " SELECT 'MADEUP', created_at, day - 1, 1, true, repeat('0', 64), report, '', changes, 0, 0, 0, 0, 0, 0"
        " FROM transparency_dayreport",
        "has no entry for this report",
    ),
    "a line of the day": (
        "UPDATE transparency_daycount SET n = n + 1 WHERE type = 'orders:order:refused'",
        "not those of its counts.csv",
    ),
    "a line of the day left out": (
        "DELETE FROM transparency_daycount WHERE type = 'orders:order:refused'", "not those of its counts.csv",
    ),
    "a month": ("UPDATE transparency_monthcount SET n = n - 1 WHERE harm = 'scam'", "sums of the months"),
    "a period": (
        "UPDATE transparency_periodcount SET country = 'DE' WHERE country = 'FR' AND period = '30d'",
        "sums of the period",
    ),
}  # fmt: skip


@pytest.fixture
def published(own_home):
    with running_signer():
        with set_clock(datetime(2026, 11, 30, 12, tzinfo=UTC)), transaction.atomic():
            happened = [("decisions:decision:made", MADE)] * 7 + [("orders:order:refused", ORDERS)]
            record_many([Happening(verb, "steelyard", new_key(), facts=facts) for verb, facts in happened])
        with set_clock(datetime(2026, 12, 1, 0, 5, tzinfo=UTC)):
            publish_day(MONDAY)
        assert audit_days() == []
        yield


def named():
    return [fault.what for fault in audit_days()]


def test_a_change_of_what_the_site_shows_is_named_wherever_it_was_made(published):
    for what, (change, told) in IN_THE_DATABASE.items():
        with transaction.atomic():
            before = transaction.savepoint()
            with connection.cursor() as cursor:
                cursor.execute(change)
            assert any(told in fault for fault in named()), what
            transaction.savepoint_rollback(before)
    assert named() == []


def test_a_file_that_was_exchanged_or_taken_away_is_named(published):
    file = folder_of(MONDAY.isoformat(), 1) / "counts.csv"
    kept = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(kept.replace(b",7", b",6"))
    assert named() == ["Its file counts.csv is not the one that was signed."]
    file.unlink()
    assert named() == ["Its file counts.csv is gone."]
    file.write_bytes(kept)
    assert named() == []
