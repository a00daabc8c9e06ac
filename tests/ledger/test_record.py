"""Writing down what happened: in the same transaction or not at all, and for good."""

import json
from datetime import UTC, datetime

import psycopg
import pytest
import rfc8785
from django.db import DatabaseError, connection, transaction

from steelyard.base.clock import set_clock
from steelyard.base.errors import BadInput, Broken
from steelyard.ledger.actions import Facts, Happening, record, record_many
from steelyard.ledger.models import Checkpoint, Entry, Head, Position, Record, RoomKey
from steelyard.ledger.proof.leaf import FIELDS, commits_to, read_leaf
from steelyard.ledger.queries import HistoryLine, entries, history_of, opened_record, proof_of
from steelyard.vault.actions import destroy, new_key
from steelyard.vault.models import DataKey

MOMENT = datetime(2026, 3, 4, 5, 59, 59, tzinfo=UTC)
FACTS = Facts(harm="scam", verb="hide", surface="public_channel", source="rule", ground="terms", by="machine")


@pytest.fixture
def case(transactional_db):
    """Anything with a reference will do here; a data key is the smallest."""
    return new_key()


def write(case, **more):
    with transaction.atomic(), set_clock(MOMENT):
        return record("cases:case:closed", actor="member:ADA", about=case, facts=FACTS, **more)


def test_the_leaf_tells_strangers_the_facts_and_nothing_about_anybody(case):
    entry = write(case, before="in_review", after="closed", because="Rhea Novak wrote to us")
    leaf = read_leaf(bytes(entry.leaf))
    commits = leaf.pop("case_commit"), leaf.pop("body_commit")
    assert leaf == {
        "v": 1,
        "id": entry.ref,
        "type": "cases:case:closed",
        "hour": "2026-03-04T05Z",
        "harm": "scam",
        "verb": "hide",
        "surface": "public_channel",
        "source": "rule",
        "ground": "terms",
        "instrument": "",
        "authority_country": "",
        "reversal": False,
        "digest": "",
        "by": "machine",
    }
    assert all(len(commit) == 64 for commit in commits)
    assert set(leaf) | {"case_commit", "body_commit"} == FIELDS
    assert bytes(entry.leaf) == rfc8785.dumps(json.loads(bytes(entry.leaf)))
    for secret in (case.ref, "ADA", "Novak", "in_review", ":59"):
        assert secret.encode() not in bytes(entry.leaf).replace(entry.ref.encode(), b"")


def test_the_history_of_a_thing_is_told_to_those_who_may_ask(case):
    entry = write(case, before="in_review", after="closed", because="Answered.")
    assert history_of(case) == [
        HistoryLine(entry.ref, MOMENT, "cases:case:closed", "member:ADA", "in_review", "closed", "Answered.")
    ]


def test_the_commitments_open_with_the_record_and_with_nothing_else(case):
    entry = write(case, because="Answered.")
    leaf = read_leaf(bytes(entry.leaf))
    salt, body = opened_record(Record.objects.select_related("key", "entry").get(entry=entry))
    about = rfc8785.dumps({"about": "vault.datakey", "ref": case.ref})
    assert commits_to(leaf["body_commit"], salt, body)
    assert commits_to(leaf["case_commit"], salt, about)
    assert not commits_to(leaf["body_commit"], salt, body.replace(b"Answered.", b"Answered!"))
    assert not commits_to(leaf["body_commit"], b"\0" * 32, body)


def test_two_entries_about_one_thing_cannot_be_linked_by_strangers(case):
    first, second = (read_leaf(bytes(write(case).leaf)) for _ in range(2))
    assert first["case_commit"] != second["case_commit"]
    assert first["body_commit"] != second["body_commit"]


def test_erasing_is_destroying_the_key_and_the_public_leaf_stays(case):
    key = new_key()
    entry = write(case, key=key, because="Rhea Novak wrote to us")
    destroy(key)
    assert history_of(case) == [
        HistoryLine(entry.ref, MOMENT.replace(minute=0, second=0), "cases:case:closed", erased=True)
    ]
    row = Record.objects.select_related("key", "entry").get(entry=entry)
    assert opened_record(row) is None
    assert Entry.objects.get(ref=entry.ref).leaf == entry.leaf


