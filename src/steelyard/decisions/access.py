"""Hands out decisions and complaints, or says "nothing here" for every reason alike."""

from steelyard.base.clock import now
from steelyard.base.identifiers import fingerprint
from steelyard.cases.access import cases_for
from steelyard.decisions.models import Complaint, Decision, Statement
from steelyard.people.access import has, nothing_here
from steelyard.people.models import Member
from steelyard.people.permissions import Permission


def decision_for(member: Member, ref: str, permission: Permission, *, lock: bool = True) -> Decision:
    """One decision for a member who holds `permission` and may see the case behind it."""
    found = Decision.objects.select_related("case__key", "subject__key", "subject__author")
    found = found.select_for_update(of=("self",)) if lock else found
    decision = found.filter(ref=ref).first() if has(member, permission) else None
    if decision is None or (decision.case and not _sees(member, decision.case.pk)):
        raise nothing_here()
    return decision


def complaint_for(member: Member, ref: str, permission: Permission, *, lock: bool = True) -> Complaint:
    """One complaint for a member who holds `permission`."""
    found = Complaint.objects.select_related("case__key", "decision__subject__key", "decision__case")
    found = found.select_for_update(of=("self",)) if lock else found
    complaint = found.filter(ref=ref).first() if has(member, permission) else None
    if complaint is None:
        raise nothing_here()
    return complaint


def statement_behind(token: str, *, lock: bool = False) -> Statement:
    """The statement whose link carries `token`. Raises NoSuchThing, also for a link that was never one."""
    rows = Statement.objects.select_related("decision__subject__key", "decision__case__key")
    rows = rows.filter(token=fingerprint(token))
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise nothing_here()
    return found


def contest_open(statement: Statement) -> bool:
    return now() <= statement.contest_until


def _sees(member: Member, case_id: int) -> bool:
    return cases_for(member).filter(pk=case_id).exists()
