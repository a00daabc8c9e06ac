"""Letters under DSA Art. 23: the warning, the suspension, its end, and our answer to what is said against it."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.base.wording import day, isolated, link
from steelyard.letters.actions import address, paragraphs, send_mail, write_to_account
from steelyard.letters.models import Letter
from steelyard.misuse.actions import Assessment, answer_of, suspension_of, warning_of, whom_of
from steelyard.misuse.models import Misuse
from steelyard.misuse.states import MisuseKind, MisuseState


def send_warning(matter: Misuse) -> Letter | None:
    """The prior warning. None when there is no address of theirs."""
    with override(matter.language):
        text = paragraphs(
            (_WARNED[MisuseKind(matter.kind)](),),
            _weighed(warning_of(matter)),
            (
                _(
                    "This is a warning: nothing is suspended now. If it goes on, two people may suspend it for a time."
                ),
            ),
            _redress(matter),
        )
        return _send("misuse_warned", matter, _("A warning"), text)


def send_suspended(matter: Misuse) -> Letter | None:
    """The processing of notices or complaints is suspended: why, until when, and what can be done about it."""
    found = suspension_of(matter)
    until = {"day": day(matter.until) if matter.until else ""}
    with override(matter.language):
        what = _("Until %(day)s we do not process your complaints.") % until
        if matter.kind == MisuseKind.NOTICES:
            what = (
                _(
                    "Until %(day)s we do not process your notices. What you send is kept and taken up afterwards."
                )
                % until
            )
        text = paragraphs(
            (what,),
            (_SUSPENDED[MisuseKind(matter.kind)](), *(_weighed(found) if found else ())),
            (_("Two people decided this, after an earlier warning. No program did."),),
            (
                _("Danger to life, and what the gravest notices are about, reaches a person of ours at once all the "
                  "same:"),
                link(address(matter.language, "emergency")),
            ),
            _redress(matter),
        )  # fmt: skip
        return _send("misuse_suspended", matter, _("A suspension"), text)


def send_over(matter: Misuse) -> Letter | None:
    """The period is over, or it was taken back."""
    with override(matter.language):
        first = _("The suspension is over.")
        if matter.state == MisuseState.LIFTED:
            first = _("We have taken our warning or suspension back. We are sorry.")
        text = paragraphs((first, _OVER[MisuseKind(matter.kind)]()), _answered(matter))
        return _send("misuse_over", matter, _("The suspension is over"), text)


def send_objection_answered(matter: Misuse) -> Letter | None:
    """Somebody who had no part in it has read what they say, and it stands."""
    with override(matter.language):
        text = paragraphs(
            (_("A person who had no part in it has read what you say. It stands."),),
            _answered(matter),
            (_("You can go to court."),),
        )
        return _send("misuse_answered", matter, _("Our answer"), text)


_WARNED = {
    MisuseKind.CONTENT: lambda: _("Several posts of yours were manifestly illegal."),
    MisuseKind.NOTICES: lambda: _("Several notices of yours were manifestly unfounded."),
    MisuseKind.COMPLAINTS: lambda: _("Several complaints of yours were manifestly unfounded."),
}
_SUSPENDED = {
    MisuseKind.CONTENT: lambda: _("After our warning, more posts of yours were manifestly illegal."),
    MisuseKind.NOTICES: lambda: _("After our warning, more notices of yours were manifestly unfounded."),
    MisuseKind.COMPLAINTS: lambda: _(
        "After our warning, more complaints of yours were manifestly unfounded."
    ),
}
_OVER = {
    MisuseKind.CONTENT: lambda: _("You can post again."),
    MisuseKind.NOTICES: lambda: _("Your notices are processed again, those that arrived meanwhile too."),
    MisuseKind.COMPLAINTS: lambda: _("Your complaints are processed again."),
}


def _weighed(found: Assessment) -> tuple[str, ...]:
    """The four circumstances of Art. 23(3), in the active language; a person's own words are quoted."""
    counted = _("So many a person found since %(day)s: %(n)s.") % {"day": found.since, "n": len(found.items)}
    total = _("Nobody counts how many there were in all.")
    if found.total is not None:
        total = _("In all there were %(total)s in that time.") % {"total": found.total}
    intent = _("What was intended cannot be told.")
    if found.intention.strip():
        intent = _("On what was intended: “%(words)s”") % {"words": isolated(found.intention)}
    return (
        counted, total,
        _("On how grave it is: “%(words)s”") % {"words": isolated(found.gravity)}, intent,
        _("The law: %(article)s.") % {"article": isolated("Regulation (EU) 2022/2065, Art. 23")},
    )  # fmt: skip


def _redress(matter: Misuse) -> tuple[str, ...]:
    return (
        _(
            "If this is wrong, say so here; a person who had no part in it reads it and answers. "
            "You can also go to court."
        ),
        link(address(matter.language, f"m/{whom_of(matter).token}")),
    )


def _answered(matter: Misuse) -> tuple[str, ...]:
    if not (said := answer_of(matter)):
        return ()
    return (_("Our answer: “%(answer)s”") % {"answer": isolated(said)},)


def _send(kind: str, matter: Misuse, subject: str, text: str) -> Letter | None:
    """In the active language: to their mail, or to their account on the platform."""
    whom = whom_of(matter)
    if whom.mail:
        return send_mail(kind, whom.mail, matter.language, subject, text, key=matter.key, about=matter.ref)
    if whom.account:
        return write_to_account(
            kind, whom.connector, whom.account, matter.language, text, key=matter.key, about=matter.ref
        )
    return None
