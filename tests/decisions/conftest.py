"""Whole letters as files beside the tests: whoever changes a sentence sees it change in five languages."""

import os
from pathlib import Path

import pytest

from tests.ledger.parts import running_signer
from tests.platform import attached

LETTERS = Path(__file__).parent / "letters"


@pytest.fixture(scope="session", autouse=True)
def _signer():
    with running_signer():
        yield


@pytest.fixture
def platform():
    with attached() as found:
        yield found


@pytest.fixture
def same_letter():
    """Compare a letter with its file, whole. `REWRITE_LETTERS=1` writes the files anew, on purpose only."""

    def compare(name: str, language: str, text: str) -> None:
        file = LETTERS / f"{name}.{language}.txt"
        if os.environ.get("REWRITE_LETTERS"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(text + "\n")
        assert text + "\n" == file.read_text()

    return compare
