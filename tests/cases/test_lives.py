"""Every life, exhaustively: a move that is missing from its table cannot happen."""

from itertools import product

import pytest

from steelyard.base.errors import NoSuchThing, Refused
from steelyard.base.states import next_state
from steelyard.cases import states as cases
from steelyard.cases.actions import (
    claim_case,
    decide_case,
    lapse_case,
    propose_case,
    release_case,
    send_back_case,
    settle_case,
)
from steelyard.cases.models import Case
from steelyard.cases.states import CaseState
from steelyard.decisions import states as decisions
from steelyard.ledger.models import Entry
from steelyard.orders import states as orders
from steelyard.subjects import states as subjects
from tests.cast import member
from tests.flows.stories import noticed

LIVES = {
    "case": (cases.MOVES, CaseState),
    "decision": (decisions.DECISION_MOVES, decisions.DecisionState),
    "complaint": (decisions.COMPLAINT_MOVES, decisions.ComplaintState),
    "order": (orders.MOVES, orders.OrderState),
    "subject": (subjects.MOVES, subjects.SubjectState),
}
MISSING = [
    (life, move, state)
    for life, (moves, states) in LIVES.items()
    for move, state in product(sorted({move for move, _ in moves}), states)
    if (move, state) not in moves
]


@pytest.mark.parametrize(("life", "move", "state"), MISSING)
def test_a_move_that_is_not_in_the_table_is_refused(life, move, state):
    with pytest.raises(Refused):
        next_state(LIVES[life][0], move, state)


@pytest.mark.parametrize("life", LIVES)
def test_every_state_can_be_reached_and_every_table_ends(life):
    moves, states = LIVES[life]
    first = next(iter(states))
    reached, todo = {first}, [first]
    while todo:
        here = todo.pop()
        for (_, state), after in moves.items():
            if state == here and after not in reached:
                reached.add(after)
                todo.append(after)
    started = (
        {decisions.DecisionState.MADE} if life == "decision" else set()
    )  # a single person decides at once
    assert reached | started == set(states)
    if life != "subject":  # a post can be hidden and shown again for as long as it is there
        assert any(all(state != end for _, state in moves) for end in states)


def test_every_waiting_case_names_who_moves_next():
    waiting = {state for _, state in (*cases.MOVES, *cases.REFERRAL_MOVES)}
    assert set(cases.WHO_MOVES) == waiting
    assert set(orders.WHO_MOVES) == set(orders.WAITING)


ACTIONS = {
    "claim": lambda case: claim_case(member("ada"), case.ref),
    "release": lambda case: release_case(member("ada"), case.ref),
    "propose": lambda case: propose_case(case, member("ada")),
    "send_back": lambda case: send_back_case(case, member("ada")),
    "settle": settle_case,
    "decide": lambda case: decide_case(case, member("ada"), by="person"),
    "lapse": lambda case: lapse_case(case, member("ada").ref),
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("move", "state"), [(move, state) for life, move, state in MISSING if life == "case"]
)
def test_a_refused_move_leaves_the_case_and_the_ledger_as_they_were(platform, move, state):
    noticed("$1")
    Case.objects.update(state=state, claimed_by=member("ada").ref)
    before = Entry.objects.count()
    with pytest.raises(Refused):
        ACTIONS[move](Case.objects.get())
    assert Case.objects.get().state == state
    assert Entry.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize(("move", "state"), cases.MOVES)
def test_each_move_of_a_case_is_one_ledger_entry(platform, move, state):
    noticed("$1")
    Case.objects.update(state=state, claimed_by=member("ada").ref)
    before = Entry.objects.count()
    ACTIONS[move](Case.objects.get())
    after = cases.MOVES[move, state]
    assert Case.objects.get().state == after
    assert Entry.objects.count() == before + 1
    assert Entry.objects.latest("pk").verb == f"cases:notice:{after}"


@pytest.mark.django_db
def test_only_whoever_claimed_a_case_puts_it_back(platform):
    noticed("$1")
    case = Case.objects.get()
    claim_case(member("ada"), case.ref)
    with pytest.raises(Refused, match="not claimed"):
        release_case(member("ben"), case.ref)
    release_case(member("ada"), case.ref)
    assert Case.objects.get().claimed_by == ""
    with pytest.raises(NoSuchThing):
        claim_case(member("otto"), case.ref)


@pytest.mark.django_db
def test_a_decided_case_has_met_its_clocks(platform):
    noticed("$1")
    case = Case.objects.get()
    assert [clock.met_at for clock in case.deadlines.all()] == [None]
    claim_case(member("ada"), case.ref)
    case.refresh_from_db()
    decide_case(case, member("ada"), by="person")
    assert [clock.met_at for clock in case.deadlines.all()] == [case.decided_at]
