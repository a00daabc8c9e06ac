import pytest

from tests.ledger.parts import running_signer
from tests.platform import attached
from tests.transparency.a_day import monday

__all__ = ["monday"]


@pytest.fixture(scope="session", autouse=True)
def _signer():
    with running_signer():
        yield


@pytest.fixture
def platform():
    with attached() as found:
        yield found
