"""May this issuer send this instrument, for this offence and these data?"""

from django.utils.translation import gettext as _

from steelyard.orders.assessment.matter import Matter, language
from steelyard.orders.assessment.shapes import Cite, Result
from steelyard.rulebook.shapes import Instrument, Issuers


def check(matter: Matter) -> Result:
    one, asked = matter.instrument, matter.asked
    if one is None:
        return Result(
            check="competence", result="not_applicable", words=_("There is no instrument to check.")
        )
    rows = one.version.issuers
    cites = tuple(Cite.article(f"instruments.{one.id}.issuers", row, one.source) for row in rows)
    who = asked.validated_by or asked.issuer
    if who not in matter.law.issuers:
        return _unnamed(matter, cites, who)
    if not asked.validated_by and any(who in row.once_validated for row in rows):
        later = _validated_later(matter, rows, cites, who)
        return later or _not_validated(matter, rows, cites, who)
    refused = refused_data(matter, who)
    if refused or not any(who in row.who for row in rows):
        if one.version.voluntary and not any(row.data is None or row.data for row in rows):
            return _never(one, cites, refused)
        some_left = bool(asked.data) and len(refused) < len(asked.data)
        return Result(
            check="competence", result="fail", leads_to="comply_in_part" if some_left else "refuse",
            rests_on=cites, found=refused or (who,),
            words=_("Not competent here: %(who)s. For: %(data)s.")
            % {"who": _issuer(matter, who), "data": named(matter, refused) or _("this instrument")},
            cure=_cure(matter, rows, refused),
        )  # fmt: skip
    return _offence(matter, rows, cites, who)


def _unnamed(matter: Matter, cites: tuple[Cite, ...], who: str) -> Result:
    if not who:
        words = _("The order does not say what kind of authority issued it. A person reads it and says so.")
    else:
        words = _(
            "No kind of authority is called “%(who)s” here. A person reads the order and says which it is."
        ) % {"who": who}
    return Result(check="competence", result="person", rests_on=cites, words=words)


def _validated_later(
    matter: Matter, rows: tuple[Issuers, ...], cites: tuple[Cite, ...], who: str
) -> Result | None:
    """In an emergency the law lets it issue this first and have it validated afterwards; None where it does not."""
    asked = matter.asked
    row = next((row for row in rows if who in row.once_validated and row.validated_within), None)
    if row is None or not asked.data or not all(_covers(row, name) for name in asked.data):
        return None
    hours = round(matter.law.fact(row.validated_within).period().total_seconds() / 3600)
    return Result(
        check="competence", result="person", rests_on=(*cites, *matter.cite(row.validated_within)), found=(who,),
        words=_("In an emergency it may send this for %(data)s before it is validated, if validation could not be had "
                "in time: %(who)s. The validation has to follow within %(hours)s hours. A person looks at both.")
        % {"data": named(matter, asked.data), "who": _issuer(matter, who), "hours": hours},
    )  # fmt: skip


def _cure(matter: Matter, rows: tuple[Issuers, ...], refused: tuple[str, ...]) -> str:
    if refused and not any(all(_covers(row, name) for name in refused) for row in rows):
        return _("Nobody gets that by this instrument: ask for less, or send an order that allows it.")
    return _("Have it issued or validated by: %(who)s.") % {"who": _who_could(matter, rows, refused)}


def _not_validated(matter: Matter, rows: tuple[Issuers, ...], cites: tuple[Cite, ...], who: str) -> Result:
    """The law lets it issue this once another has validated it. Without that the order is incomplete, not void."""
    return Result(
        check="competence", result="fail", leads_to="ask", rests_on=cites, found=(who,),
        words=_("May send this once it has been validated: %(who)s. The order does not say who validated it.")
        % {"who": _issuer(matter, who)},
        cure=_("Say who validated it: %(who)s.") % {"who": _who_could(matter, rows, matter.asked.data)},
    )  # fmt: skip


def _never(one: Instrument, cites: tuple[Cite, ...], data: tuple[str, ...]) -> Result:
    """A request that binds nobody: no issuer could make it do for data."""
    return Result(
        check="competence", result="fail", leads_to="refuse", rests_on=cites, found=data,
        words=_("User data are not handed over on a request that binds nobody, whoever makes it."),
        cure=_("Send an order under an instrument that is open to your State; the instruments and who may issue them "
               "are published."),
    )  # fmt: skip


def refused_data(matter: Matter, who: str) -> tuple[str, ...]:
    """Categories asked for that this issuer cannot ask for. What is not held nobody gets (`possibility`)."""
    rows, known = matter.instrument.version.issuers if matter.instrument else (), matter.law.data
    held = (name for name in matter.asked.data if name in known and known[name].held)
    return tuple(name for name in held if not any(who in row.who and _covers(row, name) for row in rows))


def _offence(matter: Matter, rows: tuple[Issuers, ...], cites: tuple[Cite, ...], who: str) -> Result:
    asked = matter.asked
    serious = tuple(
        name for name in asked.data for row in rows if row.offence and _covers(row, name) and who in row.who
    )
    if not serious or asked.offence_listed:
        return Result(
            check="competence", result="pass", rests_on=cites, found=(who,),
            words=_("Competent: %(who)s.") % {"who": _issuer(matter, who)},
        )  # fmt: skip
    cites += matter.cite("eevidence.serious_offence_years")
    years = matter.law.fact("eevidence.serious_offence_years").value
    if asked.offence_years is None:
        return Result(
            check="competence", result="person", leads_to="ask", rests_on=cites, found=serious,
            words=_("The order does not say how long a sentence the offence carries. For %(data)s it has "
                    "to be "
                    "%(years)s years or more, or an offence the law lists.")
            % {"data": named(matter, serious), "years": years},
            cure=_("Say how long a sentence the offence carries, or which of the listed offences it is."),
        )  # fmt: skip
    if asked.offence_years >= years:
        return Result(
            check="competence", result="pass", rests_on=cites, found=(who,),
            words=_("Competent: %(who)s. The offence is serious enough.") % {"who": _issuer(matter, who)},
        )  # fmt: skip
    return Result(
        check="competence", result="fail", rests_on=cites, found=serious,
        leads_to="comply_in_part" if len(serious) < len(asked.data) else "refuse",
        words=_("The offence is not serious enough for %(data)s: less than %(years)s years.")
        % {"data": named(matter, serious), "years": years},
        cure=_("Ask for data that identify a user only."),
    )  # fmt: skip


def _covers(row: Issuers, name: str) -> bool:
    return row.data is None or name in row.data


def named(matter: Matter, data: tuple[str, ...]) -> str:
    """Categories of data by their names."""
    known = matter.law.data
    return ", ".join(
        known[name].names.get(language(), known[name].names["en"]) if name in known else name for name in data
    )


def _issuer(matter: Matter, who: str) -> str:
    names = matter.law.issuers.get(who, {})
    return names.get(language()) or names.get("en") or who


def _who_could(matter: Matter, rows: tuple[Issuers, ...], data: tuple[str, ...]) -> str:
    able = [row for row in rows if not data or all(_covers(row, name) for name in data)] or rows
    return ", ".join(dict.fromkeys(_issuer(matter, who) for row in able for who in row.who)) or "—"
