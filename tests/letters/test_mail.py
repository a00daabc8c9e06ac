from datetime import timedelta
from email import message_from_string
from email.policy import default

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.base.errors import BadInput
from steelyard.base.models import DispatchState
from steelyard.base.outbox import backlog
from steelyard.flows.deliver import deliver_letters
from steelyard.ledger.models import Entry
from steelyard.letters.actions import text_of
from steelyard.letters.models import Letter
from tests.flows.stories import SCAM, decided, delivered, noticed
from tests.letters.conftest import BUSY, NO_SUCH_PERSON

pytestmark = pytest.mark.django_db


def outcome_for(platform, email):
    """Rhea's notice is decided, and the worker goes round."""
    platform.publish("$1", SCAM)
    noticed("$1", email=email)
    decided("ada")
    delivered()
    return Letter.objects.get(kind="notice_outcome")


def test_rhea_hears_by_mail_in_her_language_that_there_is_a_decision(platform, mailboxes):
    letter = outcome_for(platform, "rhea@example.org")
    ((to, raw),) = mailboxes.mails
    mail = message_from_string(raw, policy=default)
    assert (to, mail["To"], mail["Subject"], mail["Auto-Submitted"]) == (
        ["rhea@example.org"], "rhea@example.org", "Notre décision sur votre signalement", "auto-generated",
    )  # fmt: skip
    body = mail.get_content().replace("\r\n", "\n").strip()
    assert body == text_of(letter).partition("\n\n")[2]
    assert (letter.state, letter.attempts) == (DispatchState.CONFIRMED, 1)
    assert "letters:letter:delivered" in Entry.objects.values_list("verb", flat=True)


def test_the_mail_tells_nobody_on_its_way_what_was_decided_or_about_what(platform, mailboxes):
    outcome_for(platform, "rhea@example.org")
    ((_, raw),) = mailboxes.mails
    text = message_from_string(raw, policy=default).get_content()
    assert "memory:$1" not in text
    assert "masqué" not in text
    assert "follow/" not in text


def test_the_same_letter_sent_twice_carries_one_message_id(platform, mailboxes):
    letter = outcome_for(platform, "rhea@example.org")
    Letter.objects.filter(pk=letter.pk).update(state=DispatchState.QUEUED)
    deliver_letters()
    first, second = (message_from_string(raw)["Message-ID"] for _, raw in mailboxes.mails)
    assert first == second == f"<{letter.ref}@localhost>"


def test_without_a_configured_server_the_letter_waits(platform):
    letter = outcome_for(platform, "rhea@example.org")
    assert (letter.state, letter.attempts) == (DispatchState.QUEUED, 1)
    assert "No mail server is configured." in letter.last_error
    assert backlog(Letter)["queued"] == 1


def test_a_server_that_does_not_answer_is_tried_again_later(platform, no_mail_server):
    letter = outcome_for(platform, "rhea@example.org")
    assert letter.state == DispatchState.QUEUED
    assert letter.not_before > now()


def test_a_letter_that_waited_goes_out_when_there_is_a_server(platform, mailboxes, monkeypatch):
    letter = outcome_for(platform, BUSY)
    assert (letter.state, mailboxes.mails) == (DispatchState.QUEUED, [])
    monkeypatch.setattr("tests.letters.conftest.BUSY", "")  # the receiving side has time now
    with set_clock(now() + timedelta(minutes=11)):
        delivered()
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, len(mailboxes.mails)) == (DispatchState.CONFIRMED, 2, 1)


def test_an_address_that_the_server_refuses_is_given_up_and_stays_visible(platform, mailboxes):
    letter = outcome_for(platform, NO_SUCH_PERSON)
    assert letter.state == DispatchState.FAILED
    assert "refused the address" in letter.last_error
    assert NO_SUCH_PERSON not in letter.last_error
    assert backlog(Letter)["failed"] == 1


def test_the_address_is_not_in_the_database_in_clear(platform):
    from django.db import connection

    outcome_for(platform, "rhea@example.org")
    with connection.cursor() as cursor:
        cursor.execute('SELECT count(*) FROM "letters_letter" t WHERE t::text ILIKE %s', ["%rhea@example%"])
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT encode(sealed, 'escape') FROM \"letters_letter\"")
        assert all("rhea@example" not in row for (row,) in cursor.fetchall())


def test_an_address_in_another_script_is_written_as_every_mail_server_can_read_it(platform, mailboxes):
    outcome_for(platform, "rhea@почта.example")
    ((to, _),) = mailboxes.mails
    assert to == ["rhea@xn--80a1acny.example"]


@pytest.mark.parametrize(
    "email", ['b%@é).,"', '\\@[.."éé;', "a,b@example.org", "a@b", "x@example.org\nBcc: y@z.org"]
)
def test_an_address_no_mail_server_could_read_is_refused_at_the_door(platform, email):
    with pytest.raises(BadInput) as refusal:
        noticed("$1", email=email)
    assert refusal.value.field == "email"


def test_one_letter_that_cannot_be_written_does_not_stop_the_others(platform, mailboxes):
    from steelyard.letters.actions import send_mail
    from steelyard.vault.actions import new_key

    key = new_key()
    for to in ("(not an address", "rhea@example.org"):
        send_mail("notice_outcome", to, "en", "Subject", "Text", key=key, about="x")
    delivered()
    bad, good = Letter.objects.order_by("pk")
    assert (bad.state, good.state) == (DispatchState.QUEUED, DispatchState.CONFIRMED)
    assert bad.last_error.startswith("A fault of ours: ")
