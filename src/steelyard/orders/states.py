"""The life of an order, as far as it goes today: it arrives, people assess it, it is answered."""

from enum import StrEnum


class OrderState(StrEnum):
    RECEIVED = "received"
    EXECUTED = "executed"
    REFUSED = "refused"


MOVES = {
    ("execute", OrderState.RECEIVED): OrderState.EXECUTED,
    ("refuse", OrderState.RECEIVED): OrderState.REFUSED,
}

WHO_MOVES = {OrderState.RECEIVED: "the legal officer, with a second person for every measure"}