def test_records_without_a_key_of_their_own_share_the_months_key(case):
    with set_clock(MOMENT):
        write(case)
        write(case)
    assert [row.month for row in RoomKey.objects.all()] == ["2026-03"]
    assert set(Record.objects.values_list("key", flat=True)) == {RoomKey.objects.get().key_id}


def test_what_the_log_could_not_hold_is_refused_before_it_is_staged(case):
    with pytest.raises(BadInput, match="too long"), transaction.atomic():
        record("x:y:z", actor="machine", about=case, facts=Facts(ground="x" * 65_536))
    assert not Entry.objects.exists()


def test_what_is_returned_is_what_was_saved(case):
    entry = write(case)
    saved = Entry.objects.get(ref=entry.ref)
    names = [field.attname for field in Entry._meta.concrete_fields if field.attname != "leaf"]
    assert [getattr(entry, name) for name in names] == [getattr(saved, name) for name in names]
    assert entry.leaf == bytes(saved.leaf)


def test_an_entry_outside_a_transaction_is_refused(case):
    with pytest.raises(Broken, match="outside a transaction"):
        record("cases:case:closed", actor="member:ADA", about=case)
    assert Entry.objects.count() == 0


def test_a_change_that_is_rolled_back_leaves_no_entry_and_no_key(case):
    with transaction.atomic():
        record("cases:case:closed", actor="member:ADA", about=case)
        transaction.set_rollback(True)
    assert not Entry.objects.exists()
    assert not Record.objects.exists()
    assert not RoomKey.objects.exists()


def test_many_entries_cost_the_same_number_of_queries_as_one(case, django_assert_num_queries):
    write(case)
    for count in (1, 3, 30):
        with transaction.atomic(), set_clock(MOMENT), django_assert_num_queries(2):
            written = record_many([Happening("x:y:z", "machine", case, facts=FACTS)] * count)
        assert len({entry.ref for entry in written}) == count


def test_the_leaves_of_a_day_are_those_of_the_utc_day(case):
    for moment in (datetime(2026, 3, 3, 23, 59, 59, 999999, UTC), MOMENT, datetime(2026, 3, 5, tzinfo=UTC)):
        with transaction.atomic(), set_clock(moment):
            record(f"x:y:{moment:%d}", actor="machine", about=case)
    assert [leaf["type"] for leaf in entries(MOMENT.date())] == ["x:y:04"]
    assert [leaf["type"] for leaf in entries(None)] == ["x:y:03", "x:y:04", "x:y:05"]


def test_there_is_no_proof_before_a_checkpoint_covers_the_entry(case):
    assert proof_of(write(case).ref) is None


ROWS = (Entry, Record, RoomKey, Position, Checkpoint)


@pytest.fixture
def one_of_each(case):
    entry = write(case)
    Position.objects.create(index=0, entry=entry)
    Checkpoint.objects.create(size=1, root=b"\0" * 32, epoch=1)
    Head.objects.create(origin="x/ledger", assigned=1, size=1, root=b"\0" * 32, note="x", epoch=1)


@pytest.mark.parametrize("model", ROWS)
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
def test_even_the_owner_cannot_change_or_remove_what_is_written(one_of_each, model, statement):
    column = model._meta.pk.column
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement.format(model._meta.db_table, column))


@pytest.mark.parametrize(
    "change", ["size = 0", "assigned = 0", "epoch = 0", "origin = 'y'", "root = 'other'", "size = 9"]
)
def test_the_head_of_the_log_moves_forward_only(one_of_each, change):
    with pytest.raises(DatabaseError, match="forward only"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE ledger_head SET {change}")


@pytest.fixture
def serving_role(one_of_each, app_url):
    with psycopg.connect(app_url, autocommit=True) as database:
        yield database


@pytest.mark.parametrize("model", ROWS)
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}"])
def test_the_serving_role_has_no_right_to_change_or_remove(serving_role, model, statement):
    table = model._meta.db_table
    assert serving_role.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        serving_role.execute(statement.format(table, model._meta.pk.column))


def test_a_destroyed_key_is_gone_and_its_row_tells_when(case):
    key = new_key()
    destroy(key)
    assert DataKey.objects.get(pk=key.pk).wrapped is None
