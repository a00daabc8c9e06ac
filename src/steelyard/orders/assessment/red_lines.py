"""Is something asked for that nobody can be given? There is no action for it, so there is nothing to "
"weigh."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from steelyard.orders.assessment.matter import Matter, language
from steelyard.orders.assessment.shapes import Cite, Result
from steelyard.orders.assessment.terms import folded
from steelyard.orders.assessment.wording import says_whose, seen
from steelyard.rulebook.shapes import RedLine


def named(result: Result) -> tuple[str, ...]:
    """The red lines, by id, that this check found an order asks to cross."""
    if result.result != "fail":
        return ()
    return tuple(cite.fact.removeprefix("redlines.") for cite in result.rests_on)


def check(matter: Matter) -> Result:
    data = matter.kind != "restrict"
    lines, demand = matter.law.red_lines, seen(matter.law, matter.plain_demand, data=data)
    reasons = seen(matter.law, matter.plain_reasons, story=bool(matter.asked.demand.strip()), data=data)
    # An order to hide content describes that content in its reasons; others ask in them.
    told = {} if matter.kind == "restrict" else reasons.asked
    if asked_for := _both(demand.asked, told):
        return Result(
            check="red_lines", result="fail", leads_to="refuse", rests_on=_cites(lines, asked_for),
            words=_("%(what)s: no role, no setting and no number of people can grant this, whoever asks "
                    "and whatever "
                    "the emergency. There is no such action.") % {"what": _named(lines, asked_for)},
            found=tuple(term for terms in asked_for.values() for term in terms),
            cure=_("Ask only for data that are stored, about identified people, without touching encryption. "
                   "Such a request is weighed as usual."),
        )  # fmt: skip
    if mentioned := _both(demand.mentioned, reasons.asked, reasons.mentioned):
        return Result(
            check="red_lines", result="person", rests_on=_cites(lines, mentioned),
            words=_("This is spoken of, but it does not seem to be asked for: %(what)s. A person reads "
                    "whether it is demanded.") % {"what": _named(lines, mentioned)},
            found=tuple(term for terms in mentioned.values() for term in terms),
        )  # fmt: skip
    if (
        matter.kind == "disclose"
        and matter.asked.demand.strip()
        and not says_whose(matter.law, folded(matter.asked.demand))
    ):
        return Result(
            check="red_lines", result="person",
            words=_("What is asked for is written freely and does not itself say whose data are meant. A person reads "
                    "that it keeps to the targets named."),
        )  # fmt: skip
    return Result(check="red_lines", result="pass", words=_("Nothing is asked for that nobody can be given."))


def _both(*all_: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Terms by red line, in the order of the lines' first appearance."""
    lines = dict.fromkeys(line for one in all_ for line in one)
    return {line: tuple(dict.fromkeys(term for one in all_ for term in one.get(line, ()))) for line in lines}


def _named(lines: Mapping[str, RedLine], ids: Iterable[str]) -> str:
    return ", ".join(lines[id_].names.get(language(), lines[id_].names["en"]) for id_ in ids)


def _cites(lines: Mapping[str, RedLine], ids: Iterable[str]) -> tuple[Cite, ...]:
    return tuple(Cite.dated(f"redlines.{id_}", lines[id_]) for id_ in ids)
