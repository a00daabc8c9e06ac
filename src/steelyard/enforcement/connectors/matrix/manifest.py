"""What Synapse with our module can do. Measured figures: README.md."""

from datetime import timedelta

from django.utils.translation import gettext_noop as _

from steelyard.enforcement.connector import Ability, Manifest, Operation

_HERE_ONLY = _(
    "Reaches the readers of this homeserver; other homeservers that hold the post keep showing it."
)
_HERE_ONLY_LABEL = _("Reaches the readers of this homeserver, in clients that show labels.")
_HELD = _("A client that already shows the post keeps it until it loads the channel again.")
_SOON = timedelta(milliseconds=100)
LIMIT = timedelta(minutes=1)
"""Between two posts of a limited account, where the measure does not say."""


def matrix_manifest(name: str, *, countries: bool = False, bot: bool = False) -> Manifest:
    """`countries`: the operator configured a country database, so newcomers of a country can be refused.

    `bot`: our own account works in people's channels for their moderators.
    """
    return Manifest(
        connector=name,
        platform="Matrix",
        refuses_before_publication=True,
        reports_inside=True,
        limits_by_country=False,
        sees=("item", "channel", "account", "media"),
        changes_hidden=False,  # the module refuses an edit of what is hidden: it would show it again
        discloses=("subscriber", "identification"),
        abilities=(
            *_pair(Operation.CONTAIN_ITEM, Operation.RESTORE_ITEM, batch=500, limits=(_HERE_ONLY, _HELD)),
            Ability(
                operation=Operation.REMOVE_ITEM,
                delay=_SOON,
                batch=50,
                limits=(
                    _("The author must be on this homeserver and still allowed to write in the channel."),
                    _(
                        "A file in the post goes with it: nobody is handed it. Its bytes are destroyed when nobody can"
                        " contest the decision any more and nothing has to be preserved."
                    ),
                ),
            ),
            Ability(
                operation=Operation.ERASE_MEDIA,
                delay=_SOON,
                batch=50,
                alone=False,
                limits=(
                    _("The files cannot be brought back."),
                    _(
                        "Copies on other homeservers stay, and so does a file that another taken-down post shows."
                    ),
                ),
            ),
            *_pair(
                Operation.LABEL_ITEM,
                Operation.UNLABEL_ITEM,
                batch=500,
                limits=(
                    _HERE_ONLY_LABEL,
                    _(
                        "A client that already shows the post shows its label when it loads the channel again."
                    ),
                ),
            ),
            Ability(
                operation=Operation.NOTIFY_ACCOUNT,
                delay=_SOON,
                limits=(_("The account must be on this homeserver."),),
            ),
            Ability(operation=Operation.POST_ANNOUNCEMENT, delay=_SOON),
            *_pair(
                Operation.FREEZE_CHANNEL,
                Operation.UNFREEZE_CHANNEL,
                limits=(_("Stops new posts; what is in the channel stays readable."),),
            ),
            *_pair(
                Operation.UNLIST_CHANNEL,
                Operation.RELIST_CHANNEL,
                limits=(
                    _(
                        "Takes it out of the directory and its search; whoever knows its address still enters."
                    ),
                ),
            ),
            *_pair(
                Operation.CLOSE_CHANNEL,
                Operation.REOPEN_CHANNEL,
                limits=(
                    _(
                        "Its members are moved out and read why; opened again, it has its posts and its members."
                    ),
                    _("Members on other homeservers go on among themselves."),
                ),
            ),
            *_pair(
                Operation.LIMIT_ACCOUNT,
                Operation.UNLIMIT_ACCOUNT,
                limits=(_("One post a minute; what comes sooner is refused with the reason."),),
            ),
            *_pair(
                Operation.SUSPEND_ACCOUNT,
                Operation.UNSUSPEND_ACCOUNT,
                limits=(
                    _(
                        "The account can read and can take its own posts back; it can do nothing else. It must be"
                        " on this homeserver."
                    ),
                ),
            ),
            *_pair(
                Operation.BAN_ACCOUNT,
                Operation.UNBAN_ACCOUNT,
                limits=(
                    _(
                        "Nobody signs in to the account any more, and whoever tries reads why. A device that is signed"
                        " in stays so and can read: signing it out would destroy the keys of its encrypted chats."
                    ),
                ),
            ),
            *_pair(
                Operation.QUARANTINE_MEDIA,
                Operation.RELEASE_MEDIA,
                batch=50,
                limits=(
                    _(
                        "Whoever has loaded the file keeps it; another upload of the same file has another address."
                    ),
                ),
            ),
            *(
                Ability(
                    operation=operation,
                    delay=_SOON,
                    limits=(_("Reaches reporters who have their account on this homeserver."),),
                )
                for operation in (Operation.ACKNOWLEDGE_REPORT, Operation.REPLY_TO_REPORT)
            ),
            *_pair(
                Operation.MUTE_ACCOUNT,
                Operation.UNMUTE_ACCOUNT,
                limits=(_("Stops new posts of the account everywhere; it can still read."),),
            ),
            *_pair(
                Operation.BLOCK_CONTENT,
                Operation.UNBLOCK_CONTENT,
                limits=(_("Refuses the same words or the same file; a changed copy is another one."),),
            ),
            *(_registration() if countries else ()),
            *(_in_channel() if bot else ()),
        ),
    )


def _registration() -> tuple[Ability, Ability]:
    return _pair(
        Operation.CLOSE_REGISTRATION,
        Operation.OPEN_REGISTRATION,
        limits=(
            _(
                "By network address: who comes by a relay in another country is taken, and who travels there is not."
            ),
        ),
    )


def _in_channel() -> tuple[Ability, Ability]:
    return _pair(
        Operation.MUTE_IN_CHANNEL,
        Operation.UNMUTE_IN_CHANNEL,
        limits=(
            _("Our bot must be in the channel with the power to do it."),
            _("Special rights that the account had in the channel are not given back."),
        ),
    )


def _pair(
    there: Operation, back: Operation, *, batch: int = 1, limits: tuple[str, ...] = ()
) -> tuple[Ability, Ability]:
    return (
        Ability(operation=there, inverse=back, delay=_SOON, batch=batch, limits=limits),
        Ability(operation=back, inverse=there, delay=_SOON, batch=batch),
    )
