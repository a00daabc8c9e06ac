"""Information that raises the suspicion of a crime against somebody's life or safety (DSA Art. 18).

A person prepares it from a case, for the authority that the law names; two persons release it, sealed to that
authority's key; a person hands it over. Telling the author can wait until a day. No machine starts any of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import msgspec
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.base.identifiers import shown
from steelyard.cases.access import case_for
from steelyard.decisions.models import Decision
from steelyard.decisions.states import RESTRICTS, TOOK_EFFECT
from steelyard.disclosure import suspicions
from steelyard.disclosure.models import Suspicion
from steelyard.disclosure.sealing import Manifest, described
from steelyard.disclosure.states import SuspicionState
from steelyard.enforcement.connector import connector, connectors
from steelyard.evidence.actions import look
from steelyard.evidence.store import from_outside
from steelyard.flows.carry_out import tell_now
from steelyard.flows.misuse import tell_warnings_kept_back
from steelyard.ledger.queries import history_of
from steelyard.oncall.actions import ring as call_somebody
from steelyard.people.access import Presence, nothing_here, require, require_fresh
from steelyard.people.agencies.queries import of_country
from steelyard.people.permissions import Permission
from steelyard.rulebook.queries import fact, law_on
from steelyard.subjects.models import Subject
from steelyard.subjects.queries import answers_for

EUROPOL = "Europol"
_DECIDE, _RELEASE = Permission.ORDERS_ORDER_DECIDE, Permission.DISCLOSURE_PACKAGE_RELEASE


@dataclass(frozen=True, kw_only=True)
class SuspicionGiven:
    words: str
    """What gives rise to the suspicion, in the person's words"""
    country: str = ""
    """The Member State concerned; "" where it cannot be identified with reasonable certainty"""
    addressee: str
    tell_after: date | None = None
    """The author is not told before this day"""
    why_wait: str = ""


def addressees(country: str) -> tuple[str, ...]:
    """Whom the law names: authorities of the Member State concerned; else of the State of establishment, or Europol."""
    if country in law_on(now().date()).groups["eu"].value:
        return tuple(agency.name for agency in of_country(country))
    home = config().established_in
    return (*(agency.name for agency in of_country(home)), EUROPOL) if home else (EUROPOL,)


def prepare_suspicion(presence: Presence, case_ref: str, given: SuspicionGiven) -> Suspicion:
    """Anybody who decides cases may; the person on call is rung, because the law says promptly."""
    _checked(given)
    with transaction.atomic():
        case = case_for(presence.member, case_ref, Permission.CASES_CASE_DECIDE, lock=True)
        if case.subject is None:
            raise BadInput(_("Nothing on the platform has been found for this case yet."))
        content, kept = _content(presence, case.subject)
        report = _report(case.subject, given, kept)
        files = {"report.json": report} | ({"content.txt": content} if content else {})
        manifest = Manifest(
            order="", authority=given.addressee.strip(), their_reference="", instrument="dsa_18",
            collected_at=now().isoformat(timespec="seconds"), categories=("content",),
            not_held=() if content else ("content",),
            files=tuple(described(name, "content", each) for name, each in sorted(files.items())),
        )  # fmt: skip
        row = suspicions.prepare(
            presence, case, case.subject, manifest, files, country=given.country,
            tell_after=given.tell_after, because=" ".join((given.words, given.why_wait)).strip(),
        )  # fmt: skip
        call_somebody(row, reason="suspicion:prepared", urgency="danger_to_life", sealed=True)
        return row


