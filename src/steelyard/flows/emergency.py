"""The emergency line: somebody says that a life is in danger. It is a case at once, and a person is rung at once.

Anyone may use it and nobody is ever turned away: under a flood the messages are still taken, each as its own case, and
only the ringing is put together.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import database_now
from steelyard.base.errors import BadInput, Unreachable
from steelyard.base.written import read_yaml
from steelyard.cases.access import case_for, cases_for
from steelyard.cases.actions import decide_case as close_case
from steelyard.cases.actions import held_by, open_or_join
from steelyard.cases.models import Basis, Case
from steelyard.cases.states import CaseKind
from steelyard.letters.receipts import Prepared, ReceiptFile, issue, prepare
from steelyard.notices.models import BatchLine
from steelyard.oncall import emergency as line
from steelyard.oncall.actions import ring
from steelyard.oncall.emergency import Said
from steelyard.oncall.models import CallBack, Emergency, Heartbeat, Ring
from steelyard.oncall.queries import RingLine
from steelyard.oncall.states import Urgency
from steelyard.people.access import Presence, nothing_here
from steelyard.people.models import Member
from steelyard.people.permissions import Permission
from steelyard.rulebook.queries import fact
from steelyard.rulebook.shapes import duration
from steelyard.vault.actions import SEALED, keyed_hash, new_key
from steelyard.vault.models import DataKey

MOST = 4
"""The highest severity there is (rulebook/harms.yaml): a life goes before everything."""
LONGEST = 5000


@dataclass(frozen=True, kw_only=True)
class EmergencyGiven:
    said: str
    where: str = ""
    number: str = ""
    name: str = ""
    language: str = "en"
    door: str = "portal"


@dataclass(frozen=True)
class EmergencyView:
    """What the person who answers sees."""

    case: Case
    emergency: Emergency
    said: Said
    call_backs: tuple[tuple[CallBack, str], ...]
    mine: bool


@dataclass(frozen=True)
class EmergencyTaken:
    row: Emergency
    receipt: ReceiptFile | None
    """None when no receipt could be signed at that moment: nobody is kept waiting for one."""


def receive_emergency(
    given: EmergencyGiven, *, crowded: bool = False, arrived_at: datetime | None = None, secret: bool = False,
    filed: Callable[[Emergency, ReceiptFile | None], None] | None = None,
) -> EmergencyTaken:  # fmt: skip
    """Take it, open its case, ring. `crowded`: very much came from the same sender, so it rings with others.

    `arrived_at`: when the first door had it; `filed` is then called inside the transaction. `secret`: for nobody but
    those who are rung.
    """
    moment = arrived_at or database_now()
    prepared = prepared_call(given, moment)
    with transaction.atomic():
        taken = take_call(given, prepared, moment, crowded=crowded, key=new_key(SEALED) if secret else None)
        if filed:
            filed(taken.row, taken.receipt)
    return taken


def take_call(
    given: EmergencyGiven, prepared: Prepared | None, moment: datetime, *, crowded: bool = False,
    key: DataKey | None = None,
) -> EmergencyTaken:  # fmt: skip
    """In the caller's transaction. `key`: of the sealed ring when nobody may know of it but whoever is rung; that of
    the order it is one matter with, when its named persons may know of it too, and the two are told of together."""
    row = line.take(_said(given), door=given.door, language=given.language, arrived_at=moment, key=key)
    _open(row, CaseKind.EMERGENCY)
    _ring(row, crowded)
    receipt = issue(prepared, row, key=row.key, follow_token="", follow="") if prepared else None
    return EmergencyTaken(row, receipt)


def prepared_call(given: EmergencyGiven, moment: datetime) -> Prepared | None:
    """Its receipt, signed before the transaction. A life waits for no signature: while the signer is away there is
    none, and it is taken all the same. Raises BadInput when nothing is said."""
    if not given.said.strip():
        raise BadInput(_("Say what is happening."), _("One sentence is enough."), field="said")
    promise = fact("house.emergency_called_back", moment.date())
    try:
        return prepare(
            asdict(given), what="emergency", door=given.door, answer_by=moment + promise.period(),
            clock_source=promise.source, arrived_at=moment,
        )  # fmt: skip
    except Unreachable:
        return None


def read_emergency(presence: Presence, case_ref: str) -> EmergencyView:
    case = case_for(presence.member, case_ref, Permission.CASES_CASE_CLAIM)
    row = _of(case)
    calls = tuple(
        (call, line.words_of(call))
        for call in row.call_backs.select_related("member", "emergency__key").order_by("at")
    )
    return EmergencyView(case, row, line.said(row), calls, case.claimed_by == presence.member.ref)


def call_back(presence: Presence, case_ref: str, *, reached: bool, own_number: bool, words: str) -> CallBack:
    """Whoever has the case writes down a call-back."""
    with transaction.atomic():
        case = case_for(presence.member, case_ref, Permission.CASES_CASE_CLAIM, lock=True)
        held_by(presence.member, case)
        return line.note_call_back(
            _of(case), presence.member, reached=reached, own_number=own_number, words=words
        )


def conclude_emergency(presence: Presence, case_ref: str, *, verdict: str, words: str) -> Emergency:
    """Whoever has the case says what it turned out to be, and the case is closed."""
    with transaction.atomic():
        case = case_for(presence.member, case_ref, Permission.CASES_CASE_CLAIM, lock=True)
        held_by(presence.member, case)
        row = line.conclude(_of(case), presence.member, verdict, words=words)
        close_case(case, presence.member, by="person")
        return row


def matter_of(member: Member, ring: RingLine) -> str:
    """The case that a ring is about, where there is one that this member may open; else ""."""
    found = cases_for(member).filter(ref__in=_cases_about(ring)).order_by("pk").first()
    return found.ref if found else ""


def _cases_about(ring: RingLine) -> list[str]:
    if ring.about_type == "oncall.emergency":
        return list(Emergency.objects.filter(ref=ring.about_ref).values_list("case", flat=True))
    if ring.about_type == "orders.order":
        return list(Basis.objects.filter(order__ref=ring.about_ref).values_list("case__ref", flat=True))
    if ring.about_type == "notices.noticebatch":
        lines = BatchLine.objects.filter(batch__ref=ring.about_ref)
        return list(Basis.objects.filter(notice__line__in=lines).values_list("case__ref", flat=True))
    return [ring.about_ref]


def play_drill(moment: datetime) -> list[Emergency]:
    """Once a month, at an hour nobody knows before: one that is real and one that is forged. Returns them.

    Late rather than never: when the hour passed while nobody worked, it is played now. Marked as a drill everywhere.
    """
    month = moment.strftime("%Y-%m")
    if moment < _hour_of(month):
        return []
    with transaction.atomic():
        done = set(Emergency.objects.filter(drill_month=month).values_list("drill", flat=True))
        return [_play(kind, month) for kind in _order(month) if kind not in done]


def _play(kind: str, month: str) -> Emergency:
    stories = _stories()[kind]
    told = stories[_number(f"{kind}:{month}") % len(stories)]
    said = Said(said=told["said"], where=told["where"], number=told["number"], name=told["name"])
    row = line.take(said, door="drill", language=told["language"], drill=kind, month=month)
    _open(row, CaseKind.DRILL)
    ring(row, reason="drill", urgency=Urgency.DANGER_TO_LIFE, drill=True)
    return row


def _said(given: EmergencyGiven) -> Said:
    """Whatever is too long is cut: it keeps nobody from being heard."""
    return Said(
        said=given.said[:LONGEST], where=given.where[:500], number=given.number[:100], name=given.name[:200]
    )


def _open(row: Emergency, kind: CaseKind) -> None:
    promise = fact("house.emergency_called_back", row.arrived_at.date())
    case = open_or_join(
        kind, None, harm="other", language=row.language, clock=promise, key=row.key, severity=MOST,
        arrived_at=row.arrived_at,
    )  # fmt: skip
    row.case = case.ref
    row.save(update_fields=["case"])


def _ring(row: Emergency, crowded: bool) -> None:
    """One ring for each; under a flood one for all of them, as long as it has not rung just now."""
    rule = fact("house.emergency_rings_apart", row.arrived_at.date()).value
    since = row.arrived_at - duration(rule["within"])
    if not crowded and line.lately(since) <= rule["most"]:
        ring(row, reason="emergency", urgency=Urgency.DANGER_TO_LIFE)
    elif not Ring.objects.filter(reason="emergencies", rung_at__gte=since).exists():
        about, _new = Heartbeat.objects.get_or_create(name="rota", defaults={"at": row.arrived_at})
        ring(about, reason="emergencies", urgency=Urgency.DANGER_TO_LIFE)


def _of(case: Case) -> Emergency:
    row = Emergency.objects.select_related("key").filter(case=case.ref).first()
    if row is None:
        raise nothing_here()
    return row


@cache
def _stories() -> Mapping[str, list[dict[str, str]]]:
    file = Path(line.__file__).with_name("drills.yaml")
    found: Mapping[str, list[dict[str, str]]] = read_yaml(file)
    return found


def _number(text: str) -> int:
    """Unknown to anyone without the installation's key, and the same each time it is asked."""
    return int(hashlib.sha256(keyed_hash(text, purpose="oncall.drill").encode()).hexdigest()[:8], 16)


def _hour_of(month: str) -> datetime:
    start = datetime.fromisoformat(f"{month}-01T00:00:00+00:00")
    return start + timedelta(hours=_number(month) % (28 * 24))


def _order(month: str) -> tuple[str, str]:
    return ("real", "forged") if _number(f"order:{month}") % 2 else ("forged", "real")


def drill_now() -> int:
    return len(play_drill(database_now()))
