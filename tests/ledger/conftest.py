import os
from urllib.parse import urlsplit

import pytest
from django.db import connection


@pytest.fixture
def app_url(db):
    """The test database as the serving role sees it."""
    url = os.environ.get("STEELYARD_TEST_APP_URL")
    if not url:
        pytest.skip("needs our own test cluster, where the serving role exists")
    return urlsplit(url)._replace(path="/" + connection.settings_dict["NAME"]).geturl()
