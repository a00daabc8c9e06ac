"""Leaving a country: nobody new from there, members told in their language, and the way back.

What is kept under an order stays kept, orders keep their clocks and their answers: nothing here touches either. Who
is told are those whom a platform knows to be there; where it cannot tell countries, the step says so.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from steelyard.base.config import config
from steelyard.base.errors import Refused
from steelyard.base.outbox import attempt, claim, still_mine
from steelyard.base.wording import day as worded
from steelyard.enforcement.connector import Operation, Places, Target, connector, connectors
from steelyard.letters.actions import address, announce, paragraphs, write_to_account
from steelyard.markets import actions
from steelyard.markets.actions import LEAVE, RETURN
from steelyard.markets.models import Leaving, Step
from steelyard.markets.states import LeavingState
from steelyard.people.access import Presence
from steelyard.rulebook.countries import country_name
from steelyard.subjects.models import Subject
from steelyard.subjects.queries import language_of_person
from steelyard.subjects.states import Kind

__all__ = ["LEAVE", "RETURN", "agree", "announced", "carry_out_steps", "impossible", "told"]

LEASE = timedelta(seconds=300)
_CANNOT_TELL = gettext_noop(
    "This platform cannot tell countries: nobody configured a country database, or it has none."
)
_SWITCH = {
    LeavingState.LEFT: Operation.CLOSE_REGISTRATION,
    LeavingState.RETURNED: Operation.OPEN_REGISTRATION,
}
_TELL = {LeavingState.LEFT: "tell_left", LeavingState.RETURNED: "tell_returned"}


@transaction.atomic
def agree(presence: Presence, approval: str, payload: dict[str, str], *, because: str) -> Leaving:
    """The second person agrees: it is queued on every platform and said in public."""
    row = actions.agree(presence, approval, payload, because=because)
    actions.queue_steps(row, _steps(row))
    _announce(row)
    return row


def impossible(name: str, operation: Operation) -> str:
    """Why a platform cannot do it; "" when it can."""
    return "" if connector(name).manifest.offers(operation) else _CANNOT_TELL


def _steps(row: Leaving) -> Iterator[tuple[str, str, str]]:
    state = LeavingState(row.state)
    for name in connectors():
        yield name, _SWITCH[state], impossible(name, _SWITCH[state])
        yield name, _TELL[state], "" if isinstance(connector(name), Places) else _CANNOT_TELL


def carry_out_steps() -> int:
    """What is due, on the platforms; returns how many steps were taken."""
    rows = claim(Step, limit=20, lease=LEASE)
    for row in rows:
        _carry_out(row)
    return len(rows)


def _carry_out(step: Step) -> None:
    with attempt(step):
        accounts = _at_the_platform(step)
        with transaction.atomic():
            if still_mine(step):
                for account in accounts or ():
                    _tell(step, account)
                actions.confirm_step(step, reached=None if accounts is None else len(accounts))


def _at_the_platform(step: Step) -> Sequence[str] | None:
    """Do it there; for a notice, whom it goes to. Raises Refused where nobody can tell who that is."""
    platform = connector(step.connector)
    if step.what not in _TELL.values():
        target = Target(step.leaving.country, kind="country")
        platform.act(Operation(step.what), target, key=step.ref)
        return None
    known = platform.known_in(step.leaving.country) if isinstance(platform, Places) else None
    if known is None:
        raise Refused(_CANNOT_TELL)
    return known.accounts


def _tell(step: Step, account: str) -> None:
    """In the language they write in; where we know none, in every language of the service."""
    person = Subject.objects.filter(connector=step.connector, native_id=account, kind=Kind.ACCOUNT).first()
    found = language_of_person(person)
    languages = (found,) if found in config().languages else config().languages
    text = "\n\n".join(told(step.leaving, step.what, language) for language in languages)
    write_to_account(
        "market_notice", step.connector, account, languages[0], text, key=step.leaving.key,
        about=step.leaving.ref,
    )  # fmt: skip


def told(row: Leaving, what: str, language: str) -> str:
    """What a member there reads, in `language`."""
    with override(language):
        names = {"service": config().service, "country": country_name(row.country, language)}
        if what == "tell_returned":
            return _("%(service)s serves %(country)s again. Nothing of yours was deleted.") % names
        return paragraphs(
            (
                _("%(service)s is leaving %(country)s. New accounts from there are not opened any more.")
                % names,
                _("You can use your account and take your messages and files with you until %(day)s.")
                % {"day": worded(row.window_until) if row.window_until else ""},
                _("Your client can save a chat to a file. Nothing of yours is deleted because of this."),
            ),
            (_("What we do and why: %(link)s") % {"link": address(language, "transparency")},),
        )


def _announce(row: Leaving) -> None:
    channel = config().matrix.announcements
    if channel and connectors():
        for language in config().languages:
            announce(connectors()[0], channel, language, announced(row, language), about=row.ref)


def announced(row: Leaving, language: str) -> str:
    """What everybody reads, in `language`. The reasons are the operator's own to give."""
    with override(language):
        names = {"service": config().service, "country": country_name(row.country, language)}
        if row.state == LeavingState.RETURNED:
            return _("%(service)s serves %(country)s again. Two persons decided it.") % names
        return " ".join(
            [
                _("%(service)s is leaving %(country)s. Two persons decided it.") % names,
                _("People there can take their messages and files with them until %(day)s.")
                % {"day": worded(row.window_until) if row.window_until else ""},
                _("Orders that have arrived are still answered, and what is kept under one stays kept."),
            ]
        )
