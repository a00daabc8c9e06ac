"""For every test: compiled catalogues as a built wheel has them, the browser, and nobody's language left behind."""

import gc
import sys
from collections.abc import Iterator

import pytest
from django.utils import translation

from tests.browser import browser, new_page, site
from tools.catalogues import compile_all

__all__ = ["browser", "new_page", "site"]


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # once for all that run side by side
        compile_all()


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix() -> None:
    """Those that run side by side have a PostgreSQL each, so their databases need no names of their own."""


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it for garbage again and again costs a twentieth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(autouse=True)
def _nobodys_language() -> Iterator[None]:
    """A test that read a page in Farsi must not leave the next one reading Farsi."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _nobody_has_sent_much() -> Iterator[None]:
    """All browsers of the tests are one address: what one test sent must not close the doors to the next."""
    yield
    if bounds := sys.modules.get("steelyard.portal.bounds"):
        bounds._sent.clear()
