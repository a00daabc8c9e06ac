"""What a platform at the generic door can do: what its operator declared, and nothing else."""

from datetime import timedelta

from steelyard.base.config import Platform
from steelyard.base.errors import BadInput, gettext_noop
from steelyard.enforcement.connector import Ability, Manifest, Operation

INVERSES = {
    Operation.CONTAIN_ITEM: Operation.RESTORE_ITEM,
    Operation.RESTORE_ITEM: Operation.CONTAIN_ITEM,
    Operation.LABEL_ITEM: Operation.UNLABEL_ITEM,
    Operation.UNLABEL_ITEM: Operation.LABEL_ITEM,
    Operation.FREEZE_CHANNEL: Operation.UNFREEZE_CHANNEL,
    Operation.UNFREEZE_CHANNEL: Operation.FREEZE_CHANNEL,
    Operation.CLOSE_CHANNEL: Operation.REOPEN_CHANNEL,
    Operation.REOPEN_CHANNEL: Operation.CLOSE_CHANNEL,
    Operation.UNLIST_CHANNEL: Operation.RELIST_CHANNEL,
    Operation.RELIST_CHANNEL: Operation.UNLIST_CHANNEL,
    Operation.LIMIT_ACCOUNT: Operation.UNLIMIT_ACCOUNT,
    Operation.UNLIMIT_ACCOUNT: Operation.LIMIT_ACCOUNT,
    Operation.SUSPEND_ACCOUNT: Operation.UNSUSPEND_ACCOUNT,
    Operation.UNSUSPEND_ACCOUNT: Operation.SUSPEND_ACCOUNT,
    Operation.BAN_ACCOUNT: Operation.UNBAN_ACCOUNT,
    Operation.UNBAN_ACCOUNT: Operation.BAN_ACCOUNT,
    Operation.QUARANTINE_MEDIA: Operation.RELEASE_MEDIA,
    Operation.RELEASE_MEDIA: Operation.QUARANTINE_MEDIA,
    Operation.MUTE_ACCOUNT: Operation.UNMUTE_ACCOUNT,
    Operation.UNMUTE_ACCOUNT: Operation.MUTE_ACCOUNT,
    Operation.BLOCK_CONTENT: Operation.UNBLOCK_CONTENT,
    Operation.UNBLOCK_CONTENT: Operation.BLOCK_CONTENT,
    Operation.CLOSE_REGISTRATION: Operation.OPEN_REGISTRATION,
    Operation.OPEN_REGISTRATION: Operation.CLOSE_REGISTRATION,
}
AT_ONCE = 100
LOST = {
    Operation.REMOVE_ITEM: (gettext_noop("The platform deletes the post; it cannot be brought back."),),
    Operation.ERASE_MEDIA: (gettext_noop("The platform destroys the files; they cannot be brought back."),),
    Operation.REMOVE_REACTIONS: (
        gettext_noop("The platform deletes the reactions; they cannot be brought back."),
    ),
}


def http_manifest(connector: str, platform: Platform | None = None) -> Manifest:
    """The abilities a platform declared. Raises BadInput for one it could not undo."""
    platform = platform or Platform(name=connector)
    declared = tuple(_operation(platform, name) for name in platform.operations)
    return Manifest(
        connector=connector,
        platform=platform.title or platform.name,
        abilities=tuple(_ability(platform, operation, declared) for operation in declared),
        reads_back=platform.reads_back,
        sees=platform.sees,
        reports_inside=True,
        limits_by_country=platform.limits_by_country,
    )


def _operation(platform: Platform, name: str) -> Operation:
    try:
        return Operation(name)
    except ValueError:
        raise BadInput(
            f"The platform “{platform.name}” declares an operation we do not know: {name}.",
            do=f"Choose from: {', '.join(Operation)}.",
        ) from None


def _ability(platform: Platform, operation: Operation, declared: tuple[Operation, ...]) -> Ability:
    inverse = INVERSES.get(operation)
    if inverse and inverse not in declared:
        raise BadInput(
            f"The platform “{platform.name}” declares {operation} without {inverse}.",
            "What is taken away must be given back when a complaint is right.",
            f"Declare {inverse} too, or leave both out.",
        )
    lost = LOST.get(operation, ())
    return Ability(
        operation=operation,
        inverse=inverse,
        delay=timedelta(seconds=1),
        batch=AT_ONCE,
        limits=lost,
        ends_itself=operation in platform.ends_itself,
    )
