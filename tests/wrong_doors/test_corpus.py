"""The corpus of messages at the wrong door, each by real SMTP or HTTP; what is asserted is desk, receipt, ledger.

    python -m pytest -q -s -m soak tests/wrong_doors
    STEELYARD_CORPUS_EVERY=8 python -m pytest -q -s -m soak tests/wrong_doors     every eighth message
    STEELYARD_CORPUS=ninth python -m pytest -q -s -m soak tests/wrong_doors       one author's

A message put before a person as doubtful counts as not recognised. Intervals are Wilson's at 95 %.
"""

import json
import math
import os
from collections import Counter, defaultdict
from email.message import EmailMessage
from email.utils import formataddr, parseaddr
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client

from steelyard.arrivals.actions import read_in
from steelyard.arrivals.models import Arrival
from steelyard.decisions.models import Complaint
from steelyard.ledger.models import Entry
from steelyard.letters.actions import enclosed_in
from steelyard.letters.models import Letter, Receipt
from steelyard.letters.receipts import check_receipt
from steelyard.mailroom.reading import read_due
from steelyard.notices.models import Notice
from steelyard.orders.models import Order
from steelyard.rulebook.queries import harms
from tests.flows.stories import SCAM, decided, delivered, noticed
from tests.mailroom.conftest import ADDRESSES, TO, _signer, platform, post, settings_of_mail
from tests.mailroom.files import made

__all__ = ["_signer", "platform", "post", "settings_of_mail"]
pytestmark = pytest.mark.soak
CORPUS = sorted((Path(__file__).parent / "corpus").glob(f"{os.environ.get('STEELYARD_CORPUS', '*')}.jsonl"))
DESKS = {
    "order": "orders", "notice": "notices", "complaint": "complaints", "plea": "emergency", "ordinary": "support",
}  # fmt: skip
LEAST_RECOGNISED, MOST_MISTAKEN = 0.98, 0.01


def lines():
    given = [json.loads(line) for file in CORPUS for line in file.read_text().splitlines() if line.strip()]
    return given[:: int(os.environ.get("STEELYARD_CORPUS_EVERY", "1"))]


def who(line):
    """Name and address; the name may have a comma and no quotation marks, as a person writes it."""
    name, bracket, address = line["from"].rpartition("<")
    return (name.strip(' "'), address.strip("> ")) if bracket else parseaddr(line["from"])


def wilson(hits, n, z=1.96):
    if not n:
        return 0.0, 1.0
    share, below = hits / n, 1 + z * z / n
    middle, width = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (middle - width) / below, (middle + width) / below


