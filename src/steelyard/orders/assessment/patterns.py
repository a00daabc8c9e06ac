"""What is unusual about a request, with the reason for each. It is shown to people, and decides nothing.

Plain data in, plain data out: no row, no clock, no network. That nothing is unusual is no sign that anything is right.
"""

import re
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from steelyard.base.written import read_yaml
from steelyard.orders.assessment.lookalike import looks_like, mixed_alphabets
from steelyard.orders.assessment.matter import Matter
from steelyard.orders.assessment.shapes import Cite, Sign
from steelyard.orders.assessment.terms import folded, found
from steelyard.people.agencies import plain

_TERMS = Path(__file__).with_suffix(".yaml")
_LAW_NUMBER = re.compile(r"(?<![\d/])(?:19|20)\d\d/\d{1,4}(?![\d/-])")
"""“2021/784”: how the Union numbers its laws"""


def unusual(matter: Matter) -> tuple[Sign, ...]:
    """Every pattern that shows, in the order of the list below."""
    return tuple(sign for look in PATTERNS.values() for sign in look(matter))


def first_request(matter: Matter) -> Iterator[Sign]:
    if matter.asked.sender.first_request:
        yield Sign(sign="first_request", words=_("The first request that we know of from this authority."))


def new_domain(matter: Matter) -> Iterator[Sign]:
    domain = plain.domain(matter.asked.sender.contact)
    if matter.asked.sender.new_domain and domain:
        yield Sign(
            sign="new_domain", found=(domain,),
            words=_("Nothing has come from this mail domain before, and the directory does not know it."),
        )  # fmt: skip


def lookalike(matter: Matter) -> Iterator[Sign]:
    domain = plain.domain(matter.asked.sender.contact)
    if near := looks_like(domain, matter.asked.sender.known_domains):
        yield Sign(
            sign="lookalike_domain", found=(domain, near),
            words=_("The mail domain looks like %(near)s of the directory, and is another one.") % {"near": near},
        )  # fmt: skip
    if mixed := mixed_alphabets(f"{matter.asked.authority} {matter.asked.sender.contact}"):
        yield Sign(
            sign="mixed_alphabets", found=mixed,
            words=_("Letters of different alphabets stand in one word of its name or address."),
        )  # fmt: skip


def reply_elsewhere(matter: Matter) -> Iterator[Sign]:
    asked = matter.asked.sender
    here, there = plain.domain(asked.contact), plain.domain(asked.reply_to)
    if there and there != here:
        yield Sign(
            sign="reply_elsewhere", found=(here, there),
            words=_("Answers would go to another domain than the one it came from."),
        )  # fmt: skip


def odd_hours(matter: Matter) -> Iterator[Sign]:
    fact = matter.law.fact("house.office_hours")
    local = tuple(matter.asked.arrived_at.astimezone(zone) for zone in zones_of(matter.asked.country))
    if local and not any(_at_work(moment, fact.value) for moment in local):
        yield Sign(
            sign="odd_hours", found=tuple(f"{one:%H:%M} {one.tzinfo}" for one in local[:3]), rests_on=(Cite.of(fact),),
            words=_("It came outside office hours in every time zone of the State that it names."),
        )  # fmt: skip


def foreign_citation(matter: Matter) -> Iterator[Sign]:
    asked = matter.asked
    cited = folded("\n".join((asked.legal_basis, asked.offence, asked.reasons, asked.demand)))
    for law in _terms()["citations"]:
        if asked.country not in law["countries"] and (seen := found(cited, {"": law["terms"]})):
            yield Sign(
                sign="foreign_citation", found=(*seen, *law["countries"]),
                words=_("It rests on a law of another State than the one it names."),
            )  # fmt: skip


def reused(matter: Matter) -> Iterator[Sign]:
    asked = matter.asked.sender
    if asked.same_text_other_target:
        yield Sign(
            sign="reused", found=(str(asked.same_text_other_target),),
            words=_("The same or nearly the same text has come before, about something else."),
        )  # fmt: skip
    if asked.edited:
        yield Sign(
            sign="edited", words=_("An order with this reference has come before and said something else.")
        )  # fmt: skip


