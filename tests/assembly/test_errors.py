"""What people read when a part of the house is away."""

from django.db import InterfaceError, OperationalError
from django.test import RequestFactory

from steelyard.assembly.errors import SaidPlainly, unreachable


def test_while_the_database_is_away_people_are_told_to_come_back_in_a_minute():
    asked = RequestFactory().get("/en/transparency")
    page = SaidPlainly(lambda _: unreachable(asked))
    for fault in (OperationalError("server closed the connection"), InterfaceError("connection is closed")):
        answer = page.process_exception(asked, fault)
        assert (answer.status_code, answer.content) == (503, unreachable(asked).content)
        assert b"connection" not in answer.content
