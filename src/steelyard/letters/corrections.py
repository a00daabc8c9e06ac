"""What an author reads when we were wrong: what it is now, and what still stands. In the active language."""

from django.utils.translation import gettext as _

from steelyard.base.wording import day, isolated
from steelyard.decisions.models import Decision
from steelyard.decisions.queries import openly_in_force
from steelyard.decisions.reasons import ground_name
from steelyard.decisions.states import Outcome
from steelyard.rulebook.countries import country_name
from steelyard.subjects.states import Kind, SubjectState


def now_it_is(reversal: Decision) -> str:
    """What became of the post, the channel or the account."""
    kind = _kind(reversal)
    if _of_label(reversal):
        return _("We have taken the label beside your post away.")
    if reversal.outcome == Outcome.UNMUTE:
        return _("You can write again in the channel where a moderator had stopped you.")
    if measure := reversal.reverses.measure if reversal.reverses else "":
        return _after(measure, reversal, kind)
    return _now_it_is(reversal, kind)


def _now_it_is(reversal: Decision, kind: Kind) -> str:
    if reversal.outcome == Outcome.RESTORE:
        return {
            Kind.POST: _("Your post is visible again, exactly as it was."),
            Kind.CHANNEL: _("Your channel is open to new posts again."),
            Kind.ACCOUNT: _("Your account can post again."),
        }[kind]
    if _stays(reversal):
        return {
            Kind.POST: _("We have reversed a decision to hide your post. Another one stands, so the post "
                         "stays hidden."),
            Kind.CHANNEL: _("We have reversed a decision to close your channel to new posts. Another one "
                            "stands, so the channel stays closed."),
            Kind.ACCOUNT: _("We have reversed a decision to stop your account from posting. Another one "
                            "stands, so you still cannot post."),
        }[kind]  # fmt: skip
    if _contained(reversal):  # by what may not be told of: no word of it
        return {
            Kind.POST: _("We have reversed our decision to hide your post."),
            Kind.CHANNEL: _("We have reversed our decision to close your channel to new posts."),
            Kind.ACCOUNT: _("We have reversed our decision to stop your account from posting."),
        }[kind]
    return _("We have reversed our decision to remove your post.")


def _after(measure: str, reversal: Decision, kind: Kind) -> str:
    """For a restriction of a channel or an account that is not the usual one."""
    ended = {
        "unlist_channel": _("Your channel may stand in the directory again."),
        "close_channel": _("Your channel is open again, with its posts and its members."),
        "limit_account": _("Your account can post as often as before."),
        "suspend_account": _("Your account can take part again."),
        "ban_account": _("You can come in and take part again."),
    }[measure]
    if not _contained(reversal):
        return ended
    if not _stays(reversal):  # by what may not be told of: no word of it
        return {
            Kind.CHANNEL: _("We have reversed our decision about your channel."),
            Kind.ACCOUNT: _("We have reversed our decision about your account."),
        }[kind]
    return {
        Kind.CHANNEL: _("We have reversed a decision about your channel. Another one still restricts it."),
        Kind.ACCOUNT: _("We have reversed a decision about your account. Another one still restricts it."),
    }[kind]


def sorry(reversal: Decision) -> str:
    if reversal.outcome == Outcome.UNMUTE:
        return _("The decision was wrong and has been reversed. We are sorry.")
    if _of_label(reversal):
        return _("Our decision to label it was wrong and has been reversed. We are sorry.")
    if _stays(reversal):
        return _("The decision that we reversed was wrong. We are sorry.")
    if reversal.outcome != Outcome.RESTORE and not _contained(reversal):
        return _("The decision was wrong. What was removed cannot be brought back, but you may publish it "
                 "again. We are sorry.")  # fmt: skip
    if _kind(reversal) == Kind.POST and not _contained(reversal):
        return _("Our decision to hide it was wrong and has been reversed. We are sorry.")
    return _("Our decision was wrong and has been reversed. We are sorry.")


def where_left(narrower: Decision, language: str) -> str:
    """Where what was narrowed still holds, and where it does not any more; "" when it holds everywhere."""
    if not narrower.territory:
        return ""
    names = _(", ").join(country_name(code, language) for code in narrower.territory)
    return _(
        "It stays hidden in these countries only: %(countries)s. Everywhere else it is visible again."
    ) % {"countries": names}


def how_long_left(narrower: Decision) -> str:
    if narrower.until is None:
        return ""
    return _("What is left of it ends by itself on %(day)s.") % {"day": day(narrower.until)}


def still_in_force(reversal: Decision, language: str) -> tuple[str, ...]:
    """Each decision that still restricts the same thing, and that it can be contested by itself."""
    if not _stays(reversal):
        return ()
    named = tuple(
        _("Still in force: our decision of %(day)s. The ground: “%(ground)s”.")
        % {"day": day(decision.made_at or decision.created_at),
           "ground": isolated(ground_name(decision, language))}
        for decision in openly_in_force(reversal.subject)
    )  # fmt: skip
    return *named, _("You can complain about it as well, with the link in the message that told you of it.")


def _stays(reversal: Decision) -> bool:
    """Another decision restricts it, and that may be said."""
    return _contained(reversal) and not _of_label(reversal) and openly_in_force(reversal.subject).exists()


def _of_label(reversal: Decision) -> bool:
    return reversal.reverses is not None and reversal.reverses.outcome == Outcome.LABEL


def _contained(reversal: Decision) -> bool:
    return (
        reversal.outcome == Outcome.NONE
        and reversal.subject is not None
        and reversal.subject.state == SubjectState.CONTAINED
    )


def _kind(reversal: Decision) -> Kind:
    return Kind(reversal.subject.kind) if reversal.subject else Kind.POST
