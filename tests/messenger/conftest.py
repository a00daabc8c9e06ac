"""People with the messenger in real browsers, on a real Synapse, and our own pages beside it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from steelyard.base.config import config
from steelyard.enforcement.connector import forget_connectors, register
from steelyard.enforcement.connectors.matrix import MatrixConnector
from tests.homeserver import Homeserver, own_homeserver
from tests.ledger.parts import running_signer
from tests.messenger.translator import Service

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session", autouse=True)
def _signer() -> Iterator[None]:
    with running_signer():
        yield


@pytest.fixture(scope="session")
def town() -> Iterator[Homeserver]:
    """One homeserver for these tests, which look at every byte it keeps."""
    with own_homeserver() as server:
        yield server


@pytest.fixture
def translator() -> Iterator[Service]:
    found = Service()
    yield found
    found.stop()


@pytest.fixture
def attached(town: Homeserver, translator: Service) -> Iterator[Homeserver]:
    """The homeserver as the house knows it: named in the settings, attached as the first platform."""
    file = Path(os.environ["STEELYARD_HOME"], "steelyard.toml")
    file.write_text(
        f'[matrix]\nserver_name = "localhost"\nhomeserver = "{town.address}"\n'
        'announcements = "#daily:localhost"\nverified_reports = true\n'
        f'[translation]\nurl = "http://127.0.0.1:{translator.server_port}"\n'
    )
    config.cache_clear()
    keys = town.home / "keys" / "matrix"
    register("matrix", lambda: MatrixConnector(town.address, keys, town.control, verified_reports=True))
    yield town
    forget_connectors()
    file.unlink()
    config.cache_clear()


class Person:
    """Somebody with the messenger open."""

    def __init__(self, page: Any, name: str) -> None:
        self.page, self.name = page, name
        self.said: list[str] = []
        page.on("console", lambda line: self.said.append(line.text))
        page.on("pageerror", lambda fault: self.said.append(f"ERROR {fault}"))

    def come_in(self, *, language: str = "en") -> "Person":
        """Open an account through the page."""
        self.page.goto(f"/chat/?in={language}#new")
        return self._with_name_and_password()

    def sign_in(self) -> "Person":
        self.page.goto("/chat/?in=en")
        return self._with_name_and_password()

    def _with_name_and_password(self) -> "Person":
        fields = self.page.locator("form.panel input")
        fields.nth(0).fill(self.name)
        fields.nth(1).fill(PASSWORD)
        self.page.click("form.panel button")
        self.page.wait_for_selector(".m-cards", state="attached")
        return self

    def open(self, place: str) -> "Person":
        self.page.evaluate("place => { location.hash = place }", place)
        return self

    def enters(self, channel: str) -> "Person":
        """Find a channel in the directory and join it."""
        self.page.fill("[type=search]", channel)
        self.page.get_by_role("button", name=f"Have a look {channel}").click()
        self.page.get_by_role("button", name="Join").click()
        self.page.wait_for_selector("#write")
        return self

    def write(self, text: str) -> "Person":
        self.page.fill("#write", text)
        self.page.click(".m-send")
        return self

    def sees(self, text: str) -> "Person":
        self.page.locator(".m-post", has_text=text).first.wait_for()
        return self

    def sends(self, text: str) -> "Person":
        """Write it and wait until the homeserver has it: an own post is shown before that."""
        self.write(text).sees(text)
        self.page.locator(".m-post", has_text=text).locator(".m-menu").first.wait_for()
        return self

    def does(self, post: str, what: str) -> "Person":
        """Open what can be done with a post, and choose."""
        line = self.page.locator(".m-post", has_text=post).first
        line.locator("summary").click()
        line.get_by_role("button", name=what).click()
        return self

    def chats_with(self, name: str) -> "Person":
        """Open an encrypted chat and invite somebody."""
        self.open("/new").page.get_by_label("With whom?").fill(name)
        self.page.get_by_role("button", name="Open the chat").click()
        self.page.wait_for_selector("#write")
        return self

    def accepts(self, name: str) -> "Person":
        self.page.locator(".m-rooms a", has_text=name).click()
        self.page.get_by_role("button", name="Accept").click()
        self.page.wait_for_selector("#write")
        return self

    def reports(self, harm: str, reason: str) -> "Person":
        dialog = self.page.locator("dialog")
        dialog.get_by_label(harm).check()
        dialog.get_by_label("What is wrong with it?").fill(reason)
        dialog.get_by_role("button", name="Send the report").click()
        dialog.get_by_text("Your report has arrived").wait_for()
        dialog.get_by_role("button", name="Close").last.click()
        return self


@pytest.fixture
def person(attached: Homeserver, new_page: Callable[..., Any]) -> Callable[..., Person]:
    """`person("nadia", width=320)`: a browser of their own."""
    return lambda name, **more: Person(new_page(**more), name)
