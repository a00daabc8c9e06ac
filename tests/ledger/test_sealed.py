"""Matters whose existence may not be told: apart from everything public until they may, then all of it."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from steelyard.base.clock import set_clock
from steelyard.base.errors import Broken
from steelyard.ledger.actions import Facts, disclose, record, seal_off
from steelyard.ledger.models import Entry, Record, SealedEntry
from steelyard.ledger.queries import (
    disclosed_since,
    entries,
    history_of,
    is_sealed,
    sealed_keys,
    staged_count,
)
from steelyard.vault.actions import new_key
from tests.ledger.parts import sql

pytestmark = pytest.mark.django_db
SEALED_ON, TOLD_ON = datetime(2026, 11, 30, 9, 20, tzinfo=UTC), datetime(2027, 3, 1, 12, tzinfo=UTC)
ORDER = Facts(source="order", instrument="data_order", authority_country="FR")


@pytest.fixture
def matter():
    """An order for data that forbids to speak of it, and what two rooms write down about it."""
    with set_clock(SEALED_ON), transaction.atomic():
        key = new_key()
        seal_off(key, actor="member:ADA", about=key, because="The order forbids it until March.")
        record("orders:order:received", actor="authority", about=key, key=key, facts=ORDER)
        record("letters:receipt:issued", actor="steelyard", about=key, key=key)
    return key


def test_what_any_room_writes_about_a_sealed_matter_stays_out_of_the_public_log(matter):
    assert (Entry.objects.count(), list(entries()), staged_count()) == (0, [], 0)
    verbs = ["ledger:matter:sealed", "orders:order:received", "letters:receipt:issued"]
    assert [row.verb for row in SealedEntry.objects.order_by("id")] == verbs
    assert is_sealed(matter)
    assert list(sealed_keys()) == [matter.pk]


def test_whoever_may_see_the_matter_reads_its_whole_history(matter):
    lines = history_of(matter)
    assert [(line.verb, line.actor) for line in lines[1:]] == [
        ("orders:order:received", "authority"), ("letters:receipt:issued", "steelyard")]  # fmt: skip
    assert lines[0].because == "The order forbids it until March."


def test_other_matters_in_the_same_call_are_public_as_ever(matter):
    with transaction.atomic():
        other = new_key()
        record("orders:order:received", actor="authority", about=other, key=other, facts=ORDER)
    assert [leaf["type"] for leaf in entries()] == ["orders:order:received"]


def test_one_entry_can_be_sealed_while_its_matter_is_public():
    with transaction.atomic():
        key = new_key()
        record("cases:case:opened", actor="steelyard", about=key, key=key)
        record("orders:redline:attempted", actor="authority", about=key, key=key, facts=ORDER, sealed=True)
    assert [leaf["type"] for leaf in entries()] == ["cases:case:opened"]
    assert [line.verb for line in history_of(key)] == ["cases:case:opened", "orders:redline:attempted"]


def test_a_sealed_entry_needs_the_key_by_which_it_is_found_again(matter):
    with pytest.raises(Broken), transaction.atomic():
        record("orders:order:received", actor="authority", about=matter, sealed=True)


def test_once_it_may_be_told_the_public_log_has_the_same_leaves_with_the_hour_they_happened_in(matter):
    before = [bytes(row.leaf) for row in SealedEntry.objects.order_by("id")]
    with set_clock(TOLD_ON):
        assert not disclosed_since(SEALED_ON)
        days = disclose(matter, actor="member:ADA", about=matter, because="The order's term has ended.")
    assert days == {date(2026, 11, 30), date(2027, 3, 1)} == disclosed_since(SEALED_ON)
    assert [bytes(row.leaf) for row in Entry.objects.order_by("id")][:3] == before
    assert [leaf["hour"] for leaf in entries(date(2026, 11, 30))] == ["2026-11-30T09Z"] * 3
    assert not is_sealed(matter)
    assert [line.verb for line in history_of(matter)][-1] == "ledger:matter:disclosed"
    assert Record.objects.count() == 4


def test_after_it_was_told_new_entries_are_public_and_none_is_told_twice(matter):
    for _ in range(2):
        disclose(matter, actor="member:ADA", about=matter)
        with transaction.atomic():
            record("orders:order:executed", actor="member:ADA", about=matter, key=matter, facts=ORDER)
    verbs = [leaf["type"] for leaf in entries()]
    assert (verbs.count("orders:order:received"), verbs.count("orders:order:executed")) == (1, 2)


@pytest.mark.parametrize(
    "change", ["UPDATE ledger_sealedentry SET verb = 'x'", "DELETE FROM ledger_sealedentry"]
)
def test_what_was_sealed_cannot_be_changed_or_taken_away(matter, change):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        sql(change)
