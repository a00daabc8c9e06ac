import smtplib
from email.message import EmailMessage

import pytest
from django.db import connections

from steelyard.base.config import config
from steelyard.mailroom.door import open_door
from tests.ledger.parts import running_signer
from tests.platform import attached
from tests.ports import free_port

ADDRESSES = {
    "orders@mail.example": "authorities", "help@mail.example": "users", "flags@mail.example": "hotline",
    "danger@mail.example": "emergency", "press@mail.example": "press",
}  # fmt: skip
TO = {role: address for address, role in ADDRESSES.items()}


@pytest.fixture(scope="session", autouse=True)
def _signer():
    with running_signer():
        yield


@pytest.fixture
def platform():
    with attached() as found:
        yield found


@pytest.fixture
def settings_of_mail(monkeypatch):
    """The operator has listed five addresses."""
    import msgspec

    port, local = free_port(), free_port()
    found = msgspec.convert(
        {"smtp": f"127.0.0.1:{port}", "lmtp": f"127.0.0.1:{local}", "addresses": ADDRESSES, "dns": False,
         "largest": 1_000_000, "per_minute": 1000},
        type(config().mailroom),
    )  # fmt: skip
    known = config()
    changed = msgspec.structs.replace(known, mailroom=found)
    for name in _users():
        monkeypatch.setattr(f"{name}.config", lambda: changed)
    return changed


def _users():
    return [
        "steelyard.mailroom.door", "steelyard.mailroom.silence", "steelyard.mailroom.checks",
        "steelyard.mailroom.reading", "steelyard.arrivals.threads",
    ]  # fmt: skip


class Post:
    """A mail server that delivers to ours."""

    def __init__(self, smtp, lmtp):
        self.smtp, self.lmtp = smtp, lmtp

    def send(self, message, *, to=(), sender=None, lmtp=False):
        raw = message if isinstance(message, bytes) else message.as_bytes()
        kind = smtplib.LMTP if lmtp else smtplib.SMTP
        with kind("127.0.0.1", self.lmtp if lmtp else self.smtp, timeout=60) as server:
            return server.sendmail("jo@post.example" if sender is None else sender, list(to), raw)


@pytest.fixture
def post(settings_of_mail, transactional_db, platform):
    with open_door():
        wanted = settings_of_mail.mailroom
        yield Post(*(int(where.rpartition(":")[2]) for where in (wanted.smtp, wanted.lmtp)))
    connections.close_all()


def mail(body="", *, subject="", sender="Jo <jo@post.example>", to="help@mail.example", files=(), **headers):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = "<one@post.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    for name, kind, content in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message
