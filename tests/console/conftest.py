import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from tests.ledger.parts import running_signer
from tests.platform import attached


@pytest.fixture(scope="session", autouse=True)
def _signer():
    with running_signer():
        yield


@pytest.fixture(autouse=True)
def _one_connection():
    """The application hangs up its database connection between requests; in a test it shares the test's."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def platform():
    with attached() as found:
        yield found
