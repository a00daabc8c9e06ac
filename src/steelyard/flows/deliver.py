"""The outbox goes out: measures to the platform and read back as a member; letters to people.

A crash between the platform's act and our note leaves the row claimed until its lease ends; it is then done
again under the same key, which the platform knows, so the effect happens once.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from threading import Event, Thread

from django.db import transaction
from django.db.models import Min, prefetch_related_objects

from steelyard.base.clock import now
from steelyard.base.errors import NoSuchThing, Refused, Unreachable
from steelyard.base.identifiers import shown
from steelyard.base.models import DispatchState
from steelyard.base.outbox import (
    attempt,
    claim,
    confirm,
    give_up,
    keep_delivering,
    still_mine,
    try_later,
    wait_for,
)
from steelyard.enforcement.actions import (
    confirm_measure,
    note_elsewhere,
    params_of,
)
from steelyard.enforcement.connector import (
    COUNTRIES,
    Connector,
    Operation,
    PlatformReceipt,
    Target,
    connector,
)
from steelyard.enforcement.elsewhere import Federated, Handed
from steelyard.enforcement.models import Measure
from steelyard.enforcement.reading_back import seen_by_members, took_effect
from steelyard.flows.answer_order import orders_of, write_answer
from steelyard.flows.leave_market import carry_out_steps
from steelyard.flows.submit_statements import connected, submit_statements
from steelyard.flows.take_up_lines import take_up_lines
from steelyard.letters.actions import MAIL, enclosed_in, mark_delivered, text_of
from steelyard.letters.mail import send
from steelyard.letters.models import Letter
from steelyard.letters.reporters import ANSWERED, CHANGED, DECIDED, RECEIVED
from steelyard.letters.webhooks import deliver_webhooks
from steelyard.notices.actions import report_behind
from steelyard.subjects.states import Kind

LEASE = timedelta(seconds=60)
AT_ONCE = 500
KINDS = {Kind.POST: "item", Kind.CHANNEL: "channel", Kind.ACCOUNT: "account"}
FOLLOWED = timedelta(days=7)
"""For so long another server is asked about that did not acknowledge a removal."""
TAKEN_DOWN = frozenset({Operation.CONTAIN_ITEM, Operation.REMOVE_ITEM})


TO_REPORTERS = {
    RECEIVED: Operation.ACKNOWLEDGE_REPORT,
    **dict.fromkeys((DECIDED, CHANGED, ANSWERED), Operation.REPLY_TO_REPORT),
}
"""Letters about a report go to the platform as that, so that it can show them beside the report."""
OF_CONTENT = (Operation.BLOCK_CONTENT, Operation.UNBLOCK_CONTENT)
IN_CHANNEL = (Operation.MUTE_IN_CHANNEL, Operation.UNMUTE_IN_CHANNEL)


def run(stop: Event) -> None:
    """Until `stop`: measures in this thread, the rest in others, so that none of it delays a measure."""
    rounds = [deliver_letters, take_up_lines, deliver_webhooks, carry_out_steps]
    rounds += [submit_statements] if connected() else []
    others = [
        Thread(target=keep_delivering, args=[stop, each], name=each.__name__, daemon=True) for each in rounds
    ]
    for thread in others:
        thread.start()
    keep_delivering(stop, deliver_measures)
    for thread in others:
        thread.join(10)


def deliver_measures() -> int:
    """Carry out what is due; returns how many rows were taken."""
    rows = claim(Measure, limit=AT_ONCE, lease=LEASE)
    prefetch_related_objects(rows, "subject__channel", "subject__key", "decision__case__key")
    groups: dict[tuple[str, str], list[Measure]] = defaultdict(list)
    oldest = _oldest_unfinished(rows)
    for row in rows:
        if row.pk == oldest[row.subject_id]:
            groups[row.subject.connector, row.operation].append(row)
    for (name, operation), group in groups.items():
        _carry_out(name, Operation(operation), group)
    for row in rows:
        if row.pk != oldest[row.subject_id]:
            wait_for(row, Measure.objects.get(pk=oldest[row.subject_id]))
    return len(rows)


def _oldest_unfinished(rows: Sequence[Measure]) -> dict[int, int]:
    """By subject. Its measures go out in the order they were decided: hiding never overtakes restoring."""
    waiting = Measure.objects.filter(
        subject__in=[row.subject_id for row in rows], state__in=[DispatchState.QUEUED, DispatchState.SENDING]
    )
    return dict(waiting.values_list("subject").annotate(Min("pk")))


def _carry_out(name: str, operation: Operation, group: Sequence[Measure]) -> None:
    with attempt(*group):
        platform = connector(name)
        alike = [row for row in group if row.sealed is None]
        size = platform.manifest.ability(operation).batch
        for start in range(0, len(alike), size):
            _batch(platform, operation, alike[start : start + size])
        for row in group:
            if row.sealed is not None:  # what goes with it is about this one alone
                _batch(platform, operation, [row])


def _batch(platform: Connector, operation: Operation, rows: Sequence[Measure]) -> None:
    targets = [_target(row) for row in rows]
    try:
        params = params_of(rows[0]) if len(rows) == 1 else {}
        receipt = platform.act_on_many(operation, targets, key=_key(rows), params=params)
    except Refused as refusal:
        for row in rows:
            give_up(row, refusal.lines())
        return
    handed = _handed(platform, operation, targets)
    for row, target in zip(rows, targets, strict=True):
        _confirm(platform, row, target, receipt, handed.get(target.id, ()))


def _handed(
    platform: Connector, operation: Operation, targets: Sequence[Target]
) -> Mapping[str, tuple[Handed, ...]]:
    """Which other servers hold these posts. A platform that cannot say now does not hold the measure up."""
    if operation not in TAKEN_DOWN or not isinstance(platform, Federated):
        return {}
    try:
        return platform.handed_to([target.id for target in targets])
    except (Refused, Unreachable):
        return {}


def follow_removals() -> int:
    """Removals that some other server has not acknowledged yet: asked again. Returns how many all know of now."""
    since, all_told = now() - FOLLOWED, 0
    rows = Measure.objects.filter(
        state=DispatchState.CONFIRMED, receipt__untold=True, confirmed_at__gte=since
    ).select_related("subject", "decision__case__key")
    for row in rows.order_by("pk")[:AT_ONCE]:
        item = row.subject.native_id
        with suppress(NoSuchThing, Refused, Unreachable):
            platform = connector(row.subject.connector)
            if isinstance(platform, Federated):
                all_told += note_elsewhere(row, platform.handed_to([item]).get(item, ()))
    return all_told


def _confirm(
    platform: Connector, row: Measure, target: Target, receipt: PlatformReceipt, handed: Sequence[Handed]
) -> None:
    """Believe only what an ordinary member sees; where there is nothing to see, the platform's receipt."""
    if by_hand := receipt.by_hand.get(target.id):
        return give_up(row, by_hand)
    if target.id not in (*receipt.done, *receipt.already) and target.kind != "item":
        return give_up(row, "The platform does not know it.")
    somewhere = COUNTRIES in params_of(row)  # we read it from one country only
    if somewhere or not seen_by_members(Operation(row.operation)) or not platform.manifest.shows(target):
        return _believe(row, target, receipt)
    try:
        reading = platform.probe(target)
    except Unreachable as trouble:
        return try_later(row, trouble.lines())
    if not took_effect(Operation(row.operation), reading):
        return try_later(row, f"An ordinary member still sees it as: {reading.words()}.")
    with transaction.atomic():
        if still_mine(row):
            confirm_measure(row, receipt, reading, handed)
            _answer_authority(row)
    return None


