"""A statement of reasons in the database's words. Nothing personal goes in: it is published for everyone."""

from collections.abc import Iterator
from typing import Any

from steelyard.base.config import config
from steelyard.base.errors import NoSuchThing
from steelyard.decisions.actions import words_for_others
from steelyard.decisions.models import Decision, Statement
from steelyard.decisions.reasons import Reasons, compose
from steelyard.notices.actions import Told, told
from steelyard.rulebook.categories import category_of
from steelyard.rulebook.queries import fact
from steelyard.subjects.states import Kind
from steelyard.transparency.database.belongs import territory
from steelyard.transparency.database.scrub import scrub

_LONGEST = {"decision_facts": 5000, "incompatible_content_explanation": 2000, "illegal_content_explanation": 2000,
            "incompatible_content_ground": 500, "illegal_content_legal_ground": 500, "content_type_other": 500,
            "category_specification_other": 500}  # fmt: skip
_MEDIA = {"text": "CONTENT_TYPE_TEXT", "image": "CONTENT_TYPE_IMAGE", "video": "CONTENT_TYPE_VIDEO",
          "audio": "CONTENT_TYPE_AUDIO"}  # fmt: skip
_ENDS = {
    "decision_visibility": "end_date_visibility_restriction",
    "decision_provision": "end_date_service_restriction",
    "decision_account": "end_date_account_restriction",
}
_THINGS = {
    Kind.CHANNEL: "A channel",
    Kind.ACCOUNT: "An account",
    Kind.POST: "A post of which no copy was kept",
}


def payload(statement: Statement, puid: str) -> dict[str, Any]:
    """What is sent. In English: the catalogues' own sentences, with the decider's words only if settings say so."""
    decision = statement.decision
    reasons = compose(decision, "en", words="", contest_until=statement.contest_until)
    parts = (_restriction, _ground, _content, _category, _source)
    found: dict[str, Any] = {"puid": puid, "territorial_scope": territory(decision)}
    for part in parts:
        found |= part(decision, reasons)
    found["decision_facts"] = _facts(decision, reasons)
    known = tuple(_names(decision))
    for name, length in _LONGEST.items():
        if name in found:
            found[name] = scrub(found[name], known)[:length]
    return found


def _restriction(decision: Decision, reasons: Reasons) -> dict[str, Any]:
    made = (decision.made_at or decision.created_at).date()
    kind = decision.subject.kind if decision.subject else Kind.POST
    found = fact("reporting.restrictions", made).value[decision.measure or f"{decision.outcome}_{kind}"]
    code: Any = [found["code"]] if found["field"] == "decision_visibility" else found["code"]
    ends = {_ENDS[found["field"]]: decision.until.date().isoformat()} if decision.until else {}
    return {found["field"]: code, "application_date": made.isoformat(), **ends}


def _ground(decision: Decision, reasons: Reasons) -> dict[str, Any]:
    if decision.ground.startswith("law."):
        return {
            "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
            "illegal_content_legal_ground": f"{reasons.ground} ({decision.ground_version})",
            "illegal_content_explanation": reasons.facts,
        }
    return {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "decision_ground_reference_url": f"{config().public_url.rstrip('/')}/en/terms",
        "incompatible_content_ground": f"{reasons.ground} ({decision.ground_version})",
        "incompatible_content_explanation": reasons.ground_text,
    }


def _content(decision: Decision, reasons: Reasons) -> dict[str, Any]:
    """Its day is the day of the post; where the platform told none, the day on which we came to know it."""
    subject = decision.subject
    assert subject  # noqa: S101 - `belongs` has seen to it
    day = (subject.posted_at or subject.created_at).date().isoformat()
    media = subject.exhibits.values_list("media_type", flat=True) if subject.kind == Kind.POST else ()
    kinds = sorted({_MEDIA.get(kind.partition("/")[0], "CONTENT_TYPE_OTHER") for kind in media})
    if kinds and "CONTENT_TYPE_OTHER" not in kinds:
        return {"content_type": kinds, "content_date": day}
    other = "A file" if kinds else _THINGS[Kind(subject.kind)]
    return {"content_type": kinds or ["CONTENT_TYPE_OTHER"], "content_type_other": other, "content_date": day}


def _category(decision: Decision, reasons: Reasons) -> dict[str, Any]:
    """Nothing for a harm that nobody has mapped: the row then waits for a person, and says why."""
    on = (decision.made_at or decision.created_at).date()
    found = category_of(decision.harm, on, illegal=decision.ground.startswith("law."))
    if found is None:
        return {}
    category: dict[str, Any] = {"category": found.category}
    if found.keyword:
        category["category_specification"] = [found.keyword]
    if found.other:
        category["category_specification_other"] = found.other
    return category


def _source(decision: Decision, reasons: Reasons) -> dict[str, Any]:
    detection = "Yes" if decision.found_by_machine else "No"
    automated = (
        "AUTOMATED_DECISION_FULLY" if decision.decided_by_machine else "AUTOMATED_DECISION_NOT_AUTOMATED"
    )
    return {
        "source_type": _source_type(decision), "automated_detection": detection, "automated_decision": automated,
    }  # fmt: skip


def _source_type(decision: Decision) -> str:
    """A report made inside the platform is a notification, though none under Article 16; so is an order."""
    if decision.source == "rule":
        return "SOURCE_VOLUNTARY"
    outside = fact(
        "reporting.notices_outside_article_16", (decision.made_at or decision.created_at).date()
    ).value
    notices = decision.case.bases.exclude(notice=None) if decision.case else None
    if decision.source == "notice" and notices and notices.exclude(notice__door__in=outside).exists():
        return "SOURCE_ARTICLE_16"
    return "SOURCE_TYPE_OTHER_NOTIFICATION"


def _facts(decision: Decision, reasons: Reasons) -> str:
    sentences = [reasons.restriction, reasons.source, reasons.facts, reasons.automated, reasons.duration]
    if config().transparency_database.words and (said := words_for_others(decision)):
        sentences.append(f"In the words of the person who decided: “{said}”")
    return " ".join(sentences)


def _names(decision: Decision) -> Iterator[str]:
    """What we know to name somebody in this matter."""
    subject = decision.subject
    for row in (subject, subject.author, subject.channel) if subject else ():
        if row:
            yield from (row.native_id, row.name)
            yield row.native_id.partition(":")[0].lstrip("@!#$")
    for basis in (
        decision.case.bases.exclude(notice=None).select_related("notice__key") if decision.case else ()
    ):
        try:
            given = told(basis.notice) if basis.notice else Told(links=(), explanation="")
        except NoSuchThing:  # erased: what is gone can name nobody
            continue
        yield from (given.name, given.email, *given.name.split(), *given.links)
