"""What can happen to a post, a channel, an account. Containing hides and can be undone; removing is final."""

from enum import StrEnum


class Kind(StrEnum):
    POST = "post"
    CHANNEL = "channel"
    ACCOUNT = "account"


class SubjectState(StrEnum):
    VISIBLE = "visible"
    CONTAINED = "contained"
    REMOVED = "removed"


MOVES = {
    ("contain", SubjectState.VISIBLE): SubjectState.CONTAINED,
    ("restore", SubjectState.CONTAINED): SubjectState.VISIBLE,
    ("remove", SubjectState.VISIBLE): SubjectState.REMOVED,
    ("remove", SubjectState.CONTAINED): SubjectState.REMOVED,
}