def add_data(presence: Presence, ref: str, categories: Sequence[str]) -> Suspicion:
    """A legal officer puts what the platform holds of the account into the package. Nobody reads it here, nothing goes
    out by it. Goes over the network, so not in a transaction. Raises Refused, BadInput or Unreachable."""
    require_fresh(presence, _DECIDE)
    row = _shown(presence, ref)
    wanted = tuple(one for one in categories if one in addable(row))
    account = answers_for(row.subject)
    if not wanted or account is None:
        raise BadInput(_("Choose what of the account goes with it."), field="categories")
    _still_open(row)
    there = connector(account.connector).held_about(account.native_id, wanted)
    held = [(one.category, one.name, one.content) for one in there]
    with transaction.atomic():
        row = _locked(presence, ref)
        _still_open(row)
        return suspicions.add(presence, row, wanted, held)


def addable(row: Suspicion) -> tuple[str, ...]:
    """What of the account can be added: what the rulebook names and its platform can hand over, while nobody signs."""
    account = answers_for(row.subject)
    if account is None or account.connector not in connectors() or row.state != SuspicionState.PREPARED:
        return ()
    discloses, there = (
        connector(account.connector).manifest.discloses,
        suspicions.contents_of(row)[0].categories,
    )
    named = fact("house.suspicion_data", now().date()).value
    return tuple(one for one in named if one in discloses and one not in there)


def _still_open(row: Suspicion) -> None:
    if row.state != SuspicionState.PREPARED:
        raise Refused(_("Two people sign exactly what is in it."), do=_("Have it sent back first."))


@transaction.atomic
def ask_release(presence: Presence, ref: str, recipient: str, because: str) -> Suspicion:
    """A legal officer asks for its release to this key. Raises BadInput for a key that cannot be read."""
    return suspicions.ask(presence, _locked(presence, ref), recipient, because=because)


@transaction.atomic
def release_suspicion(presence: Presence, ref: str) -> Suspicion:
    """Another person releases it."""
    require_fresh(presence, _RELEASE)
    return suspicions.release(presence, _locked(presence, ref))


@transaction.atomic
def decline_suspicion(presence: Presence, ref: str, because: str) -> None:
    suspicions.decline_it(presence, _locked(presence, ref), because=because)


@transaction.atomic
def hand_over(presence: Presence, ref: str, how: str) -> bytes:
    """The encrypted file, and a note of the way by which it goes."""
    require_fresh(presence, _DECIDE)
    if not how.strip():
        raise BadInput(_("Say by which way it goes to the authority."), field="how")
    return suspicions.hand_over(presence, _locked(presence, ref), how=how)


@transaction.atomic
def drop_suspicion(presence: Presence, ref: str, because: str) -> None:
    """It is none: whoever was not told yet is told now."""
    require_fresh(presence, _DECIDE)
    if not because.strip():
        raise BadInput(_("Say why."), field="because")
    row = _locked(presence, ref)
    suspicions.drop(presence, row, because=because)
    _tell(row)


def tell_whom_we_delayed() -> int:
    """Delays whose day has come: the author is told, with the reasons. Safe to run again."""
    told = 0
    for pk in Suspicion.objects.filter(tell_after__lte=now().date(), told_at=None).values_list(
        "pk", flat=True
    ):
        with transaction.atomic():
            rows = Suspicion.objects.select_for_update(of=("self",)).select_related("subject__author", "key")
            if row := rows.filter(pk=pk, told_at=None, tell_after__lte=now().date()).first():
                _tell(row)
                suspicions.told(row)
                told += 1
    return told


@dataclass(frozen=True)
class SuspicionLine:
    row: Suspicion
    categories: tuple[tuple[str, bool], ...]
    """What is in the package, and whether any of it is held"""
    addable: tuple[str, ...]


@dataclass(frozen=True)
class SuspicionPage:
    lines: Sequence[SuspicionLine]
    offered: tuple[str, ...]
    history: tuple[object, ...]
    law: str


def read_suspicions(presence: Presence, case_ref: str, country: str = "") -> SuspicionPage:
    """What was prepared in a case, and whom the law names."""
    case = case_for(presence.member, case_ref, Permission.CASES_CASE_DECIDE)
    rows = list(case.suspicions.order_by("-pk"))
    return SuspicionPage(
        lines=[_line(row) for row in rows],
        offered=addressees(country), history=tuple(line for row in rows for line in history_of(row)),
        law=fact("dsa.suspicion_goes_to", now().date()).source,
    )  # fmt: skip


