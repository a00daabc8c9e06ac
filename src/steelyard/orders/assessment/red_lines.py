"""Is something asked for that nobody can be given? There is no action for it, so there is nothing to "
"weigh."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from steelyard.orders.assessment.matter import Matter, language
from steelyard.orders.assessment.shapes import Cite, Result
from steelyard.orders.assessment.terms import found
from steelyard.rulebook.shapes import RedLine


def named(result: Result) -> tuple[str, ...]:
    """The red lines, by id, that this check found an order asks to cross."""
    if result.result != "fail":
        return ()
    return tuple(cite.fact.removeprefix("redlines.") for cite in result.rests_on)


def check(matter: Matter) -> Result:
    lines = matter.law.red_lines
    if asked_for := _seen(matter, _demanded(matter)):
        return Result(
            check="red_lines", result="fail", leads_to="refuse", rests_on=_cites(lines, asked_for),
            words=_("%(what)s: no role, no setting and no number of people can grant this, whoever asks "
                    "and whatever "
                    "the emergency. There is no such action.") % {"what": _named(lines, asked_for)},
            found=tuple(term for terms in asked_for.values() for term in terms),
            cure=_("Ask only for data that are stored, about identified people, without touching encryption. "
                   "Such a request is weighed as usual."),
        )  # fmt: skip
    if mentioned := _seen(matter, matter.plain_reasons):
        return Result(
            check="red_lines", result="person", rests_on=_cites(lines, mentioned),
            words=_("The reasons mention this, but it does not stand in what is asked for: %(what)s. A "
                    "person reads "
                    "whether it is demanded.") % {"what": _named(lines, mentioned)},
            found=tuple(term for terms in mentioned.values() for term in terms),
        )  # fmt: skip
    return Result(check="red_lines", result="pass", words=_("Nothing is asked for that nobody can be given."))


def _demanded(matter: Matter) -> str:
    """What is asked for. An order to hide content describes that content in its reasons; others ask in them."""
    return matter.plain_demand + ("" if matter.kind == "restrict" else "\n" + matter.plain_reasons)


def _seen(matter: Matter, plain: str) -> dict[str, tuple[str, ...]]:
    hits = ((id_, found(plain, line.terms)) for id_, line in matter.law.red_lines.items())
    return {id_: terms for id_, terms in hits if terms}


def _named(lines: Mapping[str, RedLine], ids: Iterable[str]) -> str:
    return ", ".join(lines[id_].names.get(language(), lines[id_].names["en"]) for id_ in ids)


def _cites(lines: Mapping[str, RedLine], ids: Iterable[str]) -> tuple[Cite, ...]:
    return tuple(Cite.dated(f"redlines.{id_}", lines[id_]) for id_ in ids)
