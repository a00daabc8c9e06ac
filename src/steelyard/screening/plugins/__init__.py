"""Other people's classifiers: which there are, each under guard. Outside the engine, because they may use a network.

In `steelyard.toml`, for a classifier over HTTP (POST {"texts": [...]} answered {"scores": [...]}):

    [[classifiers]]
    name = "toxicity"
    url = "http://127.0.0.1:9000/score"
    budget_ms = 80

Or an installed package with an entry point in the group `steelyard.classifiers`: a function without arguments that
gives an object with `scores(texts)`. Its settings are its own; its budget is DEFAULT_BUDGET.
"""

import logging
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from steelyard.base.config import config
from steelyard.screening.engine.plugged import Classifiers
from steelyard.screening.plugins.guard import DEFAULT_BUDGET, Guarded

GROUP = "steelyard.classifiers"
_log = logging.getLogger(__name__)


@cache
def classifiers() -> Classifiers:
    """Those of this installation and its settings, made once. One that cannot be made is left out, and told."""
    found: dict[str, Guarded] = {}
    for point in entry_points(group=GROUP):
        try:
            found[point.name] = Guarded(point.name, point.load()(), DEFAULT_BUDGET)
        except Exception as fault:  # somebody else's code must not keep ours from starting
            _log.error("The classifier “%s” cannot be used: %s", point.name, type(fault).__name__)
    for stated in config().classifiers:
        from steelyard.screening.plugins.over_http import OverHttp

        found[stated.name] = Guarded(stated.name, OverHttp(stated), stated.budget_ms / 1000)
    return found


def state_of_classifiers() -> dict[str, dict[str, Any]]:
    """For `doctor`: each with its answers, misses and breaker."""
    return {name: guarded.state() for name, guarded in classifiers().items() if isinstance(guarded, Guarded)}
