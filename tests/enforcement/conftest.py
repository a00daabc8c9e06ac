"""One Synapse for all of these tests."""

from collections.abc import Iterator

import pytest

from tests.homeserver import Homeserver, own_homeserver


@pytest.fixture(scope="session")
def homeserver() -> Iterator[Homeserver]:
    with own_homeserver() as server:
        yield server
