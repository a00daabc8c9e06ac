"""What an ordinary member must find when a measure has taken effect. No Django, no network."""

from steelyard.enforcement.connector import Mark, Operation, Reading, Sight

WANTED = {
    Operation.CONTAIN_ITEM: {Sight.HIDDEN, Sight.REMOVED},
    Operation.REMOVE_ITEM: {Sight.REMOVED, Sight.HIDDEN},
    Operation.ERASE_MEDIA: {Sight.REMOVED, Sight.HIDDEN},
    Operation.RESTORE_ITEM: {Sight.VISIBLE},
    Operation.QUARANTINE_MEDIA: {Sight.HIDDEN, Sight.REMOVED},
    Operation.RELEASE_MEDIA: {Sight.VISIBLE},
}
MARKED = {
    Operation.FREEZE_CHANNEL: (Mark.FROZEN, True),
    Operation.UNFREEZE_CHANNEL: (Mark.FROZEN, False),
    Operation.CLOSE_CHANNEL: (Mark.CLOSED, True),
    Operation.REOPEN_CHANNEL: (Mark.CLOSED, False),
    Operation.UNLIST_CHANNEL: (Mark.UNLISTED, True),
    Operation.MUTE_ACCOUNT: (Mark.MUTED, True),
    Operation.UNMUTE_ACCOUNT: (Mark.MUTED, False),
    Operation.LIMIT_ACCOUNT: (Mark.LIMITED, True),
    Operation.UNLIMIT_ACCOUNT: (Mark.LIMITED, False),
    Operation.SUSPEND_ACCOUNT: (Mark.SUSPENDED, True),
    Operation.UNSUSPEND_ACCOUNT: (Mark.SUSPENDED, False),
    Operation.BAN_ACCOUNT: (Mark.BANNED, True),
    Operation.UNBAN_ACCOUNT: (Mark.BANNED, False),
}
"""What a member meets afterwards. A channel that is listed again may have been left out by its own owner before."""


def seen_by_members(operation: Operation) -> bool:
    """Whether an ordinary member can tell that it was done."""
    return operation in WANTED or operation in MARKED


def took_effect(operation: Operation, reading: Reading) -> bool:
    """Whether an ordinary member now sees what the measure wanted.

    A channel or an account that no member of ours can look at counts as what the platform said of it; the reading
    is kept with the measure and says so.
    """
    if operation in WANTED:
        return reading.sight in WANTED[operation]
    mark, there = MARKED[operation]
    return reading.sight == Sight.UNREADABLE or (mark in reading.marks) == there
