"""Every verb that the log can hold has its words: the public figures and the staff's histories show no code."""

import ast
import re

import pytest
from django.utils.translation import override

from steelyard.cases.states import CaseKind, CaseState
from steelyard.decisions.states import ComplaintState, DisputeState
from steelyard.ledger.words import HAPPENED, happened
from steelyard.misuse.states import MisuseState
from steelyard.orders.states import OrderState
from steelyard.people.states import InvitationState, PartnerState
from tests.house.source import python_files, tree

RECORDS = ("record", "_record", "Happening")
MADE = re.compile(r"f'([a-z]+:[a-z_]+:)\{what\}'")
VERB = re.compile(r"[a-z]+:[a-z_]+:[a-z_]+")


def verbs():
    """Those written out in a call that records, those that a file's own `_record` puts together, those of states."""
    for file in python_files():
        recorded = [
            node.args[0]
            for node in ast.walk(tree(file))
            if isinstance(node, ast.Call) and ast.unparse(node.func) in RECORDS and node.args
        ]
        written = [str(one.value) for one in recorded if isinstance(one, ast.Constant)]
        yield from filter(VERB.fullmatch, written)
        heads = [found[1] for one in recorded if (found := MADE.fullmatch(ast.unparse(one)))]
        yield from (head + word for head in heads for word in written if ":" not in word)
    for kind in CaseKind:
        yield from (f"cases:{kind}:{state}" for state in ("opened", *CaseState))
    for made_of, states in (
        ("decisions:complaint", ComplaintState), ("orders:order", OrderState), ("people:partner", PartnerState),
        ("decisions:dispute", set(DisputeState) - {DisputeState.OPEN}), ("people:invitation", InvitationState),
        ("misuse:matter", {*MisuseState, "upheld", "objected"}),
    ):  # fmt: skip
        yield from (f"{made_of}:{state}" for state in states)


@pytest.mark.parametrize("language", ["en", "fr", "ru", "ar", "fa"])
def test_each_verb_reads_as_words_in_every_language(language):
    with override(language):
        assert [verb for verb in sorted(set(verbs())) if happened(verb) == happened("no:such:verb")] == []


def test_two_things_that_happen_are_not_called_the_same():
    assert len(set(map(str, HAPPENED.values()))) == len(HAPPENED)