def denied_before(matter: Matter) -> Iterator[Sign]:
    if shared := matter.asked.sender.denied_before:
        named = {"text": _("its text"), "address": _("its mail address"), "domain": _("its mail domain"),
                 "number": _("a telephone number in it")}  # fmt: skip
        yield Sign(
            sign="denied_before", found=tuple(named[one] for one in shared),
            words=_("It shares something with an order that the authority named there has denied."),
        )  # fmt: skip


def number_supplied(matter: Matter) -> Iterator[Sign]:
    texts = (_LAW_NUMBER.sub(" ", text) for text in _all(matter))
    if numbers := tuple(dict.fromkeys(one for text in texts for one in plain.numbers_in(text))):
        yield Sign(
            sign="number_supplied", found=numbers,
            words=_("It names telephone numbers of its own. None of them is called back on."),
        )  # fmt: skip


def instructions(matter: Matter) -> Iterator[Sign]:
    if seen := found(folded("\n".join(_all(matter))), _terms()["instructions"]):
        yield Sign(
            sign="instructions_to_software", found=seen,
            words=_("It speaks to software, or says that checks can be left out. No software here obeys it."),
        )  # fmt: skip


def urgency(matter: Matter) -> Iterator[Sign]:
    if _hurries_by_law(matter):
        return
    if seen := found(folded("\n".join(_all(matter))), _terms()["urgency"]):
        yield Sign(
            sign="urgency", found=seen,
            words=_("It presses for time. Haste changes no step; a real emergency is called back at once."),
        )  # fmt: skip


def _hurries_by_law(matter: Matter) -> bool:
    """Whether its law itself counts in hours: then an order that says so only says its law."""
    clocks = matter.instrument.version.clocks if matter.instrument else ()
    lengths = (matter.law.fact(clock.fact).value for clock in clocks)
    return any(isinstance(length, str) and length.startswith("PT") for length in lengths)


PATTERNS: dict[str, Callable[[Matter], Iterator[Sign]]] = {
    "first_request": first_request,
    "new_domain": new_domain,
    "lookalike": lookalike,
    "reply_elsewhere": reply_elsewhere,
    "odd_hours": odd_hours,
    "foreign_citation": foreign_citation,
    "reused": reused,
    "denied_before": denied_before,
    "number_supplied": number_supplied,
    "instructions": instructions,
    "urgency": urgency,
}


def words_for(
    what: Literal["danger", "withdrawn", "privileged", "everywhere", "treaty"],
) -> dict[str, list[str]]:
    """By language the words for a thing, as `patterns.yaml` says what it is."""
    listed: dict[str, list[str]] = _terms()[what]
    return listed


@cache
def zones_of(country: str) -> tuple[ZoneInfo, ...]:
    """Time zones of a State (IANA); none where this machine has no table of them: then no hour is odd."""
    for folder in (*map(Path, zoneinfo.TZPATH), *_packaged()):
        table = folder / "zone1970.tab"
        if table.is_file():
            lines = (line.split("\t") for line in table.read_text().splitlines() if not line.startswith("#"))
            return tuple(
                ZoneInfo(name) for codes, _place, name, *_more in lines if country in codes.split(",")
            )
    return ()


def _packaged() -> tuple[Path, ...]:
    from importlib.util import find_spec

    found_ = find_spec("tzdata")
    return (Path(found_.origin).parent / "zoneinfo",) if found_ and found_.origin else ()


def _at_work(moment: datetime, hours: dict[str, int]) -> bool:
    return int(hours["from"]) <= moment.hour < int(hours["to"])


def _all(matter: Matter) -> tuple[str, ...]:
    """Everything that came from the requester."""
    asked = matter.asked
    fields = (asked.authority, asked.demand, asked.legal_basis, asked.reasons, asked.redress, asked.offence,
              asked.emergency)  # fmt: skip
    return (*fields, *asked.sender.said)


@cache
def _terms() -> dict[str, Any]:
    found_: dict[str, Any] = read_yaml(_TERMS)
    return found_
