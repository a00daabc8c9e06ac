"""What is held of a listed hash, and how that may change."""

from enum import StrEnum


class Opinion(StrEnum):
    """Named as in `threatexchange`, so that files carry them unchanged; `withdrawn` is ours alone."""

    SEED = "investigation_seed"
    """A hint that nobody has verified."""
    POSITIVE = "positive_class"
    """It shows what the list is about. Only these are screened for."""
    NEGATIVE = "negative_class"
    """A false positive, or test data."""
    DISPUTED = "disputed"
    """Opinions differ, or a person here objects: out of force until somebody decides."""
    WITHDRAWN = "withdrawn"


HASH_MOVES: dict[tuple[str, Opinion], Opinion] = {
    ("dispute", Opinion.POSITIVE): Opinion.DISPUTED,
    ("dispute", Opinion.SEED): Opinion.DISPUTED,
    ("confirm", Opinion.DISPUTED): Opinion.POSITIVE,
    ("confirm", Opinion.SEED): Opinion.POSITIVE,
    ("reject", Opinion.DISPUTED): Opinion.NEGATIVE,
    ("reject", Opinion.SEED): Opinion.NEGATIVE,
    ("withdraw", Opinion.POSITIVE): Opinion.WITHDRAWN,
    ("withdraw", Opinion.SEED): Opinion.WITHDRAWN,
    ("withdraw", Opinion.NEGATIVE): Opinion.WITHDRAWN,
    ("withdraw", Opinion.DISPUTED): Opinion.WITHDRAWN,
}


def together(held: Opinion, new: Opinion) -> Opinion:
    """One opinion out of two, as `threatexchange` does it. What was withdrawn here stays so."""
    if held == new or held in {Opinion.WITHDRAWN, Opinion.DISPUTED}:
        return held
    if new in {Opinion.WITHDRAWN, Opinion.DISPUTED}:
        return new
    if Opinion.NEGATIVE in {held, new}:
        return Opinion.DISPUTED
    return Opinion.POSITIVE
