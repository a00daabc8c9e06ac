"""Orders of a lawyer who had not read the checks; where we answer otherwise than he expected, the line says why."""

import json
from pathlib import Path

import msgspec
import pytest

from steelyard.orders.assessment import Asked, assess
from steelyard.orders.assessment.schema import as_written

FILE = Path(__file__).parent / "strangers" / "removal_data_form.jsonl"
LINES = [json.loads(line) for line in FILE.read_text().splitlines()]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["id"])
def test_an_order_gets_the_answer_that_a_lawyer_expects(line):
    found = assess(as_written(msgspec.convert(line["order"], Asked)))
    step, told = found.proposal.step, msgspec.json.encode(found).decode().casefold()
    if "accepted" in line:
        assert step == line["ours"], line["accepted"]
        return
    waits = set(found.proposal.waits_for) & FOR_PEOPLE
    assert step in line["steps"] or (step == "comply" and waits), line["why"]
    assert not found.red_lines or "refuse" in line["steps"]
    for wanted in line["says"]:
        assert _said(wanted, found, told), wanted


FOR_PEOPLE = {"protected_speech", "gate"}
"""Where the machine never says more than comply, and two people weigh it: the content is not known to be what it is"""


def _said(wanted, found, told):
    if wanted == "REDLINE":
        return bool(found.red_lines)
    if wanted == "TWO":
        return found.proposal.two_people
    return any(one.casefold() in told for one in wanted.split("|"))


def test_what_is_sent_in_small_letters_means_the_same_state():
    order = LINES[0]["order"]
    small = as_written(msgspec.convert(order | {"country": order["country"].lower()}, Asked))
    assert small.country == order["country"]


def test_a_name_that_means_nothing_is_no_statement_of_fact():
    order = next(line["order"] for line in LINES if line["order"].get("data"))
    found = assess(msgspec.convert(order | {"data": ["ip"], "issuer": "magistrate"}, Asked))
    assert "not hold" not in found.check("possibility").words
    assert (found.check("possibility").leads_to, found.check("competence").result) == ("ask", "person")