def _line(row: Suspicion) -> SuspicionLine:
    manifest, _files = suspicions.contents_of(row)
    there = tuple((one, one not in manifest.not_held) for one in manifest.categories)
    return SuspicionLine(row, there, addable(row))


def _locked(presence: Presence, ref: str) -> Suspicion:
    return _shown(presence, ref, Suspicion.objects.select_for_update(of=("self",)))


def _shown(presence: Presence, ref: str, found: QuerySet[Suspicion] | None = None) -> Suspicion:
    require(presence.member, _DECIDE)
    rows = (Suspicion.objects.all() if found is None else found).select_related(
        "key", "case", "subject__author"
    )
    row = rows.filter(ref=ref).first()
    if row is None:
        raise nothing_here()
    case_for(presence.member, row.case.ref, Permission.CASES_CASE_READ)
    return row


def _checked(given: SuspicionGiven) -> None:
    if not given.words.strip():
        raise BadInput(
            _("Say what gives rise to the suspicion."), _("The authority reads it."), field="words"
        )
    if not given.addressee.strip():
        raise BadInput(_("Name the authority."), field="addressee")
    if given.country and given.country not in law_on(now().date()).groups["eu"].value:
        raise BadInput(
            _("Choose a Member State, or none where it cannot be identified."),
            "DSA Art. 18(2)",
            field="country",
        )
    if given.addressee.strip() not in addressees(given.country):
        raise BadInput(
            _("Choose one of the authorities of the Member State concerned that the directory has.")
            if given.country
            else _(
                "Without a Member State it goes to an authority of the State of establishment, or to Europol."
            ),
            "DSA Art. 18",
            _("If it is not there, add it to the directory first."),
            field="addressee",
        )
    if given.tell_after and (given.tell_after <= now().date() or not given.why_wait.strip()):
        raise BadInput(_("Say until when the author is not told, and why."), field="tell_after")


def _content(presence: Presence, subject: Subject) -> tuple[bytes, dict[str, object]]:
    """What was posted, opened on the record; of what is put away its hashes alone, nobody opens it for this."""
    if away := from_outside(subject):
        return b"", {"hashes": [f"{kind}:{value}" for kind, value in away.hashes], "kept_sealed": True}
    try:
        return look(presence.member.ref, subject, because="suspicion of a crime"), {}
    except NoSuchThing:
        return b"", {}


def _report(subject: Subject, given: SuspicionGiven, kept: dict[str, object]) -> bytes:
    """The content's place, its time with the zone, why, and whose account it is (recital 56)."""
    author = answers_for(subject)
    told = {
        "legal_basis": fact("dsa.suspicion_reported", now().date()).source, "service": config().service,
        "suspicion": given.words, "member_state_concerned": given.country or "not identified",
        "platform": subject.connector, "post": subject.native_id,
        "channel": subject.channel.native_id if subject.channel else "",
        "account": author.native_id if author else "",
        "published_at": subject.posted_at.isoformat() if subject.posted_at else "unknown",
        "reference": shown(subject.ref), **kept,
    }  # fmt: skip
    return msgspec.json.format(msgspec.json.encode(told), indent=1)


def _tell(row: Suspicion) -> None:
    """What was kept from the author for it; what another suspicion or a secrecy keeps as well goes on waiting."""
    account = answers_for(row.subject)
    theirs = Q(subject=row.subject) | (Q(subject=account) | Q(subject__author=account) if account else Q())
    kept = Decision.objects.filter(
        theirs, state__in=TOOK_EFFECT, outcome__in=RESTRICTS, statement=None
    ).order_by("pk")
    for decision in kept.select_related("subject__key", "subject__author", "case__key"):
        tell_now(decision)
    tell_warnings_kept_back(account)
