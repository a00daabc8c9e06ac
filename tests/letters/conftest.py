from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller

from steelyard.base.config import config
from tests.ledger.parts import running_signer
from tests.platform import attached
from tests.ports import free_port

NO_SUCH_PERSON, BUSY = "nobody@example.org", "busy@example.org"


class Mailboxes:
    """A real SMTP server on this machine that keeps what it is given."""

    def __init__(self):
        self.mails = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == NO_SUCH_PERSON:
            return "550 5.1.1 No such person here"
        if address == BUSY:
            return "451 4.7.1 Try again in some minutes"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope.rcpt_tos, envelope.content.decode()))
        return "250 OK"


@pytest.fixture(scope="session", autouse=True)
def _signer():
    with running_signer():
        yield


@pytest.fixture
def platform():
    with attached() as found:
        yield found


@contextmanager
def _configured(monkeypatch, smtp_url):
    monkeypatch.setenv("STEELYARD_SMTP_URL", smtp_url)
    config.cache_clear()
    yield
    monkeypatch.undo()
    config.cache_clear()


@pytest.fixture
def mailboxes(monkeypatch):
    """A mail server, and the operator's settings that name it."""
    handler = Mailboxes()
    server = Controller(handler, hostname="127.0.0.1", port=free_port())
    server.start()
    with _configured(monkeypatch, f"smtp://127.0.0.1:{server.port}"):
        yield handler
    server.stop()


@pytest.fixture
def no_mail_server(monkeypatch):
    with _configured(monkeypatch, f"smtp://127.0.0.1:{free_port()}"):
        yield
