"""From what was counted to what is shown: rounded down, and from a place that nobody outside knows."""

LEAST = 10
"""Below it nothing is shown."""


def rounded(opened: int, lot: float) -> int:
    """At most `opened`, in tens below a thousand, in hundreds below ten thousand and so on; 0: nothing is shown.

    `lot` (0 to 1) is by how much of a step more than necessary is taken off. Whoever fills a number up to just
    below a step does not know where the step is, so that the next reader's coming does not show.
    """
    if opened < LEAST:
        return 0
    step: int = 10 ** max(1, len(str(opened)) - 2)
    return max(0, (opened - int(lot * step)) // step * step)
