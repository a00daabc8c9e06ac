"""A learned signal: a calibrated linear model over hashed n-grams of letters and words of the folded text.

One weight table, no download, no GPU: a few additions per character. It may ask for a person, never contain a
post. Trained by `steelyard screen train`, which measures it before it can be used.
"""

import json
import zipfile
from collections.abc import Container, Iterator, Sequence
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steelyard.screening.engine.alphabet import OTHER_LETTER, OTHER_SIGN, TABLE_SIZE, tables
from steelyard.screening.engine.folding import Folded
from steelyard.screening.engine.sieve import Sifted
from steelyard.screening.engine.signals import Model

ROWS = 1 << 16
NGRAMS = (2, 3, 4, 5)
FEW = 80
"""N-grams, some twenty letters, below which a text says little: it is weighed as if it had so many"""
Hashes = NDArray[np.uint32]
_PRIME = np.uint32(0x01000193)
_MIX = np.uint32(0x9E3779B1)


def ngram_hashes(folded: Folded) -> list[Hashes]:
    """For each length in NGRAMS, then for words and pairs of words: a row per place; ROWS where none is.

    An n-gram never reaches into the next text. All arrays are as long as the folded batch.
    """
    codes, limit = folded.codes.astype(np.uint32), np.uint32(ROWS)
    text = np.cumsum(codes == 1)
    found = []
    value = codes * _MIX
    for length in range(2, max(NGRAMS) + 1):
        shifted = np.zeros_like(codes)
        shifted[: -length + 1] = codes[length - 1 :]
        value = (value ^ shifted) * _PRIME + _MIX
        inside = np.zeros(len(codes), np.bool_)
        inside[: -length + 1] = (text[: -length + 1] == text[length - 1 :]) & (codes[: -length + 1] != 1)
        found.append(np.where(inside, _row(value + np.uint32(length)), limit))
    return found + _word_hashes(folded, limit)


def _row(value: Hashes) -> Hashes:
    return (value ^ (value >> np.uint32(15))) * _MIX >> np.uint32(16)


def _word_hashes(folded: Folded, limit: np.uint32) -> list[Hashes]:
    """Words and pairs of neighbouring words, each at the place where it begins."""
    codes, word = folded.codes.astype(np.uint32), folded.is_word
    edge = np.flatnonzero(word[1:] & ~word[:-1]) + 1
    single, pair = np.full(len(codes), limit), np.full(len(codes), limit)
    if not len(edge):
        return [single, pair]
    place = np.arange(len(codes)) - np.repeat(edge, np.diff(np.append(edge, len(codes)))).repeat(1).take(
        np.maximum(np.arange(len(codes)) - edge[0], 0)
    )
    power = np.power(_PRIME, np.clip(place, 0, 40).astype(np.uint32), dtype=np.uint32)
    sums = np.add.reduceat(np.where(word, codes * power, np.uint32(0)), edge, dtype=np.uint32)
    single[edge] = _row(sums + np.uint32(77))
    near = folded.text_of(edge[1:]) == folded.text_of(edge[:-1])
    pair[edge[:-1][near]] = _row((sums[:-1] * _PRIME ^ sums[1:])[near] + np.uint32(78))
    return [single, pair]


class Weights:
    """A trained model as stored: weights, bias, calibration, and what was measured."""

    def __init__(self, file: Path) -> None:
        with np.load(file, allow_pickle=False) as stored:
            self.weights = np.append(stored["weights"].astype(np.float32), np.float32(0))
            self.bias, self.slope, self.shift = (float(value) for value in stored["numbers"])
            self._card = bytes(stored["card"])

    @cached_property
    def card(self) -> dict[str, Any]:
        """When and on what it was trained, and its measured precision and recall."""
        return dict(json.loads(self._card))

    def probabilities(self, folded: Folded, *, fast: bool = False) -> NDArray[np.float32]:
        """One calibrated probability per text; `fast` by compiled code, with the same sums."""
        if fast:
            from steelyard.screening.engine.accelerated import scores as compiled

            return self._calibrated(compiled(folded, self.weights) + self.bias)
        return self._calibrated(scores(ngram_hashes(folded), self.weights, folded) + self.bias)

    def _calibrated(self, raw: NDArray[np.float32]) -> NDArray[np.float32]:
        found = 1 / (1 + np.exp(-np.clip(self.slope * raw + self.shift, -30, 30)))
        return np.asarray(found, np.float32)


