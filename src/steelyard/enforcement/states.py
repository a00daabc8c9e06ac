"""Which operation of a platform carries a decision out, by what it is about."""

from steelyard.decisions.states import Outcome
from steelyard.enforcement.connector import Operation
from steelyard.subjects.states import Kind

CARRIED_OUT_BY: dict[tuple[Kind, Outcome], Operation] = {
    (Kind.POST, Outcome.CONTAIN): Operation.CONTAIN_ITEM,
    (Kind.POST, Outcome.REMOVE): Operation.REMOVE_ITEM,
    (Kind.POST, Outcome.RESTORE): Operation.RESTORE_ITEM,
    (Kind.POST, Outcome.LABEL): Operation.LABEL_ITEM,
    (Kind.POST, Outcome.UNLABEL): Operation.UNLABEL_ITEM,
    (Kind.CHANNEL, Outcome.CONTAIN): Operation.FREEZE_CHANNEL,
    (Kind.CHANNEL, Outcome.RESTORE): Operation.UNFREEZE_CHANNEL,
    (Kind.ACCOUNT, Outcome.CONTAIN): Operation.MUTE_ACCOUNT,
    (Kind.ACCOUNT, Outcome.RESTORE): Operation.UNMUTE_ACCOUNT,
    (Kind.ACCOUNT, Outcome.MUTE): Operation.MUTE_IN_CHANNEL,
    (Kind.ACCOUNT, Outcome.UNMUTE): Operation.UNMUTE_IN_CHANNEL,
}
"""What is missing cannot be decided: no platform of ours removes a channel or an account for good."""


def operation_for(kind: str, outcome: str) -> Operation | None:
    """The operation for this outcome, None when there is none."""
    return CARRIED_OUT_BY.get((Kind(kind), Outcome(outcome)))
