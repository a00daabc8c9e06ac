"""A receipt is checked by the one who holds it: at the command line, with OpenSSL, and in the browser."""

import base64
import json
import subprocess
from pathlib import Path

import pytest
from django.test import Client
from typer.testing import CliRunner

from steelyard.assembly.main import app
from steelyard.ledger.queries import vkeys_text
from steelyard.ledger.sequencer import run_once
from tests.browser import accessible
from tests.flows.stories import SCAM, noticed
from tests.ledger.conftest import own_home, signer  # noqa: F401 (fixtures: a log that has not begun)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def held(signer, platform, tmp_path):  # noqa: F811
    """Rhea's receipt as a file; the ledger has taken it in."""
    platform.publish("$1", SCAM)
    receipt = noticed("$1")
    run_once()
    file = tmp_path / "receipt.json"
    file.write_bytes(receipt.json)
    return receipt, file


def proof_file(receipt, folder):
    answer = Client().get(f"/receipt/{receipt.ref}.tlog-proof")
    assert answer.status_code == 200
    file = folder / "receipt.tlog-proof"
    file.write_bytes(answer.content)
    return file


def checked(*arguments):
    keys = [part for line in vkeys_text().split() for part in ("--key", line)]
    return CliRunner().invoke(app, ["receipt", "verify", *map(str, arguments), *keys])


def changed(file: Path, name: str, change) -> Path:
    given = json.loads(file.read_bytes())
    given[name] = change(given[name])
    other = file.with_name(f"other-{name}.json")
    other.write_text(json.dumps(given))
    return other


def test_the_command_says_what_arrived_and_where_it_stands_in_the_ledger(held, tmp_path):
    receipt, file = held
    done = checked(file, "--proof", proof_file(receipt, tmp_path), "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (told["valid"], told["ref"], told["what"]) == (True, receipt.ref, "notice")
    assert isinstance(told["ledger_index"], int)


def test_whatever_is_changed_in_the_file_is_noticed(held, tmp_path):
    _, file = held
    flip = lambda text: base64.b64encode(base64.b64decode(text).replace(b"notice", b"0rders")).decode()  # noqa: E731
    assert "does not verify" in checked(changed(file, "body", flip)).output
    assert "not what was received" in checked(changed(file, "salt", lambda salt: "00" + salt[2:])).output
    other = base64.b64encode(b'{"links":[]}').decode()
    assert "not what was received" in checked(changed(file, "content", lambda _: other)).output
    assert checked(changed(file, "mldsa44", lambda text: "A" + text[1:])).exit_code == 1
    second = noticed("$1")
    run_once()
    wrong = checked(file, "--proof", proof_file(second, tmp_path))
    assert (wrong.exit_code, "another entry" in wrong.output) == (1, True)


def test_openssl_agrees_as_the_documentation_says(held, tmp_path):
    _, file = held
    given = json.loads(file.read_bytes())
    raws = [base64.b64decode(line.split("+", 2)[2]) for line in vkeys_text().split()]
    raw = next(raw for raw in raws if raw[0] == 1)  # Ed25519, by its number in a signed note
    (tmp_path / "key.der").write_bytes(bytes.fromhex("302a300506032b6570032100") + raw[1:])
    (tmp_path / "message").write_bytes(b"steelyard/receipt/v1\n\0" + base64.b64decode(given["body"]))
    (tmp_path / "signature").write_bytes(base64.b64decode(given["ed25519"]))
    verify = (
        "openssl pkeyutl -verify -pubin -inkey key.der -keyform DER -rawin -in message -sigfile signature"
    )
    assert subprocess.run(verify.split(), cwd=tmp_path, check=True, capture_output=True).returncode == 0


def test_a_guessed_reference_finds_nothing(held):
    assert Client().get("/receipt/0123456789ABCDEFGHJKMNPQRS.tlog-proof", follow=True).status_code == 404


def test_the_browser_checks_it_and_the_file_stays_there(held, new_page):
    _, file = held
    page = new_page()
    sent = []
    page.on("request", lambda request: sent.append((request.method, request.url)))
    page.goto("/en/receipt/verify")
    page.wait_for_selector("#local:visible")
    page.set_input_files("input[type=file]", file)
    page.click("main button.button")
    page.wait_for_selector("#here:visible")
    told = page.inner_text("#here")
    assert "genuine and unchanged" in told
    assert "stands in the public ledger" in told
    page.set_input_files("input[type=file]", changed(file, "salt", lambda salt: "00" + salt[2:]))
    page.click("main button.button")
    page.wait_for_selector("#here.wrong")
    assert "not what was received" in page.inner_text("#here")
    assert {method for method, _ in sent} == {"GET"}
    accessible(page)
