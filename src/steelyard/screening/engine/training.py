"""Training a learned signal from decided texts, and measuring it before anybody may use it.

Logistic regression over the hashed n-grams of `learned`, with a penalty on large weights; calibrated (Platt)
on five folds in which every text is judged by a model that has not seen it. The card stored in the model says
on what it was trained and how precise it was, by language and by threshold.
"""

import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from steelyard.base.errors import BadInput
from steelyard.screening.engine.folding import Batch
from steelyard.screening.engine.learned import FEW, ROWS, ngram_hashes

FOLDS, ROUNDS, PENALTY = 5, 60, 2e-3
MIN_EACH = 20
"""Texts of each kind below which nothing measured would mean anything."""
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
Vector = NDArray[np.float32]


class Decided(NamedTuple):
    """A text and whether people decided that it falls under the policy."""

    text: str
    harmful: bool
    language: str = ""


class Trained(NamedTuple):
    weights: Vector
    bias: float
    slope: float
    shift: float
    card: dict[str, Any]


class _Rows(NamedTuple):
    """A text's n-grams: distinct table rows and their shares."""

    rows: NDArray[np.uint32]
    shares: Vector


def train(decided: Sequence[Decided], *, about: str, on: str) -> Trained:
    """Fit, calibrate and measure. `on` is the day, for the card. Raises BadInput for too few texts."""
    kinds = np.array([example.harmful for example in decided], np.bool_)
    if min(kinds.sum(), (~kinds).sum()) < MIN_EACH:
        raise BadInput(
            "There are too few decided texts to train on.",
            f"Found {kinds.sum()} harmful and {(~kinds).sum()} ordinary ones; each kind needs {MIN_EACH}.",
            "Train again when more cases have been decided.",
        )
    rows = [_rows(example.text) for example in decided]
    folds = np.array([zlib.crc32(example.text.encode("utf-8", "replace")) % FOLDS for example in decided])
    unseen = np.zeros(len(decided), np.float32)
    for fold in range(FOLDS):
        weights, bias = _fit(
            [row for row, part in zip(rows, folds, strict=True) if part != fold], kinds[folds != fold]
        )
        for place in np.flatnonzero(folds == fold):
            unseen[place] = _raw(rows[place], weights) + bias
    slope, shift = _calibrate(unseen, kinds)
    probabilities = 1 / (1 + np.exp(-np.clip(slope * unseen + shift, -30, 30)))
    weights, bias = _fit(rows, kinds)
    card = {"about": about, "trained_on": on, "texts": len(decided), "harmful": int(kinds.sum())}
    card["measured"] = _measured(decided, kinds, probabilities)
    return Trained(weights, bias, slope, shift, card)


def save(trained: Trained, file: Path) -> None:
    """Write the model. Half precision: the weights are small and the file travels with the policy."""
    numbers = np.array([trained.bias, trained.slope, trained.shift], np.float64)
    card = np.frombuffer(json.dumps(trained.card, ensure_ascii=False, sort_keys=True).encode(), np.uint8)
    np.savez_compressed(file, weights=trained.weights.astype(np.float16), numbers=numbers, card=card)


def _rows(text: str) -> _Rows:
    found = np.concatenate(ngram_hashes(Batch([text]).folded))
    rows, counts = np.unique(found[found != ROWS], return_counts=True)
    return _Rows(rows, (counts / np.sqrt(max(counts.sum(), FEW))).astype(np.float32))


def _raw(row: _Rows, weights: Vector) -> float:
    return float(weights[row.rows] @ row.shares)


def _fit(rows: Sequence[_Rows], kinds: NDArray[np.bool_]) -> tuple[Vector, float]:
    """Adagrad over shuffled texts, both kinds weighing the same."""
    order = np.random.default_rng(1)
    weights, bias = np.zeros(ROWS, np.float32), 0.0
    steps, bias_steps = np.full(ROWS, 1e-6, np.float32), 1e-6
    heft = {True: 0.5 / kinds.mean(), False: 0.5 / (1 - kinds.mean())}
    for _ in range(ROUNDS):
        for place in order.permutation(len(rows)):
            row, kind = rows[place], bool(kinds[place])
            error = heft[kind] * (1 / (1 + np.exp(-np.clip(_raw(row, weights) + bias, -30, 30))) - kind)
            slope = error * row.shares + PENALTY * weights[row.rows]
            steps[row.rows] += slope**2
            weights[row.rows] -= 0.1 * slope / np.sqrt(steps[row.rows])
            bias_steps += error**2
            bias -= 0.1 * error / np.sqrt(bias_steps)
    return weights, float(bias)


def _calibrate(raw: Vector, kinds: NDArray[np.bool_]) -> tuple[float, float]:
    """Platt scaling with his smoothed targets, by gradient descent."""
    many, few = kinds.sum(), (~kinds).sum()
    target = np.where(kinds, (many + 1) / (many + 2), 1 / (few + 2))
    spread = float(raw.std()) or 1.0
    slope, shift, scaled = 1.0, 0.0, raw / spread
    for _ in range(3000):
        error = 1 / (1 + np.exp(-np.clip(slope * scaled + shift, -30, 30))) - target
        slope -= 0.5 * float((error * scaled).mean())
        shift -= 0.5 * float(error.mean())
    return slope / spread, shift


def _measured(
    decided: Sequence[Decided], kinds: NDArray[np.bool_], found: NDArray[np.floating[Any]]
) -> list[dict[str, Any]]:
    """Hits at each threshold, by language, from the folds."""
    languages = np.array([example.language or "und" for example in decided])
    table = []
    for language in ["all", *sorted(set(languages.tolist()))]:
        chosen = np.ones(len(kinds), np.bool_) if language == "all" else languages == language
        for threshold in THRESHOLDS:
            hits = chosen & (found >= threshold)
            true = int((hits & kinds).sum())
            table.append(
                {
                    "language": language,
                    "threshold": threshold,
                    "harmful": int((chosen & kinds).sum()),
                    "ordinary": int((chosen & ~kinds).sum()),
                    "found": true,
                    "false": int(hits.sum()) - true,
                }
            )
    return table
