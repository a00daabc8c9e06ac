"""Is something asked for that nobody can be given? There is no action for it, so there is nothing to weigh."""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from django.utils.translation import gettext as _

from steelyard.orders.assessment.concepts import concepts_of
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
    data = matter.kind != "restrict" or _wants_nothing_hidden(matter)
    lines, demand = matter.law.red_lines, seen(matter.law, _without_names(matter), data=data)
    reasons = seen(matter.law, matter.plain_story, story=bool(matter.demand), data=data)
    # An order to hide content describes that content in its reasons; others ask in them.
    told = {} if matter.kind == "restrict" else reasons.asked
    if asked_for := _both(demand.asked, told, _everybody(matter)):
        return Result(
            check="red_lines", result="fail", leads_to="refuse", rests_on=_cites(lines, asked_for),
            words=_("%(what)s: no role, no setting and no number of people can grant this, whoever asks "
                    "and whatever the emergency. There is no such action.") % {"what": _named(lines, asked_for)},
            found=_terms(asked_for),
            cure=_weighed_as_usual(),
        )  # fmt: skip
    if mentioned := _both(demand.mentioned, reasons.asked, reasons.mentioned):
        return _person(
            _("This is spoken of, but it does not seem to be asked for: %(what)s. A person reads "
              "whether it is demanded.") % {"what": _named(lines, mentioned)},
            "" if _anybody_named(matter) else "ask", rests_on=_cites(lines, mentioned), seen_=_terms(mentioned),
        )  # fmt: skip
    if matter.kind == "disclose" and (read_ := _to_be_read(matter)):
        return read_
    return Result(check="red_lines", result="pass", words=_("Nothing is asked for that nobody can be given."))


def _to_be_read(matter: Matter) -> Result | None:
    """A demand for data in words that no list knows, or that name nobody: a person reads it."""
    demand = matter.asked.demand
    if not _anybody_named(matter):
        return _person(
            _("Neither what is asked for nor what it is about says whose data are meant. A person reads what "
              "is wanted."), "ask",
        )  # fmt: skip
    if not _known(matter):
        return _person(
            _("What is asked for is written freely, in words that name no kind of data known here. A person "
              "reads what is wanted."), "ask",
        )  # fmt: skip
    if demand.strip() and not says_whose(matter.law, folded(demand)):
        return _person(
            _("What is asked for is written freely and does not itself say whose data are meant. A person reads "
              "that it keeps to the targets named."),
        )  # fmt: skip
    return None


def _person(
    words: str,
    leads_to: Literal["", "ask"] = "",
    *,
    rests_on: tuple[Cite, ...] = (),
    seen_: tuple[str, ...] = (),
) -> Result:
    return Result(
        check="red_lines", result="person", leads_to=leads_to, rests_on=rests_on, found=seen_, words=words,
        cure=_weighed_as_usual(),
    )  # fmt: skip


def _weighed_as_usual() -> str:
    return _("Ask only for data that are stored, about identified people, without touching encryption. "
             "Such a request is weighed as usual.")  # fmt: skip


def _anybody_named(matter: Matter) -> bool:
    """Whether the demand or a target says whose: an address, a number, words for one person or place."""
    if matter.kind != "disclose":
        return True
    return says_whose(matter.law, matter.plain_demand) or any(
        _NUMBERED.search(one) for one in matter.asked.targets
    )


def _known(matter: Matter) -> bool:
    """Whether a demand in words, where there is one, speaks of a kind of data that people ask for."""
    concepts, demand = concepts_of(matter.law), folded(matter.asked.demand)
    return (
        concepts is None
        or not demand.strip()
        or any(concepts.speaks_of(demand, one) for one in ("identify", "data", "message", "piece", "members"))
    )


def _without_names(matter: Matter) -> str:
    """What is asked for, without addresses and without the names that they are made of (“The Backdoor Bar”)."""
    plain = matter.plain_demand
    for target in matter.asked.targets:
        name = [word for word in _NOT_A_WORD.split(folded(target).rpartition("/")[2]) if word]
        if len(name) > 1:
            plain = re.sub(rf"[\"“”„«»‘’'(]\s*{_NAME_GAP.join(map(re.escape, name))}(?!\w)", " ", plain)
    return _ADDRESS.sub(lambda one: one[0][: one.end(1) - one.start()] + "x", plain)


_NOT_A_WORD = re.compile(r"[\W_]+")
_NAME_GAP = r"[\W_]+"
_ADDRESS = re.compile(r"(https?://|(?<!\w)@)[^\s,;)]+")
_NUMBERED = re.compile(r"\d{4,}|(?<!\w)[@$!+]\w|\w+://|\w:\w|\w@\w")


def _everybody(matter: Matter) -> dict[str, tuple[str, ...]]:
    """Data of whoever fits a pattern: `*`, `@*:example.org`, `all`."""
    if matter.kind == "restrict":
        return {}
    wide = tuple(one for one in matter.asked.targets if _anybody(matter, folded(one.strip())))
    return {"unidentified_group": wide} if wide else {}


def _anybody(matter: Matter, target: str) -> bool:
    concepts = concepts_of(matter.law)
    if _ANYBODY.fullmatch(target):
        return True
    if concepts is None or says_whose(matter.law, target):
        return False
    return any(concepts.speaks_of(target, "all", many) for many in ("crowd", "handles"))


_ANYBODY = re.compile(r"all|any|everyone|everybody|anyone|(?!https?://)\S*\*\S*")


def _wants_nothing_hidden(matter: Matter) -> bool:
    """Whether what counts as an order to hide, for naming no data, does not ask to hide anything."""
    one, concepts, demand = matter.instrument, concepts_of(matter.law), folded(matter.asked.demand)
    if (
        concepts is None
        or one is None
        or one.version.kind != "any"
        or matter.asked.measure
        or not demand.strip()
    ):
        return False
    return not concepts.speaks_of(demand, "hide")


def _both(*all_: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Terms by red line, in the order of the lines' first appearance."""
    lines = dict.fromkeys(line for one in all_ for line in one)
    return {line: tuple(dict.fromkeys(term for one in all_ for term in one.get(line, ()))) for line in lines}


def _terms(by_line: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(term for terms in by_line.values() for term in terms)


def _named(lines: Mapping[str, RedLine], ids: Iterable[str]) -> str:
    return ", ".join(lines[id_].names.get(language(), lines[id_].names["en"]) for id_ in ids)


def _cites(lines: Mapping[str, RedLine], ids: Iterable[str]) -> tuple[Cite, ...]:
    return tuple(Cite.dated(f"redlines.{id_}", lines[id_]) for id_ in ids)
