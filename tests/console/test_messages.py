"""What came by mail, on the pages of those who work on it: who wrote, what was checked, what stayed shut and why."""

import pytest

from steelyard.arrivals.actions import Envelope, Read, keep
from steelyard.arrivals.sandbox import run
from steelyard.cases.models import Case
from steelyard.flows.sort_arrival import hear
from steelyard.mailroom.reading import read_due
from steelyard.orders.models import Order
from tests.console.browsers import enrolled
from tests.mailroom.conftest import mail
from tests.mailroom.test_mail import ORDER

pytestmark = pytest.mark.django_db


def arrived(message, role="users"):
    seen = Envelope(sender="greffe@tj.example.fr", recipients=("help@mail.example",), peer="127.0.0.1")
    row = keep(message.as_bytes(), door="mail", role=role, envelope=seen)
    while read_due():
        pass
    row.refresh_from_db()
    return row


@pytest.fixture
def order(platform, monkeypatch):
    monkeypatch.setattr(run, "available", lambda: False)
    arrived(
        mail(
            ORDER,
            sender="Greffe <greffe@tj.example.fr>",
            files=[("paper.pdf", "application/pdf", b"%PDF-1.7")],
        )
    )
    return Order.objects.get()


def test_an_order_by_mail_shows_how_it_came_what_was_checked_and_what_stayed_shut(order):
    text = enrolled("lena").get(f"/console/orders/{order.ref}").text
    for seen in (
        "How it came",
        "greffe@tj.example.fr",
        "evidence, never proof of who wrote",
        "DKIM",
        "not checked",
    ):
        assert seen in text
    assert "paper.pdf" in text
    assert "bubblewrap is not installed" in text


def test_an_answer_by_mail_stands_on_the_order_and_on_its_case(order):
    answer = keep(b"x", door="mail", role="users", envelope=Envelope(sender="greffe@tj.example.fr"))
    hear(answer, Read(sender="greffe@tj.example.fr", text="The second account, please."), order)
    lena = enrolled("lena")
    for page in (f"orders/{order.ref}", f"cases/{Case.objects.get().ref}"):
        text = lena.get(f"/console/{page}").text
        assert "They wrote back" in text
        assert "The second account, please." in text


def test_a_message_that_waits_says_which_of_its_files_nobody_opened(platform, monkeypatch):
    monkeypatch.setattr(run, "available", lambda: False)
    row = arrived(mail("გთხოვთ", sender="a@police.gov.ge", files=[("a.zip", "application/zip", b"PK")]))
    assert row.desk == "unsorted"
    text = enrolled("lena").get(f"/console/messages/{row.ref}").text
    assert "bubblewrap is not installed" in text
