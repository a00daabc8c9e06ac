"""Statements of reasons go to the Union's database (DSA Art. 24(5)), up to a hundred at a time.

A crash or a timeout leaves rows claimed; they are sent again under the same identifiers, the database calls them
duplicates, we ask whether it has them, and they count as arrived: each statement is there once.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.base.errors import Refused, SteelyardError
from steelyard.base.models import DispatchState
from steelyard.base.outbox import claim, give_up, still_mine, try_later
from steelyard.rulebook.categories import database_rules
from steelyard.transparency.database.actions import compose_again, confirm_submission
from steelyard.transparency.database.client import Answer, Database, open_database
from steelyard.transparency.models import Submission

LEASE = timedelta(minutes=5)
AT_ONCE = 100
_ROUNDS = 3
"""Once as it is, once without what was used already, once without what is not accepted."""


def connected() -> bool:
    return config().transparency_database.mode != "off"


def submit_statements() -> int:
    """Send what is due; returns how many rows were taken."""
    if not connected():
        return 0
    rows = claim(Submission, limit=AT_ONCE, lease=LEASE)
    due = {row.puid: row for row in rows if _may_go(row)}
    if not due:
        return len(rows)
    try:
        with open_database() as database:
            _send(database, due)
    except SteelyardError as trouble:  # also a missing token: it goes when the operator has set it right
        for row in due.values():
            try_later(row, str(trouble))
    return len(rows)


def send_again(actor: str = "operator") -> int:
    """Queue again what was refused, after the operator removed the cause; returns how many may go now.

    A refused statement was not taken, so its identifier is still unused there.
    """
    with transaction.atomic():
        mode = config().transparency_database.mode
        failed = Submission.objects.select_for_update().filter(state=DispatchState.FAILED, mode=mode)
        return sum(compose_again(row, actor=actor) for row in failed.order_by("pk"))


def _may_go(row: Submission) -> bool:
    """Not what was queued for the other server, and not what the database may have had and forgotten."""
    memory = timedelta(days=database_rules()["puid_rules"]["server_memory_days"])
    if row.mode != config().transparency_database.mode:
        give_up(row, f"It was queued for {row.mode}, and the settings have changed since.")
    elif row.attempts > 1 and now() - row.created_at >= memory:
        give_up(row, "The database may have had it and forgotten: sent again it could count twice.")
    else:
        return True
    return False


def _send(database: Database, due: dict[str, Submission]) -> None:
    """Takes out of `due` what is settled; what is left when it raises or ends is tried again."""
    for _round in range(_ROUNDS):
        if not due:
            return
        try:
            answer = database.submit([row.payload for row in due.values()])
        except Refused as refusal:
            _one_by_one(database, due, refusal)
            return
        _settle(database, due, answer)
    for row in due.values():
        try_later(row, "The database has not taken it yet.")
    due.clear()


def _one_by_one(database: Database, due: dict[str, Submission], refusal: Refused) -> None:
    """It refused the batch and does not say which: one that it refuses alone is for a person."""
    if len(due) == 1:
        give_up(due.popitem()[1], str(refusal))
        return
    for puid in list(due):
        alone = {puid: due[puid]}
        _send(database, alone)
        due.pop(puid)


def _settle(database: Database, due: dict[str, Submission], answer: Answer) -> None:
    _confirm(due, answer.taken)
    for puid, fault in answer.wrong.items():
        give_up(due.pop(puid), fault)
    for puid in answer.used:
        if database.has(puid):
            _confirm(due, {puid: ""})
        else:  # it is still at work on the first sending, at most half a minute
            try_later(due.pop(puid), "The database says that it is being processed.")


def _confirm(due: dict[str, Submission], taken: Mapping[str, str]) -> None:
    with transaction.atomic():
        for puid, their_ref in taken.items():
            row = due.pop(puid)
            if still_mine(row):
                confirm_submission(row, their_ref)
