"""The door for mail: real SMTP as a mail server speaks it, in whose bytes nothing is tidied up.

What the door keeps is handed to the case's own thread, so that it is kept at the case's time and rolled back with it.
"""

import queue
import re
import smtplib
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import parseaddr

import msgspec
import pytest

from steelyard.arrivals.actions import read_in
from steelyard.arrivals.models import Arrival, Desk
from steelyard.arrivals.threads import address_for
from steelyard.base.config import config
from steelyard.flows.sort_arrival import sort_by_hand
from steelyard.letters.models import Receipt
from steelyard.mailroom import door
from steelyard.mailroom.reading import read_due
from tests.cast import present
from tests.impersonation.doors import by_http
from tests.mailroom.files import made
from tests.ports import free_port

OURS = "authorities@steelyard.example"
USERS = (
    "steelyard.mailroom.door", "steelyard.mailroom.silence", "steelyard.mailroom.checks",
    "steelyard.mailroom.reading", "steelyard.arrivals.threads",
)  # fmt: skip
_waiting: "queue.Queue[tuple[bytes, object, Future[None]]]" = queue.Queue()
_port: list[int] = []


@contextmanager
def open_mail_door():
    """Our address listens while the block runs."""
    port = free_port()
    wanted = msgspec.structs.replace(
        config().mailroom,
        smtp=f"127.0.0.1:{port}",
        lmtp="",
        addresses={OURS: "authorities"},
        per_minute=100_000,
    )
    changed = msgspec.structs.replace(config(), mailroom=wanted)
    with pytest.MonkeyPatch.context() as patch:
        for name in USERS:
            patch.setattr(f"{name}.config", lambda: changed)
        patch.setattr(door, "_keep", _handed_over)
        with door.open_door():
            _port[:] = [port]
            yield


def deliver(case, place=None):
    """The mail of a case, from its envelope to the desk; then a clerk takes down what it asks for."""
    arrival = sent_to_us(written(case, place), sender=envelope_of(case), to=OURS)
    if arrival.desk != Desk.ORDERS:
        sort_by_hand(
            present("lena"), arrival.ref, Desk.ORDERS, "It asks for something in an authority's name."
        )
        arrival.refresh_from_db()
    assert Receipt.objects.filter(about=arrival.about).exists()
    if case.fields:
        by_http(case.fields)


def answer(order, text, sender):
    """Somebody writes in the thread of an order, from this address."""
    message = EmailMessage()
    to = address_for(order.ref)
    message["From"], message["To"], message["Subject"] = sender, to, "Re: your letter"
    message.set_content(text)
    arrival = sent_to_us(message.as_bytes(), sender=parseaddr(sender)[1], to=to)
    assert (arrival.desk, arrival.about) == (Desk.CASE, order.ref)


def sent_to_us(raw, *, sender, to):
    """Over SMTP, kept, and read by the worker. What the mail says of its own authenticity is nowhere believed."""
    before = Arrival.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    _speak(lambda: _conversation(raw, sender, to))
    while read_due(dns=_nobody_answers):
        pass
    (arrival,) = Arrival.objects.filter(pk__gt=before)
    found = read_in(arrival).checks
    assert "pass" not in {found.get(method) for method in ("spf", "dkim", "dmarc", "arc")}, found
    return arrival


def written(case, place):
    """The bytes of the mail: the headers as the case states them, its text with the line ends that stand in it."""
    from tests.impersonation.play import signed

    message = EmailMessage()
    for name, value in case.headers.items():
        if name != "MAIL FROM":
            message[name] = value
    message.set_content("TEXT")
    for one in case.attachments:
        file, signature = signed(one, place, case.fields)
        _attach(message, one.name, one.type, file if signature else made(one.type, one.text))
        if signature:
            _attach(message, f"{one.name}.p7s", "application/pkcs7-signature", signature)
    head, _, rest = message.as_bytes().partition(b"TEXT\n")
    head = head.replace(b"Content-Transfer-Encoding: 7bit", b"Content-Transfer-Encoding: 8bit", 1)
    lines = case.body.encode() if "\r" in case.body else case.body.replace("\n", "\r\n").encode()
    return _crlf(head) + lines + b"\r\n" + _crlf(rest)


def envelope_of(case):
    given = case.headers.get("MAIL FROM", parseaddr(case.headers["From"])[1])
    return given.strip("<>")


def _attach(message, name, kind, content):
    main, _, sub = kind.partition("/")
    message.add_attachment(content, maintype=main, subtype=sub or "octet-stream", filename=name)


def _crlf(raw):
    return re.sub(rb"\r?\n", b"\r\n", raw)


def _conversation(raw, sender, to):
    """Dots are doubled where RFC 5321 says so and nowhere else; smtplib itself would tidy up lone line ends."""
    with smtplib.SMTP("127.0.0.1", _port[0], timeout=120) as server:
        server.ehlo("mx.sender.example")
        assert server.mail(sender, ["SMTPUTF8", "BODY=8BITMIME"])[0] == 250
        assert server.rcpt(to)[0] == 250
        assert server.docmd("DATA")[0] == 354
        server.send(re.sub(rb"(^|\r\n)\.", rb"\1..", raw) + b"\r\n.\r\n")
        code, said = server.getreply()
        assert code == 250, said


def _handed_over(raw, seen):
    """Called by the door in its own thread; it says 250 when the message is kept."""
    kept = Future()
    _waiting.put((raw, seen, kept))
    kept.result(120)


def _speak(conversation):
    """Hold a conversation while this thread keeps what the door takes in."""
    done = Future()

    def hold():
        try:
            done.set_result(conversation())
        except BaseException as fault:
            done.set_exception(fault)

    speaker = threading.Thread(target=hold, daemon=True)
    speaker.start()
    while not (done.done() and _waiting.empty()):
        try:
            raw, seen, kept = _waiting.get(timeout=0.02)
        except queue.Empty:
            continue
        try:
            door.keep(raw, door="mail", role=door.role_of(seen.recipients[0]), envelope=seen)
            kept.set_result(None)
        except BaseException as fault:
            kept.set_exception(fault)
    speaker.join()
    done.result()


def _nobody_answers(*_given, **_named):
    """A resolver that knows no name: `.example` cannot exist."""
    return
