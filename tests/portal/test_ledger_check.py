"""Somebody checks an entry of the ledger in their own browser."""

import pytest

from steelyard.ledger.queries import proof_at
from steelyard.ledger.sequencer import run_once
from tests.browser import accessible, fits
from tests.ledger.conftest import own_home
from tests.ledger.parts import running_signer, write

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["own_home"]


@pytest.fixture
def log(own_home):
    """A log of 300 entries, in a home of its own."""
    with running_signer():
        write(300)
        run_once()
        yield


def test_the_browser_checks_an_entry_by_its_number_and_a_proof_from_a_file(log, new_page):
    page = new_page(width=320)
    asked = []
    page.goto("/en/ledger/check")
    page.wait_for_selector("#tlog")
    page.wait_for_load_state("networkidle")
    page.on("request", lambda request: asked.append((request.method, request.url.rpartition("/ledger")[2])))
    page.fill("#index", "257")
    page.click("form .button")
    page.wait_for_selector("text=The entry stands in the ledger, under a signed checkpoint.")
    assert "257 / 300" in page.text_content("#found")
    fits(page)
    accessible(page)
    assert [one for one in asked if "static" not in one[1]] == [("GET", "/vkeys"), ("GET", "/proof/257")]
    asked.clear()
    proof = proof_at(3)
    for text, told in (
        (proof, "The entry stands in the ledger"),
        (proof.replace("index 3", "index 2"), "The proof does not lead to the signed checkpoint."),
        (proof.replace("\n300\n", "\n301\n"), "The checkpoint is not signed by these keys."),
        ("nothing", "The file is not a proof"),
    ):
        page.set_input_files(
            "#file", {"name": "e.tlog-proof", "mimeType": "text/plain", "buffer": text.encode()}
        )
        page.click("form .button")
        page.wait_for_function(
            "told => document.getElementById('found').textContent.includes(told)", arg=told
        )
    assert {method for method, _ in asked} == {"GET"}
    assert {path for _, path in asked} == {"/vkeys"}


def test_without_scripts_the_page_names_the_commands(log, new_page):
    page = new_page(javascript=False)
    page.goto("/fa/ledger/check")
    assert page.is_visible("text=steelyard ledger verify")
    assert not page.is_visible("#tlog")