def fault_of_model(file: Path) -> str:
    """Why a model file cannot be used, or nothing."""
    try:
        weights = Weights(file)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return f"{file.name} is no model of ours. Train it with `steelyard screen train`."
    if weights.weights.shape != (ROWS + 1,) or not np.isfinite(weights.weights).all():
        return f"{file.name} holds {len(weights.weights) - 1} weights; expected {ROWS} finite ones."
    return ""


def scores(hashes: Sequence[Hashes], weights: NDArray[np.float32], folded: Folded) -> NDArray[np.float32]:
    """The mean weight of a text's n-grams, scaled by the square root of their number, which is at least FEW."""
    total = np.zeros(len(folded.codes), np.float32)
    number = np.zeros(len(folded.codes), np.float32)
    for rows in hashes:
        total += weights[rows]
        number += rows != ROWS
    firsts = folded.starts[:-1] - 1
    sums, numbers = np.add.reduceat(total, firsts), np.add.reduceat(number, firsts)
    return (sums / np.sqrt(np.maximum(numbers, FEW))).astype(np.float32)


class LearnedScan:
    """The learned signals of a policy; those of one file share its sums."""

    def __init__(self, models: Sequence[tuple[str, Model]], *, fast: bool = False) -> None:
        self._fast = fast and _compiles()
        self._models = [
            (Weights(file), [one for one in models if one[1].file == file])
            for file in dict.fromkeys(model.file for _, model in models)
        ]

    @property
    def used(self) -> bool:
        return bool(self._models)

    def scan(self, folded: Folded, fired: Container[int]) -> Iterator[tuple[int, str, float]]:
        """(item, signal, probability) wherever a model reaches its threshold. `fired` are the items on which
        another signal did; it is asked anew for each, so what is told here may enter it."""
        found = [weights.probabilities(folded, fast=self._fast) for weights, _ in self._models]
        told = [(one, each) for each, (_, asked) in zip(found, self._models, strict=True) for one in asked]
        for (name, model), probabilities in sorted(told, key=lambda each: each[0][1].beside):
            for text in np.flatnonzero(probabilities >= model.threshold).tolist():
                item = int(folded.owners[text])
                if not model.beside or item in fired:
                    yield item, name, round(float(probabilities[text]), 4)

    def sieve(self, sifted: Sifted) -> None:
        """Note the texts that a model might fire on. What the sieve folded is read as it is where every byte
        stands for one character; a text with letters that have no byte of their own is left to the thorough
        search, as the doubtful ones are."""
        data = np.frombuffer(sifted.data, np.uint8)
        sifted.doubt(np.flatnonzero((data == OTHER_LETTER) | (data == OTHER_SIGN)))
        codes, starts = characters()[data], sifted.edges + 1
        folded = Folded(codes, np.arange(len(codes)), starts, np.arange(len(starts) - 1))
        for weights, asked in self._models:
            lowest = min((model.threshold for _, model in asked if not model.beside), default=2.0)
            if lowest <= 1:
                sifted.doubtful[weights.probabilities(folded, fast=self._fast) >= lowest - _NEAR] = True


_NEAR = 0.001
"""Sums in another order may differ in their last digits; the thorough search decides."""


@cache
def characters() -> NDArray[np.uint32]:
    """The character of each byte of the folded alphabet."""
    table = tables()
    found = np.arange(256, dtype=np.uint32)
    own = np.flatnonzero((table.byte[:TABLE_SIZE] >= 0x80) & (table.byte[:TABLE_SIZE] < OTHER_SIGN))
    plain = own[(table.count[own] == 1) & (table.flat[table.start[own]] == own)]
    found[table.byte[plain]] = plain
    return found


def _compiles() -> bool:
    return find_spec("numba") is not None
