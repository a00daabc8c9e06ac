"""What the log says, in words: no code of ours reaches whoever reads a history."""

import re
from collections.abc import Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.console import words
from steelyard.ledger.queries import HistoryLine
from steelyard.people.queries import handle_of
from steelyard.rulebook.law import law_on
from steelyard.rulebook.queries import instruments
from steelyard.subjects.queries import is_account

_CODE = re.compile(r"[a-z0-9_.:-]+|[0-9A-Z]{20,}")
_UNTIL = re.compile(r"(\w+) until ([0-9-]+)")
_STATES: dict[str, Mapping[str, object]] = {
    "cases": words.CASE_STATES,
    "decisions": words.OUTCOMES | words.DECISION_STATES | words.DISPUTE_STATES,
    "orders": words.ORDER_STATES | words.LADDER_STEPS | words.LADDER_GONE | words.DOORS,
    "people": words.PARTNER_STATES,
}


def change(line: HistoryLine) -> str:
    """From what to what, as far as there are words for it."""
    return " → ".join(word for value in (line.before, line.after) if (word := _word(line.verb, value)))


def why(line: HistoryLine) -> str:
    """The reason given; where it names law or a pause, their source or their word."""
    if line.verb == "orders:law:confirmed":
        return _sources(line.because)
    reason, bracket, article = line.because.partition(" (")
    if line.verb.startswith("cases:clock:"):
        return " ".join(filter(None, (str(words.PAUSED_FOR.get(reason, "")), bracket.strip() + article)))
    return line.because


def who(line: HistoryLine) -> str:
    """The member's handle; for others, what they are."""
    known = {
        "steelyard": _("the program"), "authority": _("the authority"), "author": _("the author"),
        "notifier": _("who reported it"), "operator": _("the operator"), "sender": _("the sender"),
        "complainant": _("who complained"), "officer": _("an officer of an authority"), "caller": _("the caller"),
    }  # fmt: skip
    if line.actor in known:
        return known[line.actor]
    named = handle_of(line.actor)
    return _("a moderator of the channel") if named == line.actor and is_account(named) else named


def rung_for(reason: str) -> str:
    """Why somebody was rung."""
    known = {
        "emergency": _("a call for help"), "emergencies": _("calls for help"), "drill": _("a drill"),
        "plea": _("a message that speaks of a danger"), "partner:imminent": _("a partner speaks of a danger"),
        "clock_skew": _("two machines’ clocks differ"), "keeper_silent": _("nobody keeps the clocks"),
    }  # fmt: skip
    if reason in known:
        return known[reason]
    kind, *rest = reason.split(":")
    if kind == "clock":
        return _("%(percent)s percent of a time is over") % {"percent": rest[-1]}
    if kind == "clocks":
        return _("times have ended: %(kind)s") % {"kind": words.CASE_KINDS.get(rest[0], "")}
    return _("nobody is on call on %(day)s") % {"day": rest[-1]} if kind == "rota_gap" else ""


def _word(verb: str, value: str) -> str:
    if verb == "people:partner:award_noted":
        return str(words.AWARDS.get(value, ""))
    states = _STATES.get(verb.partition(":")[0], {})
    if verb == "orders:redline:attempted" and (line := law_on(now().date()).red_lines.get(value)):
        return line.names.get(get_language() or "en", line.names["en"])
    if verb == "orders:seal:named":
        return handle_of(value)
    if found := _UNTIL.fullmatch(value):
        return _("%(state)s until %(day)s") % {"state": states.get(found[1], ""), "day": found[2]}
    first = value.partition(" ")[0]
    return str(states.get(first, "" if _CODE.fullmatch(first) else value))


def _sources(names: str) -> str:
    """Where the facts of law stand that these names mean."""
    law = law_on(now().date())
    tables = (law.facts, law.groups, law.treaties, law.findings, law.safeguards_of_gate)
    known = {one.name: one.source for table in tables for one in table.values()}
    known |= {name: one.name(get_language() or "en") for name, one in instruments().items()}
    return "; ".join(dict.fromkeys(known[name] for name in names.split("; ") if name in known))