def _believe(row: Measure, target: Target, receipt: PlatformReceipt) -> None:
    if target.id not in (*receipt.done, *receipt.already):
        return give_up(row, "The platform does not know it.")
    with transaction.atomic():
        if still_mine(row):
            confirm_measure(row, receipt, None)
            _answer_authority(row)
    return None


def _answer_authority(row: Measure) -> None:
    """What an order asked for has taken effect: its answer can say when."""
    if row.decision.source == "order" and row.decision.case:
        for order in orders_of(row.decision.case):
            write_answer(order)


def _target(row: Measure) -> Target:
    subject, case = row.subject, row.decision.case
    channel, kind = subject.channel.native_id if subject.channel else "", KINDS[Kind(subject.kind)]
    if Operation(row.operation) in IN_CHANNEL:
        first = row.decision.reverses or row.decision
        channel, kind = first.moderators_of.native_id if first.moderators_of else "", "account"
    if Operation(row.operation) in OF_CONTENT:
        return Target(params_of(row)["content"], kind="content", case=shown(case.ref) if case else "")
    return Target(subject.native_id, channel, kind, shown(case.ref) if case else "", row.decision.until)


def _key(rows: Sequence[Measure]) -> str:
    """One key for the same rows: doing them again is recognised."""
    return (
        rows[0].ref if len(rows) == 1 else hashlib.sha256("".join(r.ref for r in rows).encode()).hexdigest()
    )


def deliver_letters() -> int:
    """Send what is due; returns how many rows were taken."""
    rows = claim(Letter, limit=50, lease=LEASE)
    for row in rows:
        _deliver(row)
    return len(rows)


def _deliver(letter: Letter) -> None:
    with attempt(letter):
        _send(letter)
        with transaction.atomic():
            if confirm(letter):
                mark_delivered(letter)


def _send(letter: Letter) -> None:
    text = text_of(letter)
    if letter.connector == MAIL:
        return send(text, key=letter.ref, enclosed=enclosed_in(letter))
    platform, params = connector(letter.connector), {"text": text, "language": letter.language}
    if letter.kind == "announcement":
        operation, target = Operation.POST_ANNOUNCEMENT, Target("", letter.recipient)
    elif (about_report := TO_REPORTERS.get(letter.kind)) and platform.manifest.offers(about_report):
        operation, target = about_report, Target(report_behind(letter.about), kind="report")
        params["reporter"] = letter.recipient
    else:
        operation, target = Operation.NOTIFY_ACCOUNT, Target(letter.recipient)
    platform.act(operation, target, key=letter.ref, params=params)
    return None
