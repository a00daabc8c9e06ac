"""Which operation of a platform carries a decision out, and what that does to the subject."""

from steelyard.decisions.states import Outcome
from steelyard.enforcement.connector import Operation

CARRIED_OUT_BY: dict[Outcome, Operation] = {
    Outcome.CONTAIN: Operation.CONTAIN_ITEM,
    Outcome.REMOVE: Operation.REMOVE_ITEM,
    Outcome.RESTORE: Operation.RESTORE_ITEM,
}
