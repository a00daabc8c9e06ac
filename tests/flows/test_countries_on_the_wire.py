"""A platform at the generic door that can hide in some countries alone: what really goes over the line to it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from steelyard_client import webhook

from steelyard.base.config import Platform
from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case
from steelyard.decisions.models import Complaint, Decision
from steelyard.enforcement.connector import forget_connectors, register
from steelyard.enforcement.connectors.http import HttpConnector
from steelyard.enforcement.models import Measure
from steelyard.flows.decide_complaint import Becomes
from steelyard.flows.narrow import Narrower
from steelyard.flows.receive_complaint import ComplaintGiven, receive_complaint
from tests.cast import present
from tests.flows.stories import SCAM, answered, decided, delivered, noticed, token_in

pytestmark = pytest.mark.django_db
SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSBib2FyZCBpbiB0aGlzIHRlc3Q="
EVERYWHERE = "*"
WRONG = ComplaintGiven(points=("context",), text="I was warning others about this scam.")


class Board:
    """Two posts of Uma's, where each is hidden, and what she was told. Its member reads it from Germany."""

    def __init__(self) -> None:
        self.posts = {name: {"id": name, "text": f"{SCAM} {name}", "author": "uma", "channel": "market",
                             "at": "2026-03-04T10:00:00+00:00"} for name in ("1", "2")}  # fmt: skip
        self.hidden: dict[str, list[str]] = {}
        self.letters: list[str] = []

    def told(self, said: dict) -> dict:
        if said["type"] == "fetch":
            return {"post": self.posts.get(said["target"]["id"])}
        if said["type"] == "read":
            where = self.hidden.get(said["target"]["id"], [])
            return {"sight": "hidden" if {"DE", EVERYWHERE} & set(where) else "visible"}
        for target in said["targets"] if said["type"] == "action" else ():
            self.do(said["operation"], target["id"], said["params"])
        return {}

    def do(self, operation: str, about: str, params: dict) -> None:
        if operation == "contain_item":
            self.hidden[about] = params.get("countries", [EVERYWHERE])
        elif operation == "restore_item":
            self.hidden.pop(about, None)
        elif operation == "notify_account":
            self.letters.append(params["text"])


@pytest.fixture
def board():
    """Listens on this machine, and takes nothing that is not signed as Standard Webhooks describes."""
    found = Board()

    class Page(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            said = json.dumps(found.told(webhook(SECRET, dict(self.headers), body))).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *said):
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    platform = Platform(
        name="memory", title="Board", callback=f"http://127.0.0.1:{server.server_address[1]}/", reads_back=True,
        operations=("contain_item", "restore_item", "notify_account"), limits_by_country=True, links="memory:{id}",
    )  # fmt: skip
    register("memory", lambda: HttpConnector(platform, lambda: (SECRET,)))
    yield found
    forget_connectors()
    server.shutdown()
    server.server_close()
    thread.join()


def hide(post):
    noticed(post)
    decided("ada", Case.objects.get(state="open"))


def complaint_about(letter):
    receive_complaint(token_in(letter), WRONG)
    one = Complaint.objects.get(state="received")
    claim_case(present("ben").member, one.case.ref)
    return one


def test_a_post_is_hidden_in_one_country_alone_and_another_in_the_same_round_everywhere(board):
    hide("1")
    delivered()
    assert board.hidden == {"1": [EVERYWHERE]}
    complaint = complaint_about(board.letters[0])
    only = Narrower(countries=("FR",))
    answered(present("ben"), complaint, "Unlawful in France alone.", becomes=Becomes.PARTLY, to=only)
    hide("2")
    delivered()
    assert board.hidden == {"1": ["FR"], "2": [EVERYWHERE]}
    assert {row.state for row in Measure.objects.all()} == {"confirmed"}
    left = Decision.objects.get(source="complaint", outcome="contain")
    assert left.measures.get().receipt.get("sight") is None, (
        "its member reads it from elsewhere: the receipt counts"
    )


def test_what_was_hidden_in_one_country_is_visible_there_again_once_it_is_taken_back(board):
    hide("1")
    delivered()
    only = Narrower(countries=("FR",))
    answered(present("ben"), complaint_about(board.letters[0]), "There.", becomes=Becomes.PARTLY, to=only)
    delivered()
    again = next(text for text in reversed(board.letters) if "/d/" in text)
    receive_complaint(token_in(again), WRONG)
    last = Complaint.objects.get(state="received")
    claim_case(present("lena").member, last.case.ref)
    answered(present("lena"), last, "Not there either.")
    delivered()
    assert board.hidden == {}
