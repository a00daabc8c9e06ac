import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.ledger.parts import running_signer


@pytest.fixture
def app_url(db):
    """The test database as the serving role sees it."""
    url = os.environ.get("STEELYARD_TEST_APP_URL")
    if not url:
        pytest.skip("needs our own test cluster, where the serving role exists")
    with (
        connection.cursor() as cursor
    ):  # what it has in its own database by default; ledger tables have theirs
        cursor.execute("GRANT SELECT, INSERT, UPDATE ON vault_datakey TO steelyard_app")
    return urlsplit(url)._replace(path="/" + connection.settings_dict["NAME"]).geturl()


@pytest.fixture
def own_home(monkeypatch):
    """A home of its own for the test: a log that has not begun."""
    folder = Path(tempfile.mkdtemp(prefix="sy-ledger-", dir="/tmp"))
    shutil.copytree(Path(os.environ["STEELYARD_HOME"]) / "keys", folder / "keys", dirs_exist_ok=True)
    monkeypatch.setenv("STEELYARD_HOME", str(folder))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def signer(own_home):
    with running_signer() as process:
        yield process
