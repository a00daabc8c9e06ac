"""Rules: CEL over signals and facts, checked when the policy is loaded.

A condition reads `signal.NAME` (did it fire), `hits.NAME` (how often), `score.NAME` (a learned signal's
probability), `facts.NAME`, `text.NAME` and `surface`. A rule is evaluated only for items on which at least
one signal it names has fired.
"""

import re
from collections.abc import Iterable, Mapping

import msgspec
from cel_expr_python import cel

from steelyard.screening.engine.behaviour import TEXT_FACTS
from steelyard.screening.engine.items import Action, Fact, RuleState
from steelyard.screening.engine.places import Place
from steelyard.screening.engine.signals import Example

HARMS = (
    "spam", "scam", "violence", "hate", "terrorism", "child_abuse", "self_harm", "adult", "illegal_goods",
    "other",
)  # fmt: skip
_STRINGS = re.compile(r"""r?("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""")
_NAMES = re.compile(r"\b(?:signal|hits|score)\.([a-z][a-z0-9_]*)")
_FACTS = re.compile(r"\bfacts\.([a-z][a-z0-9_]*)")
_FAULT = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_KINDS = {int: cel.Type.INT, str: cel.Type.STRING, bool: cel.Type.BOOL}


class Rule(msgspec.Struct, frozen=True):
    name: str
    when: str
    then: Action
    harm: str
    policy_ref: str
    state: RuleState
    owner: str
    version: str
    place: Place
    when_place: Place
    about: str = ""
    commercial: bool = False
    match: tuple[Example, ...] = ()
    no_match: tuple[Example, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The signals the condition names."""
        return named_signals(self.when)


def named_facts(condition: str) -> frozenset[str]:
    return frozenset(_FACTS.findall(_STRINGS.sub("''", condition)))


def named_signals(condition: str) -> frozenset[str]:
    return frozenset(_NAMES.findall(_STRINGS.sub("''", condition)))


class BadCondition(ValueError):
    """What the condition gets wrong: (line, column, what), counted from 1 inside the condition."""

    def __init__(self, faults: list[tuple[int, int, str]]) -> None:
        super().__init__("; ".join(what for _, _, what in faults))
        self.faults = faults


class Conditions:
    """The names a policy's conditions may use, and the compiler for them."""

    def __init__(self, signals: Iterable[str], facts: Mapping[str, type[Fact]]) -> None:
        names: dict[str, cel.Type] = {"surface": cel.Type.STRING}
        for signal in signals:
            names |= {
                f"signal.{signal}": cel.Type.BOOL,
                f"hits.{signal}": cel.Type.INT,
                f"score.{signal}": cel.Type.DOUBLE,
            }
        names |= {f"text.{name}": cel.Type.INT for name in TEXT_FACTS}
        names |= {f"facts.{name}": _KINDS[kind] for name, kind in facts.items()}
        self._environment = cel.NewEnv(variables=names)

    def compile(self, condition: str) -> cel.Expression:
        """Type-check a condition. Raises BadCondition with every place."""
        try:
            compiled = self._environment.compile(condition)
        except RuntimeError as fault:
            raise BadCondition(_faults(str(fault))) from None
        if compiled.return_type() != cel.Type.BOOL:
            raise BadCondition(
                [(1, 1, f"Expected a condition (bool), not {compiled.return_type().name().lower()}.")]
            )
        return compiled

    def facts(self, values: Mapping[str, Fact | float]) -> cel.Activation:
        return self._environment.Activation(values)


def holds(condition: cel.Expression, facts: cel.Activation) -> bool:
    """Whether the condition holds. An unknown fact or a failed operation means that it does not."""
    found = condition.eval(facts)
    return bool(found.type() == cel.Type.BOOL and found.value())


def _faults(message: str) -> list[tuple[int, int, str]]:
    found = [
        (int(line), int(column), what.removesuffix(" (in container '')"))
        for line, column, what in _FAULT.findall(message)
    ]
    return found or [(1, 1, message.partition("\n")[0])]
