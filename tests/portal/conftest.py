import pytest

from steelyard.enforcement.connector import forget_connectors, register
from tests.ledger.parts import running_signer
from tests.portal.members import PlatformWithMembers


@pytest.fixture(scope="session", autouse=True)
def _signer():
    with running_signer():
        yield


@pytest.fixture
def platform():
    """A platform whose members can use the "take part" page."""
    found = PlatformWithMembers()
    register("memory", lambda: found)
    yield found
    forget_connectors()
