"""Screening: a policy folder compiled once, batches of items in, verdicts with their reasons out.

    >>> screen = compile_policy(load_policy())
    >>> verdict, = screen.screen([Item("1", "text")])

Pure Python over native libraries: no Django, no network, no state between batches.
"""

from steelyard.screening.engine.items import Action, Item, RuleHit, RuleState, Span, Verdict
from steelyard.screening.engine.places import PolicyProblems, Problem
from steelyard.screening.engine.policy import STARTER, Policy
from steelyard.screening.engine.screen import Screen, compile_policy, load_policy, load_screen

__all__ = [
    "STARTER", "Action", "Item", "Policy", "PolicyProblems", "Problem", "RuleHit", "RuleState", "Screen",
    "Span", "Verdict", "compile_policy", "load_policy", "load_screen",
]  # fmt: skip
