"""The life of an order. Each state that waits names who moves next; whatever is over does nothing any more."""

from enum import StrEnum


class OrderState(StrEnum):
    RECEIVED = "received"
    """On the desk: people weigh it."""
    VERIFYING = "verifying"
    """Somebody finds out whether the authority itself sent it."""
    ASKED = "asked"
    """The sender was asked something. Clocks that the law lets stand still, stand still."""
    HELD = "held"
    """Something has to be settled first: counsel, a court, a conflict of laws."""
    RAISED = "raised"
    """Brought before the authority that enforces it, which decides what we may not decide ourselves."""
    PROPOSED = "proposed"
    """One person proposed what to do."""
    EXECUTED = "executed"
    PARTLY = "partly"
    """Executed in part: the answer says what was not, and why."""
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """Taken back by whoever sent it. What had been done comes back, where nothing else restricts it."""
    EXPIRED = "expired"
    """The last day on which it could be carried out has passed."""
    SUPERSEDED = "superseded"
    """A later version of the same order has taken its place."""


WAITING = (
    OrderState.RECEIVED, OrderState.VERIFYING, OrderState.ASKED, OrderState.HELD, OrderState.RAISED,
    OrderState.PROPOSED,
)  # fmt: skip
ON_THE_DESK = (OrderState.RECEIVED, OrderState.PROPOSED)
"""Where it can be decided. From elsewhere it is taken up again first."""
DONE = (OrderState.EXECUTED, OrderState.PARTLY)
CLOSED = (
    *DONE, OrderState.REFUSED, OrderState.WITHDRAWN, OrderState.EXPIRED, OrderState.SUPERSEDED,
)  # fmt: skip

MOVES = {
    ("verify", OrderState.RECEIVED): OrderState.VERIFYING,
    ("ask", OrderState.RECEIVED): OrderState.ASKED,
    ("ask", OrderState.VERIFYING): OrderState.ASKED,
    ("hold", OrderState.RECEIVED): OrderState.HELD,
    ("hold", OrderState.VERIFYING): OrderState.HELD,
    ("raise", OrderState.RECEIVED): OrderState.RAISED,
    ("raise", OrderState.HELD): OrderState.RAISED,
    ("take_up", OrderState.VERIFYING): OrderState.RECEIVED,
    ("take_up", OrderState.ASKED): OrderState.RECEIVED,
    ("take_up", OrderState.HELD): OrderState.RECEIVED,
    ("take_up", OrderState.RAISED): OrderState.RECEIVED,
    ("propose", OrderState.RECEIVED): OrderState.PROPOSED,
    ("send_back", OrderState.PROPOSED): OrderState.RECEIVED,
    **{
        (move, state): to
        for state in ON_THE_DESK
        for move, to in (
            ("execute", OrderState.EXECUTED),
            ("execute_in_part", OrderState.PARTLY),
            ("refuse", OrderState.REFUSED),
        )
    },
    **{
        (move, state): to
        for state in WAITING
        for move, to in (
            ("withdraw", OrderState.WITHDRAWN),
            ("expire", OrderState.EXPIRED),
            ("supersede", OrderState.SUPERSEDED),
        )
    },
    **{("withdraw", state): OrderState.WITHDRAWN for state in DONE},
}

WHO_MOVES = {
    OrderState.RECEIVED: "the legal officer, with a second person for every measure",
    OrderState.VERIFYING: "whoever checks the sender; the desk takes it up again",
    OrderState.ASKED: "the authority that sent it; the desk takes it up when it answers, or decides without",
    OrderState.HELD: "the legal officer, once what it waits for is settled",
    OrderState.RAISED: "the enforcing authority; the desk takes it up with its answer",
    OrderState.PROPOSED: "a second person, not the one who proposed",
}
