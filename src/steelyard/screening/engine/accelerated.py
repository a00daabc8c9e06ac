"""The learned signal compiled by Numba, for processes that screen in bulk (`pip install steelyard[fast]`).

The same sums as `learned.scores`, eleven times as fast; the tests hold them against each other. It takes some 150 MB
of memory and seconds to compile the first time, so a process asks for it (`load_screen(..., fast=True)`). The sieve has
its own compiled form, `sifting`.
"""

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.screening.engine.folding import Folded
from steelyard.screening.engine.learned import FEW


def scores(folded: Folded, weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """As `learned.scores` over all n-grams of a batch."""
    found = _scores(folded.codes, folded.starts, folded.is_word, weights)
    return np.asarray(found, np.float32)


@numba.njit(cache=True)
def _scores(codes: Any, starts: Any, word: Any, weights: Any) -> Any:
    prime, mix = np.uint32(0x01000193), np.uint32(0x9E3779B1)
    texts = len(starts) - 1
    found = np.zeros(texts, np.float32)
    for text in range(texts):
        first, last = starts[text] - 1, starts[text + 1] - 1  # the separator before a text begins it
        total, number = np.float32(0), 0
        for at in range(first, last):
            if codes[at] == 1:
                continue
            value = np.uint32(codes[at]) * mix
            for length in range(2, 6):
                if at + length > last:
                    break
                value = np.uint32((value ^ np.uint32(codes[at + length - 1])) * prime) + mix
                total += weights[_row(np.uint32(value + np.uint32(length)))]
                number += 1
        before, any_before, at = np.uint32(0), False, first
        while at < last:
            if not word[at]:
                at += 1
                continue
            sums, power, end = np.uint32(0), np.uint32(1), at
            while end < last and word[end]:
                sums = np.uint32(sums + np.uint32(codes[end]) * power)
                if end - at < 40:
                    power = np.uint32(power * prime)
                end += 1
            total += weights[_row(np.uint32(sums + np.uint32(77)))]
            number += 1
            if any_before:
                total += weights[_row(np.uint32(np.uint32(before * prime) ^ sums) + np.uint32(78))]
                number += 1
            before, any_before, at = sums, True, end
        if number:
            found[text] = total / np.sqrt(np.float32(max(number, FEW)))
    return found


@numba.njit(cache=True, inline="always")
def _row(value: Any) -> Any:
    value = np.uint32(value)
    return np.uint32(np.uint32(value ^ (value >> np.uint32(15))) * np.uint32(0x9E3779B1)) >> np.uint32(16)
