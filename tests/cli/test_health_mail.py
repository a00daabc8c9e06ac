"""`steelyard doctor` says whether files in mails can be opened at all."""

import pytest

from steelyard.base import sandbox
from steelyard.base.config import Config, Mailroom
from steelyard.cli.health import Grade
from steelyard.cli.health_mail import mail


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Config(mailroom=Mailroom(addresses={"help@house.example": "users"}))
    monkeypatch.setattr("steelyard.base.config.config", lambda: told)


def test_nothing_is_said_where_no_mail_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("steelyard.base.config.config", Config)
    assert list(mail()) == []


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(("there", "grade"), [(True, Grade.OK), (False, Grade.WARN)])
def test_a_missing_sandbox_is_told_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, there: bool, grade: Grade
) -> None:
    monkeypatch.setattr(sandbox, "available", lambda: there)
    (line,) = mail()
    assert line.grade == grade
    assert there or "apt-get install bubblewrap" in line.do
