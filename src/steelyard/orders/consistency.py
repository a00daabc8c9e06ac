"""The same question asked again with one thing swapped: the country, the language, who asks, and the side it takes.

A difference is the law's when the check may depend on what was swapped and something other than our own rules made
it; every other difference is a bias, and is named with the rule and the fact that made it.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from steelyard.base.written import read_yaml
from steelyard.orders.assessment import Asked, Result, Words, assess
from steelyard.rulebook.law import Law

TEXTS = Path(__file__).with_name("consistency.yaml")
LANGUAGES = ("en", "fr", "ru", "ar", "fa")
REQUESTERS = ("court", "prosecutor", "police")
OUTSIDE = ("US", "GB", "IN", "BR", "RU", "IR")


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Two orders that differ in one thing, and a check that came out differently."""

    order: str
    swapped: str
    """country, language, requester or politics"""
    one: str
    other: str
    check: str
    results: tuple[str, str]
    facts: tuple[str, ...]
    """What only one of the two rests on or saw: the rules and facts that made the difference."""
    by_law: bool


class Report(msgspec.Struct, frozen=True, kw_only=True):
    rulebook: str
    orders: int
    explained: tuple[Difference, ...]
    biased: tuple[Difference, ...]


def compare(law: Law, decided: Iterable[tuple[str, Asked]] = ()) -> Report:
    """Swap everything that can be swapped and report each difference.

    `decided`: orders that were decided, each with a label; what is swapped on them is compared as well.
    """
    found: list[Difference] = []
    pairs = [*_pairs(law), *(pair for label, asked in decided for pair in _swaps_of(law, label, asked))]
    for pair in pairs:
        found += _differences(law, pair)
    return Report(
        rulebook=law.digest,
        orders=2 * len(pairs),
        explained=tuple(each for each in found if each.by_law),
        biased=tuple(each for each in found if not each.by_law),
    )


Pair = tuple[str, str, str, str, Asked, Asked]


def _pairs(law: Law) -> Iterator[Pair]:
    for instrument in ("dsa_9", "national"):
        for kind in _texts():
            yield from _swaps(law, instrument, kind)
    plain = _data(law, "FR")
    yield from (
        ("epoc", "country", "FR", country, plain, _data(law, country))
        for country in law.members("e_evidence")
    )


def _swaps(law: Law, instrument: str, kind: str) -> Iterator[Pair]:
    label, plain = f"{instrument}/{kind}", _paper(law, instrument, kind)
    countries = law.members("eu") + (OUTSIDE if instrument == "national" else ())
    for country in countries:
        yield label, "country", "FR", country, plain, _paper(law, instrument, kind, country=country)
    for language in LANGUAGES:
        yield label, "language", "en", language, plain, _paper(law, instrument, kind, language=language)
    for who in REQUESTERS:
        yield label, "requester", "court", who, plain, _paper(law, instrument, kind, issuer=who)
    for language in LANGUAGES:
        sides = [_paper(law, instrument, kind, language=language, side=side) for side in ("against", "for")]
        yield label, "politics", f"against ({language})", f"for ({language})", sides[0], sides[1]


def _swaps_of(law: Law, label: str, given: Asked) -> Iterator[Pair]:
    """A decided order with its country, its requester, the language it is written in or its side swapped.

    Who sent it is taken as verified, and it arrives today: what is compared is the law and our rules, nothing else.
    """
    plain = msgspec.structs.replace(given, arrived_at=_noon(law.day), verified=4, called_back=True)
    union = law.members("eu")
    for country in union if plain.country in union else OUTSIDE:
        other = msgspec.structs.replace(
            plain, country=country, territory=(country,) if plain.territory else ()
        )
        yield label, "country", plain.country, country, plain, other
    for who in REQUESTERS:
        yield label, "requester", plain.issuer, who, plain, msgspec.structs.replace(plain, issuer=who)
    for language in law.fact("house.desk_languages").value:
        other = msgspec.structs.replace(plain, language=language)
        yield label, "language", plain.language, language, plain, other
    if (other := _other_side(plain)) != plain:
        yield label, "politics", "as it was", "the other side", plain, other


def _other_side(asked: Asked) -> Asked:
    """The same order about the same words on the other side; the order itself where it takes none that we know."""
    words = tuple(msgspec.structs.replace(one, text=_turned(one.text)) for one in asked.contents)
    return msgspec.structs.replace(
        asked, contents=words, reasons=_turned(asked.reasons), demand=_turned(asked.demand)
    )


def _turned(text: str) -> str:
    pattern, peers = _sides()
    return pattern.sub(lambda found: peers[found.group(0).casefold()], text)


@cache
def _sides() -> tuple[re.Pattern[str], dict[str, str]]:
    pairs = [pair for listed in _read()["sides"].values() for pair in listed]
    peers = {one.casefold(): other for pair in pairs for one, other in (pair, reversed(pair))}
    longest = sorted(peers, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest)), re.IGNORECASE), peers


def _paper(
    law: Law, instrument: str, kind: str, *, country: str = "FR", language: str = "en", issuer: str = "court",
    side: str = "against",
) -> Asked:  # fmt: skip
    return Asked(
        instrument=instrument, country=country, arrived_at=_noon(law.day), authority="An invented authority",
        issuer=issuer, reference="1", targets=("post",), legal_basis="An invented provision",
        reasons="See the provision.", redress="An invented court", territory=(country,), harm="violence",
        language="en", verified=3, called_back=True,
        contents=(Words(text=_texts()[kind][side][language], language=language),),
    )  # fmt: skip


def _data(law: Law, country: str) -> Asked:
    return Asked(
        instrument="epoc", country=country, arrived_at=_noon(law.day), authority="An invented court",
        issuer="court", reference="1", targets=("account",), data=("subscriber", "content"), offence="Fraud",
        offence_years=5, language="en", verified=3, called_back=True, period_from=law.day, period_to=law.day,
    )  # fmt: skip


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _differences(law: Law, pair: Pair) -> Iterator[Difference]:
    label, swapped, one, other, *papers = pair
    first, second = (assess(asked, law) for asked in papers if isinstance(asked, Asked))
    for a, b in zip(first.checks, second.checks, strict=True):
        if (a.result, a.leads_to) != (b.result, b.leads_to):
            facts, by_law = _made_by(a, b)
            yield Difference(
                order=label, swapped=swapped, one=one, other=other, check=a.check,
                results=(a.result, b.result), facts=facts,
                by_law=by_law and swapped in law.checks[a.check].varies_with,
            )  # fmt: skip


def _made_by(a: Result, b: Result) -> tuple[tuple[str, ...], bool]:
    """Facts and terms that only one of the two rests on, and whether any of them is more than our own rule."""
    cited = [{cite.fact: cite for cite in each.rests_on} for each in (a, b)]
    only = [cited[0][name] for name in cited[0].keys() - cited[1]]
    only += [cited[1][name] for name in cited[1].keys() - cited[0]]
    # The same rule, read with another outcome: who it names is what differs.
    made_by = only or list(cited[0].values())
    terms = sorted(set(a.found) ^ set(b.found))
    names = (*sorted(cite.fact for cite in made_by), *(f"“{term}”" for term in terms))
    # What was said of one State in particular decides, where something was: our own opinion explains nothing.
    about_a_state = [cite for cite in only if cite.fact.startswith(("finding.", "treaty."))]
    return names, any(cite.status != "house" for cite in about_a_state or made_by)


def _texts() -> dict[str, dict[str, dict[str, str]]]:
    return {kind: sides for kind, sides in _read().items() if kind != "sides"}


@cache
def _read() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(TEXTS)
    return found
