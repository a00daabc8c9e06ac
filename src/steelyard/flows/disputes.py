"""A dispute body decides about a decision of ours (DSA Art. 21): its case file in one click, its outcome carried out.

The file has the content, the reasons, the rule in its version, the complaint with our answer, and the log's entries
with proofs that a stranger can check. Names of our people and of whoever sent a notice are not in it.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec
from django.db import transaction

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.base.models import Referenced
from steelyard.cases.actions import open_or_join
from steelyard.cases.states import CaseKind
from steelyard.decisions.access import decision_for
from steelyard.decisions.actions import answer, argument, reasons_of, words
from steelyard.decisions.disputes import close_dispute, dispute_of, note_dispute, outcome_of
from steelyard.decisions.models import Decision, Dispute
from steelyard.decisions.states import RESTRICTS, DecisionState, DisputeState
from steelyard.evidence.actions import look
from steelyard.evidence.store import is_put_away
from steelyard.flows.lift import found_wrong
from steelyard.flows.narrow import NOTHING_LESS, Narrower, narrow
from steelyard.ledger.actions import Facts, record
from steelyard.ledger.queries import history_of, proof_of
from steelyard.notices.actions import told
from steelyard.people.access import Presence, require_fresh
from steelyard.people.permissions import Permission
from steelyard.rulebook.queries import fact
from steelyard.transparency.database.scrub import scrub

_MAY = Permission.DECISIONS_COMPLAINT_DECIDE
OURS = "a person of the service"
_THEIRS = frozenset({"", "steelyard", "author", "notifier", "authority", "receiver"})


def begin_dispute(presence: Presence, decision_ref: str, *, body: str, their_reference: str) -> Dispute:
    """Note that a certified body has a dispute before it. Raises NoSuchThing or BadInput."""
    with transaction.atomic():
        require_fresh(presence, _MAY)
        decision = decision_for(presence.member, decision_ref, _MAY)
        return note_dispute(decision, presence.member, body=body, their_reference=their_reference)


def settle_dispute(
    presence: Presence, decision_ref: str, ref: str, move: str, *, outcome: str, decided_on: date,
    to: Narrower = NOTHING_LESS,
) -> Dispute:  # fmt: skip
    """Note the outcome and carry it out: what the body found wrong is reversed with its copies, narrowed `to` what it
    left, or decided anew for a notifier."""
    with transaction.atomic():
        require_fresh(presence, _MAY)
        decision = decision_for(presence.member, decision_ref, _MAY)
        dispute = dispute_of(decision, ref)
        close_dispute(dispute, presence.member, move, outcome=outcome, decided_on=decided_on)
        stands = decision.state in (DecisionState.MADE, DecisionState.ENDED)
        if dispute.state == DisputeState.FOR_THEM and stands:
            _carry_out(decision, presence.member.ref, outcome)
        elif dispute.state == DisputeState.IN_PART:
            narrow(decision, presence.member.ref, to, because=outcome, case=decision.case)
        return dispute


def _carry_out(decision: Decision, member_ref: str, outcome: str) -> None:
    if decision.outcome in RESTRICTS:
        found_wrong(decision, member_ref, because=outcome, case=decision.case)
    elif decision.case and (basis := decision.case.bases.exclude(notice=None).first()):
        clock = fact("house.notice_decided", now().date())
        open_or_join(CaseKind.NOTICE, decision.subject, harm=decision.harm, clock=clock, notice=basis.notice)


def case_file(presence: Presence, decision_ref: str) -> bytes:
    """The whole file as a ZIP with a manifest of SHA-256 sums. That it was drawn up is written down."""
    with transaction.atomic():
        decision = decision_for(presence.member, decision_ref, _MAY, lock=False)
        files = dict(_files(decision, presence.member.ref))
        packed = _packed(files)
        record("decisions:case_file:made", actor=presence.member.ref, about=decision,
               key=decision.subject.key if decision.subject else None,
               after=hashlib.sha256(packed).hexdigest(), facts=Facts(by="person"))  # fmt: skip
        return packed


def _files(decision: Decision, member_ref: str) -> Iterable[tuple[str, bytes]]:
    clean = _cleaner(decision)
    yield "decision.json", _json(_decision(decision, clean))
    if hasattr(decision, "statement"):
        reasons = msgspec.to_builtins(reasons_of(decision.statement))
        yield "statement-of-reasons.json", _json(reasons | {"words": clean(reasons["words"])})
    if decision.subject and decision.subject.exhibits.exists() and not is_put_away(decision.subject):
        yield "content.txt", look(member_ref, decision.subject, because=f"dispute {decision.ref}")
    for number, complaint in enumerate(decision.complaints.select_related("case__key").order_by("pk"), 1):
        told_ = {"by": "notifier" if complaint.notice_id else "author", "points": complaint.points,
                 "text": clean(argument(complaint)), "state": complaint.state, "answer": clean(answer(complaint)),
                 "received": complaint.created_at.isoformat(timespec="seconds")}  # fmt: skip
        yield f"complaint-{number}.json", _json(told_)
    for number, dispute in enumerate(decision.disputes.select_related("key").order_by("pk"), 1):
        yield f"dispute-{number}.json", _json({
            "body": dispute.body, "their_reference": dispute.their_reference, "state": dispute.state,
            "outcome": outcome_of(dispute),
        })  # fmt: skip
    lines = [line for about in _abouts(decision) for line in _log(about)]
    yield "log.json", _json(sorted(lines, key=lambda line: line["at"]))
    for line in lines:
        if proof := proof_of(line["entry"]):
            yield f"proofs/{line['entry']}.tlog-proof", proof.encode()
    yield "READ-ME.txt", _read_me(decision).encode()


def _decision(decision: Decision, clean: Any) -> dict[str, Any]:
    return {
        "reference": decision.ref, "service": config().service, "outcome": decision.outcome,
        "state": decision.state, "made": decision.made_at.isoformat(timespec="seconds") if decision.made_at else "",
        "harm": decision.harm, "ground": decision.ground, "ground_version": decision.ground_version,
        "territory": decision.territory, "source": decision.source, "found_by_machine": decision.found_by_machine,
        "decided_by_machine": decision.decided_by_machine, "facts": clean(words(decision)),
        "second_person": bool(decision.second),
    }  # fmt: skip


def _abouts(decision: Decision) -> list[Referenced]:
    found: list[Referenced] = [decision]
    if hasattr(decision, "statement"):
        found.append(decision.statement)
    return [*found, *decision.complaints.order_by("pk"), *decision.disputes.order_by("pk")]


def _log(about: Referenced) -> list[dict[str, str]]:
    return [
        {
            "entry": line.entry, "at": line.at.isoformat(timespec="seconds"), "what": line.verb,
            "who": line.actor if line.actor in _THEIRS else OURS, "before": line.before, "after": line.after,
        }
        for line in history_of(about)
    ]  # fmt: skip


def _cleaner(decision: Decision) -> Any:
    """Takes out addresses, numbers, and whoever sent a notice: the law asks for their name only where it must be."""
    bases = decision.case.bases.exclude(notice=None).select_related("notice__key") if decision.case else ()
    given = [told(basis.notice) for basis in bases if basis.notice]
    known = {name for one in given for name in (one.name, one.email, one.reporter) if name}
    return lambda text: scrub(text, known)


def _packed(files: dict[str, bytes]) -> bytes:
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("manifest.json", _json({"made": now().isoformat(timespec="seconds"), "sha256": sums}))
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


def _json(thing: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(thing), indent=1)


def _read_me(decision: Decision) -> str:
    root = config().public_url.rstrip("/")
    return (
        f"Case file for an out-of-court dispute settlement body (Regulation (EU) 2022/2065, Art. 21).\n"
        f"{config().service}, decision {decision.ref}.\n\n"
        "manifest.json: SHA-256 of each file.  content.txt: the content as it was seen.\n"
        "log.json: what the tamper-evident log says of it; proofs/: one proof for each published entry, to be\n"
        f"checked with any C2SP tlog verifier against {root}/ledger/checkpoint and {root}/ledger/vkeys.\n"
        "Names of our people and of whoever sent a notice are left out, as are addresses and numbers in free text.\n"
        "An entry without a proof is in no published checkpoint yet: ask again in an hour.\n"
    )