class Doors:
    """Hands a line in where it says, and tells the desk it reached."""

    def __init__(self, post, platform):
        self.post, self.platform, self.client = post, platform, Client()

    def enter(self, line):
        kind, _, where = line["door"].partition(":")
        before = (
            Arrival.objects.count(),
            Order.objects.count(),
            Notice.objects.count(),
            Complaint.objects.count(),
        )
        receipts, entries = Receipt.objects.count(), Entry.objects.count()
        if not (self.by_mail if kind == "smtp" else self.by_form)(line, where):
            return "to correct"
        assert Receipt.objects.count() > receipts, f"{line['id']}: no receipt"
        assert Entry.objects.count() > entries, f"{line['id']}: nothing in the ledger"
        if kind == "smtp":
            self.check_letter(line)
        return self.desk(before)

    def by_mail(self, line, role):
        message = EmailMessage()
        message["From"], message["To"] = formataddr(who(line)), TO[role]
        message["Subject"] = " ".join(line["subject"].split())
        message["Message-ID"] = f"<{line['id']}@corpus.example>"
        message.set_content(line["body"])
        for each in line["attachments"]:
            main, _, sub = each["type"].partition("/")
            content = made(each["type"], each["text"])
            if main == "message":
                main, sub = "application", "octet-stream"  # a forwarded mail as the file that it is
            message.add_attachment(content, maintype=main, subtype=sub, filename=each["name"])
        self.post.send(message, to=[TO[role]], sender=who(line)[1])
        while read_due():
            pass
        return True

    def by_form(self, line, form):
        language = line["language"] if line["language"] in ("fr", "ru", "ar", "fa") else "en"
        given, (name, address), body = line.get("fields") or {}, who(line), line["body"]
        text = "\n\n".join(part for part in (line["subject"], body) if part)
        path, typed = {
            "notice": lambda: (
                "notice",
                {"links": "\n".join(given.get("links") or ["https://platform.example/p/1"]),
                 "harm": given["harm"] if given.get("harm") in harms() else "other", "explanation": text,
                 "email": address,
                 "name": given.get("name") or name or "A", "good_faith": "on"},
            ),
            "contact": lambda: (
                "contact",
                {"name": given.get("name", name), "email": address, "subject": line["subject"], "message": body},
            ),
            "complaint": lambda: (
                self.complaint_page(language), {"points": given.get("points", ["other"]), "text": text},
            ),
            "order": lambda: (
                "order",
                {"instrument": given.get("instrument", "national"), "country": given.get("country", "FR"),
                 "authority": given.get("authority", name or address), "contact": address, "language": language,
                 "harm": "other", "targets": "\n".join(given.get("targets") or ["https://platform.example/p/1"]),
                 "reasons": text, "incomplete": "1",
                 **{k: given.get(k, "") for k in ("reference", "legal_basis", "demand")}},
            ),
        }[form]()  # fmt: skip
        address_of_page = path if path.startswith("/") else f"/{language}/{path}"
        answer = self.client.post(address_of_page, typed, headers={"sec-fetch-site": "same-origin"})
        if answer.status_code == 422:  # the form shows what to correct, and whoever typed it is still there
            return False
        assert answer.status_code == 302, f"{line['id']}: {answer.status_code} {answer.content[:3000]!r}"
        file = self.client.get(f"{answer['Location']}/file")
        assert check_receipt(file.content).valid, f"{line['id']}: the receipt does not verify"
        return True

    def complaint_page(self, language):
        """A decision to complain about: each complaint has its own."""
        from steelyard.cases.models import Case

        number = f"${Case.objects.count()}"
        self.platform.publish(number, SCAM)
        noticed(number)
        decided("ada", Case.objects.filter(state="open", kind="notice").latest("pk"))
        delivered()
        token = self.platform.letters[-1][1].split("/d/")[1].split()[0]
        opened = self.client.get(f"/{language}/d/{token}")
        return f"{opened['Location']}/complaint"

    def check_letter(self, line):
        arrival = Arrival.objects.latest("pk")
        letter = Letter.objects.filter(kind="arrival_received", about=arrival.ref).first()
        if why := read_in(arrival).silent:  # a machine wrote it: it lies on a desk, and nobody is answered
            assert letter is None, f"{line['id']}: answered although {why}"
            return
        assert letter, f"{line['id']}: no answer"
        ((_, _, file),) = enclosed_in(letter).files
        checked = check_receipt(file)
        assert checked.valid, f"{line['id']}: the receipt does not verify"
        assert checked.received_at == arrival.arrived_at.isoformat(timespec="seconds")
        verbs = set(Entry.objects.values_list("verb", flat=True))
        assert {"arrivals:arrival:kept", "arrivals:arrival:sorted"} <= verbs

    def desk(self, before):
        """Where it lies now. What was moved has an arrival; what used its own form has its own row."""
        arrivals, orders, notices, complaints = before
        if Arrival.objects.count() > arrivals:
            return Arrival.objects.latest("pk").desk
        if Order.objects.count() > orders:
            return "orders"
        if Complaint.objects.count() > complaints:
            return "complaints"
        return "notices" if Notice.objects.count() > notices else "nowhere"


def told(reached):
    """n, share and interval by kind, by door and by language."""
    for label, key in (("is", "is"), ("door", "door"), ("language", "language")):
        groups = defaultdict(list)
        for line, desk in reached:
            groups[line["is"] if key == "is" else f"{line['is'] == 'order'} {line[key]}"].append((line, desk))
        print(f"\nby {label}: right desk, n, 95 % interval")
        for name, group in sorted(groups.items()):
            right = sum(desk == DESKS[line["is"]] for line, desk in group)
            low, high = wilson(right, len(group))
            print(f"  {name:30} {right:4} of {len(group):4}  {low:.3f} to {high:.3f}")
    print("\n", Counter((line["is"], desk) for line, desk in reached))


def test_no_door_is_the_wrong_one(post, platform, monkeypatch):
    assert CORPUS, "there is no corpus"
    monkeypatch.setattr("steelyard.flows.acknowledge_arrival.ANSWERS_A_DAY", 10_000)
    monkeypatch.setattr("steelyard.portal.bounds.too_many", lambda request: False)
    for name in ("notice", "contact"):
        monkeypatch.setattr(f"steelyard.portal.views.{name}.too_many", lambda request: False)
    doors, reached = Doors(post, platform), []
    for line in lines():
        reached.append((line, doors.enter(line)))
    connections.close_all()
    told(reached)
    assert set(ADDRESSES.values()) == set(TO)
    orders = [desk for line, desk in reached if line["is"] == "order"]
    ordinary = [(line["id"], desk) for line, desk in reached if line["is"] == "ordinary"]
    mistaken = [name for name, desk in ordinary if desk == "orders"]
    missed = [(line["id"], desk) for line, desk in reached if line["is"] == "order" and desk != "orders"]
    print("missed:", missed, "\nmistaken:", mistaken)
    assert orders.count("orders") >= LEAST_RECOGNISED * len(orders), missed
    assert len(mistaken) <= MOST_MISTAKEN * len(ordinary), mistaken
