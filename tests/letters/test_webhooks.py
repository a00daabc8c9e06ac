"""Webhooks, with a receiver that really listens on this machine."""

import base64
import hashlib
import hmac
import socket
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.base.config import config
from steelyard.base.errors import BadInput, NoSuchThing
from steelyard.base.models import DispatchState
from steelyard.base.webhooks import signed_headers
from steelyard.letters import webhooks
from steelyard.letters.models import WebhookCall
from steelyard.letters.webhooks import (
    add_endpoint,
    deliver_webhooks,
    endpoints_of,
    queue_webhook,
    stop_endpoint,
)
from steelyard.vault.actions import new_key

pytestmark = pytest.mark.django_db
OWNER = "P" * 26


@pytest.fixture
def inside(monkeypatch):
    monkeypatch.setenv("STEELYARD_WEBHOOKS_INSIDE", "true")
    config.cache_clear()
    yield
    monkeypatch.delenv("STEELYARD_WEBHOOKS_INSIDE")
    config.cache_clear()


@pytest.fixture
def receiver():
    """Answers with `status`; keeps what it got."""

    class Receiver(BaseHTTPRequestHandler):
        got = []  # noqa: RUF012 - of this test's receiver alone
        status = [204]  # noqa: RUF012

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.got.append((dict(self.headers), body))
            self.send_response(self.status[0])
            if self.status[0] == 302:
                self.send_header("Location", "http://127.0.0.1:9/stolen")
            self.end_headers()

        def log_message(self, *said):
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    Receiver.address = f"http://127.0.0.1:{server.server_address[1]}/hook"
    yield Receiver
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def dripping():
    """The address of a receiver that never stops answering: one byte of its head each second."""
    listener, over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def drip(line):
        with line, suppress(OSError):  # the other side has had enough
            line.sendall(b"HTTP/1.1 200 OK\r\nX-Patience: ")
            while not over.wait(1):
                line.sendall(b".")

    def receive():
        with suppress(OSError):  # closed below
            while True:
                threading.Thread(target=drip, args=[listener.accept()[0]], daemon=True).start()

    thread = threading.Thread(target=receive, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
    over.set()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def told():
    return queue_webhook(OWNER, "line.limited", {"batch": "B", "line": 1}, key=new_key())


def test_a_receiver_gets_the_event_signed_as_standard_webhooks_describes(inside, receiver):
    _endpoint, secret = add_endpoint(OWNER, receiver.address, actor="nour")
    [call] = told()
    assert deliver_webhooks() == 1
    [(headers, body)] = receiver.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == expected
    assert headers["webhook-id"] == call.ref
    assert b'"type":"line.limited"' in body
    call.refresh_from_db()
    assert call.state == DispatchState.CONFIRMED


def test_we_sign_what_every_library_of_standard_webhooks_signs():
    """The vector of the specification, which its libraries are tested with."""
    at, body = datetime.fromtimestamp(1614265330, UTC), b'{"test": 2432232314}'
    headers = signed_headers(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_what_is_not_taken_is_tried_again_under_the_same_id_and_then_given_up(inside, receiver):
    add_endpoint(OWNER, receiver.address, actor="nour")
    receiver.status[0] = 503
    [call] = told()
    deliver_webhooks()
    call.refresh_from_db()
    assert (call.state, call.attempts, call.last_error) == (
        DispatchState.QUEUED,
        1,
        "The receiver answered 503.",
    )
    receiver.status[0] = 200
    with set_clock(now() + timedelta(minutes=11)):
        deliver_webhooks()
    call.refresh_from_db()
    assert call.state == DispatchState.CONFIRMED
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1
    receiver.status[0] = 500
    [late] = told()
    with set_clock(now() + timedelta(days=4)):
        deliver_webhooks()
    late.refresh_from_db()
    assert late.state == DispatchState.FAILED


def test_a_receiver_that_is_gone_for_good_is_left_alone_and_redirects_are_not_followed(inside, receiver):
    add_endpoint(OWNER, receiver.address, actor="nour")
    receiver.status[0] = 302
    told()
    deliver_webhooks()
    assert WebhookCall.objects.get().state == DispatchState.QUEUED
    receiver.status[0] = 410
    with set_clock(now() + timedelta(minutes=11)):
        deliver_webhooks()
    assert endpoints_of(OWNER) == []
    assert told() == []


def test_a_receiver_that_drips_its_answer_is_given_up_in_time_and_the_others_hear_theirs(
    inside, receiver, dripping, monkeypatch
):
    monkeypatch.setattr(webhooks, "PATIENCE", 1.5)
    add_endpoint(OWNER, dripping, actor="nour")
    add_endpoint(OWNER, receiver.address, actor="nour")
    slow, other = told()
    began = time.monotonic()
    assert deliver_webhooks() == 2
    assert time.monotonic() - began < 20, "a byte a second would hold this for ever"
    slow.refresh_from_db()
    other.refresh_from_db()
    assert (slow.state, slow.last_error) == (
        DispatchState.QUEUED,
        "The receiver did not answer.\nTimeoutError",
    )
    assert (other.state, len(receiver.got)) == (DispatchState.CONFIRMED, 1)
    with set_clock(now() + timedelta(minutes=11)):
        assert deliver_webhooks() == 1
    slow.refresh_from_db()
    assert (slow.state, slow.attempts) == (DispatchState.QUEUED, 2)


def test_as_many_receivers_as_are_taken_at_once_can_all_be_waited_for():
    assert webhooks.LEASE.total_seconds() > webhooks.AT_ONCE * webhooks.PATIENCE


@pytest.mark.parametrize(
    "url",
    ["http://example.org/a", "https://127.0.0.1/a", "https://10.0.0.8/", "https://[::1]/", "https://169.254.169.254/meta",
     "https://[::ffff:127.0.0.1]/", "https://localhost/", "https://0.0.0.0/", "https://user:pw@example.org/",
     "ftp://x.org/", "https:///a", "https://[::127.0.0.1]/", "https://[64:ff9b::a9fe:a9fe]/",
     "https://[2002:7f00:1::]/", "https://@127.0.0.1/", "https://127.1/", "https://2130706433/"],
)  # fmt: skip
def test_an_address_inside_our_network_is_nobodys_webhook(url):
    with pytest.raises(BadInput):
        add_endpoint(OWNER, url, actor="nour")


@pytest.mark.parametrize(
    "url",
    ["https://example.org:99999/", "https://[::1", "https://example.org:0/", "https://example.org/\x01",
     "https://example.org/a b", "https://пример.рф/", f"https://{'a' * 64}.org/"],
)  # fmt: skip
def test_what_only_looks_like_an_address_is_refused_or_stops_nobody_elses_webhooks(inside, receiver, url):
    try:
        add_endpoint(OWNER, url, actor="nour")
    except BadInput:
        assert endpoints_of(OWNER) == []
        return
    add_endpoint(OWNER, receiver.address, actor="nour")
    told()
    deliver_webhooks()
    assert len(receiver.got) == 1


def test_a_name_that_turns_inside_later_gets_nothing(monkeypatch, receiver):
    """DNS rebinding: checked again when it is sent, and the checked address is the one that is used."""
    monkeypatch.setattr(webhooks, "_check_url", lambda url: None)
    add_endpoint(
        OWNER, receiver.address.replace("http:", "https:").replace("127.0.0.1", "localhost"), actor="nour"
    )
    [call] = told()
    deliver_webhooks()
    call.refresh_from_db()
    assert (call.state, receiver.got) == (DispatchState.FAILED, [])


def test_only_its_owner_stops_an_endpoint(inside, receiver):
    endpoint, _secret = add_endpoint(OWNER, receiver.address, actor="nour")
    with pytest.raises(NoSuchThing):
        stop_endpoint("Q" * 26, endpoint.ref, actor="eve")
    stop_endpoint(OWNER, endpoint.ref, actor="nour")
    assert told() == []
