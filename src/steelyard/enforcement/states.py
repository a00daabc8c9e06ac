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


RESTRICTIONS: dict[Kind, tuple[Operation, ...]] = {
    Kind.CHANNEL: (Operation.FREEZE_CHANNEL, Operation.UNLIST_CHANNEL, Operation.CLOSE_CHANNEL),
    Kind.ACCOUNT: (
        Operation.MUTE_ACCOUNT,
        Operation.LIMIT_ACCOUNT,
        Operation.SUSPEND_ACCOUNT,
        Operation.BAN_ACCOUNT,
    ),
}
"""Of what is decided on as "contain" there are several kinds; the first is meant where none is named."""
UNDONE_BY = {
    Operation.FREEZE_CHANNEL: Operation.UNFREEZE_CHANNEL,
    Operation.UNLIST_CHANNEL: Operation.RELIST_CHANNEL,
    Operation.CLOSE_CHANNEL: Operation.REOPEN_CHANNEL,
    Operation.MUTE_ACCOUNT: Operation.UNMUTE_ACCOUNT,
    Operation.LIMIT_ACCOUNT: Operation.UNLIMIT_ACCOUNT,
    Operation.SUSPEND_ACCOUNT: Operation.UNSUSPEND_ACCOUNT,
    Operation.BAN_ACCOUNT: Operation.UNBAN_ACCOUNT,
}


def operation_for(kind: str, outcome: str, measure: str = "") -> Operation | None:
    """The operation for this outcome, None when there is none. `measure` names one of several restrictions."""
    if measure:
        possible = RESTRICTIONS.get(Kind(kind), ()) if outcome == Outcome.CONTAIN else ()
        return next((one for one in possible if one == measure), None)
    return CARRIED_OUT_BY.get((Kind(kind), Outcome(outcome)))
