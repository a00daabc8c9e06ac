"""Private chats: two people read, nobody else does, and they can make sure that it is them."""

import json
import sqlite3
from threading import Event

import pytest
from django.db import connection

from steelyard.enforcement.connector import connector
from steelyard.enforcement.connectors.matrix.disclosure import FIELD, disclosed
from tests.browser import accessible, one_at_a_time

pytestmark = pytest.mark.django_db

SECRET, ANSWER = "the old mill on Sunday", "I shall bring the lantern"


def everything_we_keep():
    """Every table of ours that could hold words, as one text."""
    with one_at_a_time, connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f'SELECT coalesce(string_agg(t::text, chr(10)), %s) FROM "{table}" t', [""])
            found.append(cursor.fetchone()[0])
    return "\n".join(found)


def test_two_people_chat_encrypted_and_nothing_readable_is_kept(attached, person, translator):
    anna, boris = person("anna").come_in(), person("boris").come_in()
    anna.chats_with("boris")
    boris.accepts("anna")
    anna.write(SECRET)
    boris.sees(SECRET).write(ANSWER)
    anna.sees(ANSWER)
    boris.does(SECRET, "👍")
    anna.page.wait_for_selector(".m-reactions button")
    accessible(anna.page)
    kept = attached.database() + everything_we_keep().encode()
    assert b"m.room.encrypted" in kept
    for said in (SECRET, ANSWER):
        assert said.encode() not in kept
    verify(anna, boris)
    anna.page.get_by_role("button", name="Close").last.click()
    answer = anna.page.locator(".m-post", has_text=ANSWER)
    answer.get_by_role("button", name="Translate").click()
    assert translator.asked == [], "asked first: the words would leave the encrypted chat"
    answer.get_by_role("button", name="Send it for translation").click()
    anna.sees(f"[en] {ANSWER}")


def verify(anna, boris):
    """They compare seven pictures; both devices say so."""
    anna.page.get_by_role("button", name="About this place").click()
    anna.page.get_by_role("button", name="Verify boris").click()
    boris.page.get_by_role("button", name="Accept").click()
    for each in (anna, boris):
        each.page.wait_for_selector(".m-sas li")
    pictures = [each.page.locator(".m-sas").inner_text() for each in (anna, boris)]
    assert pictures[0] == pictures[1]
    accessible(boris.page)
    for each in (anna, boris):
        each.page.get_by_role("button", name="They are the same").click()
    for each in (anna, boris):
        each.page.wait_for_selector("text=Verified. Nobody sits between you.")
        each.page.get_by_role("button", name="Close").last.click()
    anna.page.get_by_role("button", name="About this place").click()
    anna.page.wait_for_selector("dialog .m-verified")


BACKED_UP = "**/room_keys/keys?version=*"


def not_in_the_backup_yet(answer):
    return "/room_keys/keys/" in answer.url and answer.status == 404


def test_a_second_device_reads_what_was_said_before_once_it_is_verified(attached, person):
    """Its key comes into the backup some seconds after it was sent, as here after the other device asked there."""
    first, asked_for, held = person("clara").come_in(), Event(), []
    first.page.route(BACKED_UP, lambda one: one.continue_() if asked_for.is_set() else held.append(one))
    person("dan").come_in()
    first.chats_with("dan").sends(SECRET)
    second = person("clara").sign_in()
    second.page.locator(".m-rooms a", has_text="dan").click()
    second.page.wait_for_selector("text=This message cannot be decrypted on this device.")
    second.open("/settings").page.get_by_role("button", name="Verify with another device").click()
    first.page.get_by_role("button", name="Accept").click()
    with second.page.expect_response(not_in_the_backup_yet, timeout=60_000):
        for each in (first, second):
            each.page.get_by_role("button", name="They are the same").click()
    asked_for.set()
    for request in held:
        request.continue_()
    for each in (first, second):
        each.page.wait_for_selector("text=Verified. Nobody sits between you.")
        each.page.get_by_role("button", name="Close").last.click()
    second.page.go_back()
    second.sees(SECRET)


def test_one_message_is_shown_to_the_operator_with_proof_and_its_neighbours_stay_closed(attached, person):
    emil, fanny = person("emil").come_in(), person("fanny").come_in()
    emil.chats_with("fanny")
    fanny.accepts("emil")
    for line in ("Before it", "Give me money or else", "After it"):
        emil.write(line)
        fanny.sees(line)
    fanny.does("Give me money", "Report the post")
    fanny.page.get_by_label("Show this one message to the operator").check()
    fanny.reports("Scams and fraud", "He threatens me.")
    report = next(one for one in connector("matrix").reports_after("")[0] if one.encrypted)
    assert (report.proven, report.post.text, report.post.author) == (
        True,
        "Give me money or else",
        "@emil:localhost",
    )
    assert set(report.body) == {"reason", "harm", FIELD}
    assert len(report.body[FIELD]["prk"]) == 43, "32 bytes and no key"
    stored = encrypted_events(attached)
    opened = [said["content"]["body"] for each in stored if (said := disclosed(each, report.body))]
    assert len(stored) > 2
    assert opened == ["Give me money or else"]
    mine = next(each for each in stored if disclosed(each, report.body))
    for forged in forgeries(mine):
        assert disclosed(forged, report.body) is None
    assert disclosed(mine, {FIELD: {"v": 1, "prk": "A" * 43}}) is None


def encrypted_events(homeserver):
    """Every encrypted event as the homeserver stores it."""
    with sqlite3.connect(f"file:{homeserver.home}/synapse/homeserver.db?mode=ro", uri=True) as database:
        rows = database.execute("SELECT json FROM event_json").fetchall()
    return [event for (row,) in rows if (event := json.loads(row))["type"] == "m.room.encrypted"]


def forgeries(event):
    """The same message in another room, under another session, and with one letter changed."""
    yield {**event, "room_id": "!elsewhere"}
    content = event["content"]
    yield {**event, "content": {**content, "session_id": "A" * 43}}
    text = content["ciphertext"]
    other = "B" if text[40] == "A" else "A"
    yield {**event, "content": {**content, "ciphertext": text[:40] + other + text[41:]}}
