"""A time budget and a breaker round a classifier: a slow or dead one costs its budget three times, then nothing."""

import logging
import math
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from typing import Any

from steelyard.screening.engine.plugged import Classifier

DEFAULT_BUDGET = 0.1
"""Seconds for one batch."""
STRIKES = 3
REST = 5.0
"""Seconds without questions after STRIKES misses in a row; then one batch tries again."""
_log = logging.getLogger(__name__)
_Scores = Sequence[float | None]


class Guarded:
    """One question at a time. While a late answer is still under way nothing more is asked."""

    def __init__(self, name: str, classifier: Classifier, budget: float) -> None:
        self.name, self.budget, self._classifier = name, budget, classifier
        self._thread = ThreadPoolExecutor(1, f"classifier-{name}")
        self._late: Future[_Scores] | None = None
        self._misses, self._rests_until = 0, 0.0
        self.answered = self.missed = 0

    def scores(self, texts: Sequence[str]) -> _Scores:
        """The classifier's scores, or None for each text. Never raises, never takes longer than the budget."""
        nothing: _Scores = [None] * len(texts)
        if not self._may_be_asked():
            self.missed += len(texts)
            return nothing
        asked = self._thread.submit(self._classifier.scores, texts)
        try:
            found = asked.result(self.budget)
        except TooSlow:
            self._late = asked
            return self._miss(nothing, "it took too long")
        except Exception as fault:  # somebody else's code may raise anything
            return self._miss(nothing, type(fault).__name__)
        if not _sound(found, len(texts)):
            return self._miss(nothing, "its answer is no list of scores from 0 to 1")
        self._misses = 0
        self.answered += len(texts)
        return found

    def state(self) -> dict[str, Any]:
        return {
            "answered": self.answered,
            "missed": self.missed,
            "resting": time.monotonic() < self._rests_until,
        }

    def _may_be_asked(self) -> bool:
        if self._late is not None:
            if not self._late.done():
                return False
            self._late = None
        return time.monotonic() >= self._rests_until

    def _miss(self, nothing: _Scores, why: str) -> _Scores:
        self._misses += 1
        self.missed += len(nothing)
        if self._misses >= STRIKES:
            self._rests_until = time.monotonic() + REST
            if self._misses == STRIKES:
                _log.warning("The classifier “%s” is left alone for a while: %s", self.name, why)
        return nothing


def _sound(found: object, wanted: int) -> bool:
    return (
        isinstance(found, Sequence)
        and len(found) == wanted
        and all(
            score is None or (isinstance(score, int | float) and math.isfinite(score) and 0 <= score <= 1)
            for score in found
        )
    )
