"""An order beside the law of the day it arrived: what every check looks at."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import get_language

from steelyard.orders.assessment.shapes import Asked, Cite
from steelyard.orders.assessment.terms import called_off, folded, found
from steelyard.rulebook.countries import country_name
from steelyard.rulebook.law import Law
from steelyard.rulebook.shapes import Fact, Instrument, Terms


@dataclass(frozen=True)
class Matter:
    asked: Asked
    law: Law

    @cached_property
    def instrument(self) -> Instrument | None:
        """None when no such instrument was in force on the day."""
        return self.law.instruments.get(self.asked.instrument)

    @cached_property
    def kind(self) -> str:
        """restrict, disclose or preserve."""
        if self.asked.measure:
            return self.asked.measure
        kind = self.instrument.version.kind if self.instrument else "any"
        return kind if kind != "any" else "disclose" if self.asked.data else "restrict"

    @cached_property
    def in_union(self) -> bool:
        return self.asked.country in (*self.law.members("eu"), *self.law.members("eea"))

    @cached_property
    def finding(self) -> Fact | None:
        """What has been found about the issuing State and by whom; this switches the gate on."""
        return self.law.findings.get(self.asked.country)

    @cached_property
    def country(self) -> str:
        return country_name(self.asked.country, language())

    @cached_property
    def topics(self) -> dict[str, tuple[str, ...]]:
        """Protected topics in the content and in what the order says of it, with the terms that were seen."""
        if not self.law.speech:
            return {}
        plain = "\n".join((self.plain_content, self.plain_reasons, self.plain_demand))
        seen = ((topic, found(plain, terms)) for topic, terms in self.law.speech.topics.items())
        return {topic: terms for topic, terms in seen if terms}

    @cached_property
    def violence(self) -> tuple[str, ...]:
        """Calls for violence in the content itself: what an order claims about it is not the content."""
        return self._in_content(self.law.speech.violence) if self.law.speech else ()

    @cached_property
    def harsh(self) -> tuple[str, ...]:
        """Words of violence in the content, whatever they are said for."""
        return self._in_content(self.law.speech.harsh) if self.law.speech else ()

    def _in_content(self, terms: Terms) -> tuple[str, ...]:
        """Terms that stand in the content and are not called off there."""
        denied = self.law.speech.denied if self.law.speech else {}
        off = tuple(term for listed in denied.values() for term in listed)
        seen = found(self.plain_content, terms)
        return tuple(term for term in seen if not called_off(self.plain_content, term, off))

    @cached_property
    def content(self) -> str:
        return "\n".join(one.text for one in self.asked.contents)

    @cached_property
    def plain_content(self) -> str:
        """The content as terms are looked for in it."""
        return folded(self.content)

    @cached_property
    def plain_reasons(self) -> str:
        return folded(self.asked.reasons)

    @cached_property
    def demand(self) -> str:
        """What is asked for in words: a category of data that nobody knows is one of them ("encryption_keys")."""
        unknown = (name.replace("_", " ") for name in self.asked.data if name not in self.law.data)
        return "\n\n".join(filter(str.strip, (self.asked.demand, *unknown)))

    @cached_property
    def plain_demand(self) -> str:
        """What is asked for, with what it is about: a target can be “all subscribers”."""
        return folded("\n\n".join((self.demand, *self.asked.targets)))

    @cached_property
    def plain_story(self) -> str:
        """Where else a demand can hide: in the reasons, the danger, the ground for going further, what came later."""
        asked = self.asked
        told = (asked.reasons, asked.legal_basis, asked.emergency, asked.wider_ground, *asked.sender.said)
        return folded("\n\n".join(told))

    def cite(self, *facts: str) -> tuple[Cite, ...]:
        return tuple(Cite.of(self.law.fact(name)) for name in facts)

    def group(self, name: str) -> tuple[Cite, ...]:
        fact = self.law.groups.get(name)
        return (Cite.of(fact),) if fact else ()


def language() -> str:
    return (get_language() or "en").split("-")[0]
