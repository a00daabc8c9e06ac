"""Fill an official form in, as far as its structure is known. What only a person can say stays empty."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from steelyard.base.config import config
from steelyard.letters.answers.shapes import Effect, Entry, Ground, Section
from steelyard.orders.given import OrderGiven
from steelyard.rulebook.countries import country_name
from steelyard.rulebook.forms import FormFile, form_on, label


def filled(
    form: str, told: OrderGiven, language: str, *, received_at: datetime, answered_at: datetime, ours: str,
    instrument: str, effects: Sequence[Effect], grounds: Sequence[Ground],
) -> tuple[Section, ...]:  # fmt: skip
    """The sections of `form` with what is known; () where no structure is written down for it."""
    found = form_on(form, received_at.date())
    if found is None:
        return ()
    seat, codes = config().established_in, _codes(found, grounds)
    values = {
        "addressee": config().service, "provider": config().service, "certificate": instrument,
        "authority": f"{told.authority} ({country_name(told.country, language)})",
        "their_file": told.reference, "our_file": ours, "received_at": _moment(received_at),
        "issued_on": told.issued_on.isoformat() if told.issued_on else "",
        "measure": "; ".join(f"{one.target}: {one.in_words}" for one in effects if one.outcome != "none"),
        "measure_at": "; ".join(_moment(one.at) for one in effects if one.at),
        "reasons": "; ".join(label("reasons", code, language) for code in codes),
        "explanation": "\n".join(dict.fromkeys(
            [*(one.ground for one in grounds), *(one.reasons for one in effects if one.outcome == "none")]
        )),
        "needed": "\n".join(one.cure for one in grounds if one.cure),
        "member_state": country_name(seat, language) if seat else "",
        "contact": config().authorities.email, "date": answered_at.date().isoformat(),
    }  # fmt: skip
    return tuple(
        Section(id=letter, entries=tuple(_entry(name, values, codes, language) for name in names))
        for letter, names in found.sections.items()
    )


def _entry(name: str, values: Mapping[str, str], codes: tuple[str, ...], language: str) -> Entry:
    """Who signs, a conflict in its own words, what was preserved: those are a person's to write."""
    chosen = codes if name == "reasons" else ()
    return Entry(id=name, label=label("fields", name, language), value=values.get(name, ""), codes=chosen)


def _codes(found: FormFile, grounds: Sequence[Ground]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found.checks[one.check] for one in grounds if one.check in found.checks))


def _moment(at: datetime | date | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""
