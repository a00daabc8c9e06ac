"""A real browser against the real site: Debian's chromium, our pages served from the test's transaction."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any

import pytest
from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip

one_at_a_time = threading.Lock()
"""Held while a request is answered. A test whose open page asks by itself holds it for its own queries."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, started once for each file that needs it: while it runs, no other code can run an event loop.

    Without it the browser tests are skipped with this one line.
    """
    if not CHROMIUM.exists():
        pytest.skip("Browser tests need Debian's chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread. Django would take our queries for ones made inside it, and
    # has connections of its own there: close those on either side, or the test database cannot be dropped.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    connections.close_all()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield started
        started.close()
        connections.close_all()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def new_page(browser: Any, site: str) -> Iterator[Callable[..., Any]]:
    """Opens pages on the site: `new_page(javascript=False, width=320, language="fa")`."""
    contexts = []

    def open_page(*, javascript: bool = True, width: int = 1024, dark: bool = False, **more: Any) -> Any:
        context = browser.new_context(
            base_url=site,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(60_000)  # bounds a hang; a busy machine draws slowly
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


class _Server(ThreadingMixIn, WSGIServer):
    """Each connection has its thread, because browsers open more than they use."""

    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *said: Any) -> None:
        """Nothing: a test that fails shows the page itself."""


@contextmanager
def serving(application: Any = None) -> Iterator[str]:
    """Our pages on a free port of 127.0.0.1, within the test's transaction; yields the address.

    All requests share the test's database connection, one at a time, so they see what the test has written
    and the rollback at its end leaves nothing behind.
    """
    from django.core.wsgi import get_wsgi_application

    ours = application or get_wsgi_application()
    connection = connections["default"]

    def answer(environ: Any, start_response: Any) -> Any:
        with one_at_a_time:
            connections["default"] = connection
            response = ours(environ, start_response)
            try:
                return [b"".join(response)]
            finally:
                response.close()

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # the test's connection stays open between requests
    connection.inc_thread_sharing()
    server = _Server(("127.0.0.1", 0), _Quiet)
    server.set_app(answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        connection.dec_thread_sharing()
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


@pytest.fixture
def site(db: None) -> Iterator[str]:
    """The address of the running site."""
    with serving() as address:
        yield address


def accessible(page: Any) -> None:
    """No violation that axe can find (WCAG 2.2 A and AA and its good practices). Needs JavaScript."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


TURNED_ROUND = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  for (let text = texts.nextNode(); text; text = texts.nextNode())
    for (const date of text.data.matchAll(/\\d{4}-\\d\\d-\\d\\d/g)) {
      const left = at => {
        const range = document.createRange();
        range.setStart(text, at); range.setEnd(text, at + 1);
        return range.getBoundingClientRect();
      };
      const [first, last] = [left(date.index), left(date.index + date[0].length - 1)];
      if (first.width && first.top === last.top && first.left > last.left) found.push(text.data);
    }
  return found;
}"""


def dates_in_order(page: Any) -> None:
    """Every date that is written with hyphens reads year, month, day, also where one reads from the right."""
    assert page.evaluate(TURNED_ROUND) == [], page.url


def fits(page: Any) -> None:
    """Nothing sticks out sideways."""
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], f"{page.url} is {wide[0]} pixels wide on a screen of {wide[1]}"
