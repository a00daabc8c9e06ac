import pytest

from tests.ledger.parts import running_signer
from tests.platform import attached


@pytest.fixture(scope="session", autouse=True)
def _signer():
    with running_signer():
        yield


@pytest.fixture
def platform():
    with attached() as found:
        yield found
