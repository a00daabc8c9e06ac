"""What a bot that is an administrator can do, by the Bot API's own words (docs/connect-telegram.md)."""

from datetime import timedelta

from django.utils.translation import gettext_noop as _

from steelyard.enforcement.connector import Ability, Manifest, Operation

DELETABLE_FOR = timedelta(hours=48)
"""Bot API, deleteMessage: a message can only be deleted if it was sent less than 48 hours ago."""
AT_ONCE = 100
"""Bot API, deleteMessages: 1-100 identifiers."""
_SOON = timedelta(seconds=1)
_FINAL = (
    _("Telegram cannot hide a post: it is deleted for everybody, and no bot can bring it back."),
    _("Our sealed copy lets the bot post the words again, under its own name."),
    _("A post older than 48 hours must be deleted by an administrator of the chat; they get its link."),
)
_OUR_CHATS = _("In the groups where our bot is an administrator, and nowhere else on Telegram.")


_CHANNELS_TOO = _(
    "A channel that posts in a group cannot be muted: it is banned there, with all channels of its owner."
)
_KEPT_OUT = _(
    "A request of the account to join is declined; everybody else's wait for the chat's administrators."
)


def telegram_manifest(name: str, *, rules_delete: bool = False) -> Manifest:
    return Manifest(
        connector=name,
        platform="Telegram",
        reports_inside=True,
        reads_back=False,
        changes_hidden=False,  # it was deleted
        abilities=(
            Ability(
                operation=Operation.CONTAIN_ITEM,
                delay=_SOON,
                batch=AT_ONCE,
                limits=_FINAL,
                alone=rules_delete,
            ),
            Ability(operation=Operation.REMOVE_ITEM, delay=_SOON, batch=AT_ONCE, limits=_FINAL),
            Ability(
                operation=Operation.RESTORE_ITEM,
                delay=_SOON,
                needs_words=True,
                limits=(
                    _("The words come back as a post of the bot; pictures, answers and views are lost."),
                ),
            ),
            Ability(
                operation=Operation.NOTIFY_ACCOUNT,
                delay=_SOON,
                limits=(
                    _("Reaches people who opened a chat with the bot; others are asked to, in the group."),
                ),
            ),
            Ability(operation=Operation.POST_ANNOUNCEMENT, delay=_SOON),
            Ability(
                operation=Operation.REMOVE_REACTIONS,
                delay=_SOON,
                alone=False,
                limits=(
                    _(
                        "The newest ten thousand reactions of the account in each group; they cannot be brought back."
                    ),
                    _OUR_CHATS,
                ),
            ),
            *_pair(
                Operation.FREEZE_CHANNEL,
                Operation.UNFREEZE_CHANNEL,
                _("Stops new posts in a group; a channel's own administrators cannot be stopped by a bot."),
            ),
            *_pair(Operation.MUTE_ACCOUNT, Operation.UNMUTE_ACCOUNT, _OUR_CHATS, _CHANNELS_TOO),
            *_pair(Operation.BAN_ACCOUNT, Operation.UNBAN_ACCOUNT, _OUR_CHATS, _KEPT_OUT),
        ),
    )


def _pair(there: Operation, back: Operation, *limits: str) -> tuple[Ability, Ability]:
    return (
        Ability(operation=there, inverse=back, delay=_SOON, limits=limits),
        Ability(operation=back, inverse=there, delay=_SOON),
    )
