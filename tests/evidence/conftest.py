import pytest

from tests.platform import attached


@pytest.fixture
def platform():
    with attached() as found:
        yield found
