"""Start, pause, resume and meet clocks. Every moment here is the database's, never the machine's."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import database_now
from steelyard.base.config import config
from steelyard.base.errors import Refused
from steelyard.cases.models import KEEP_UNTIL, Case, Deadline
from steelyard.cases.models import Pause as PauseRow
from steelyard.ledger.actions import Facts, record
from steelyard.orders.assessment.clocks import legal_end, seat_of
from steelyard.orders.models import Order
from steelyard.rulebook.law import law_on
from steelyard.rulebook.queries import Fact, fact
from steelyard.rulebook.shapes import Clock, Instrument, Pause


def start_clock(case: Case, clock: Fact, started: datetime | None = None) -> Deadline:
    """Start the clock that this fact of law (or of our own promise) sets, now or when it was `started`."""
    return _start(case, clock, started or database_now())


def start_clocks_of(
    case: Case,
    order: Order,
    otherwise: Fact,
    started: datetime | None = None,
    *,
    event: Literal["receipt", "execution"] = "receipt",
) -> list[Deadline]:
    """Start every clock of the order's instrument that begins with `event`; `otherwise` where it names none.

    Called again for the same event it starts nothing twice.
    """
    moment = started or database_now()
    law = law_on(moment.date())
    instrument = law.instruments.get(order.instrument)
    named = [clock for clock in _clocks(instrument) if clock.starts == event]
    if not named:
        return [_start(case, otherwise, moment)] if event == "receipt" else []
    running = set(case.deadlines.values_list("fact", flat=True))
    return [
        _start(case, law.fact(clock.fact), moment, duty=clock.ends, calculated=clock.calculated)
        for clock in named
        if clock.fact not in running
    ]


def pauses_allowed(deadline: Deadline) -> tuple[Pause, ...]:
    """For which reasons this clock may stand still, each with its article. A law that names none allows none."""
    for order in _orders(deadline.case):
        for clock in _clocks(law_on(deadline.starts_at.date()).instruments.get(order.instrument)):
            if clock.fact == deadline.fact and clock.pauses:
                return clock.pauses
    if deadline.status != "house" or deadline.keeps:
        return ()
    own = fact("house.promise_pauses", deadline.starts_at.date())
    return tuple(
        Pause(when=when, until=until, article=own.source, status="house") for when, until in own.value.items()
    )


@transaction.atomic
def pause_clock(deadline: Deadline, reason: str, actor: str) -> PauseRow:
    """Let a clock stand still for `reason` (a `when` of `pauses_allowed`). `actor` is a member's reference.

    Raises Refused when the law does not stop this clock for that reason, or it stands still or is met already.
    """
    row = _locked(deadline)
    allowed = {pause.when: pause for pause in pauses_allowed(row)}
    if reason not in allowed:
        raise Refused(
            _("This clock does not stop for that."), _("No article allows it."), _("Keep to its end.")
        )
    if row.paused_at or row.met_at:
        raise Refused(_("This clock is not running."), do=_("Load the page again."))
    rule, moment = allowed[reason], database_now()
    pause = PauseRow.objects.create(
        deadline=row, reason=reason, until=rule.until, source=rule.article, status=rule.status,
        starts_anew=rule.then == "starts_anew", starts_at=moment,
    )  # fmt: skip
    row.paused_at, row.next_step_at = moment, None
    row.save(update_fields=["paused_at", "next_step_at"])
    _record("paused", row, actor, because=f"{reason} ({rule.article})")
    deadline.refresh_from_db()
    return pause


@transaction.atomic
def resume_clock(deadline: Deadline, reason: str, actor: str) -> Deadline:
    """The clock runs on, and its ends move by the pause. `reason`: what ended it, in words for the record.

    Raises Refused when it does not stand still.
    """
    row = _locked(deadline)
    pause = row.pauses.filter(ends_at=None).first()
    if pause is None:
        raise Refused(_("This clock is not standing still."), do=_("Load the page again."))
    pause.ends_at = database_now()
    pause.save(update_fields=["ends_at"])
    row.paused_at = None
    _count(row)
    row.save(update_fields=["paused_at", "stood_still", "ends_at", "legal_ends_at", "next_step_at"])
    _record("resumed", row, actor, because=reason)
    deadline.refresh_from_db()
    return deadline


def meet_clocks(case: Case, moment: datetime) -> None:
    """The duty was done at `moment`: its clocks are met. What has to be kept for a time stays."""
    case.deadlines.filter(met_at=None).exclude(duty=KEEP_UNTIL).update(met_at=moment)


def _start(case: Case, clock: Fact, started: datetime, *, duty: str = "", calculated: str = "") -> Deadline:
    row = Deadline(
        case=case, fact=clock.name, source=clock.source, status=clock.status, duty=duty, starts_at=started,
        lasts=clock.period(), calculated=calculated, wall_ends_at=started + clock.period(),
    )  # fmt: skip
    _count(row)
    row.save()
    return row


def _count(row: Deadline) -> None:
    """Both ends, with the pauses so far. We work to the earlier, and keep what must be kept until the later."""
    pauses = list(row.pauses.exclude(ends_at=None)) if row.pk else []
    still = sum((pause.ends_at - pause.starts_at for pause in pauses if pause.ends_at), timedelta())
    row.stood_still = still
    plain = row.starts_at + still + row.lasts
    anew = max((pause.ends_at for pause in pauses if pause.starts_anew and pause.ends_at), default=None)
    legal = plain
    if row.calculated:
        legal = legal_end(row.starts_at + still, row.lasts, seat_of(config().established_in))
    if anew:
        legal = max(legal, anew + row.lasts)
    row.legal_ends_at = max(plain, legal) if row.keeps else legal
    row.ends_at = max(plain, legal) if row.keeps else min(plain, legal)
    row.next_step = row.next_step if row.pk else (None if row.keeps else min(steps(row.starts_at)))
    row.next_step_at = step_at(row, row.next_step)


def steps(on: datetime) -> tuple[int, ...]:
    """At which shares of a period, in percent, a person is told."""
    return _steps(on.date())


@lru_cache(maxsize=512)
def _steps(day: date) -> tuple[int, ...]:
    return tuple(sorted(fact("house.clock_steps", day).value))


def step_at(row: Deadline, step: int | None) -> datetime | None:
    """When this share of the running time has passed; the time that the clock stood still does not run."""
    if step is None:
        return None
    begun = row.starts_at + row.stood_still
    return begun + (row.ends_at - begun) * step / 100


def _locked(deadline: Deadline) -> Deadline:
    return Deadline.objects.select_for_update(of=("self",)).select_related("case__key").get(pk=deadline.pk)


def _record(what: str, row: Deadline, actor: str, *, because: str) -> None:
    """In the private half the fact and the reason; in public only that a clock of such a case was paused."""
    record(
        f"cases:clock:{what}", actor=actor, about=row.case, key=row.case.key, after=row.fact, because=because,
        facts=Facts(source=row.case.kind, by="person"),
    )  # fmt: skip


def _clocks(instrument: Instrument | None) -> tuple[Clock, ...]:
    return instrument.version.clocks if instrument else ()


def _orders(case: Case) -> list[Order]:
    return [basis.order for basis in case.bases.exclude(order=None).select_related("order") if basis.order]
