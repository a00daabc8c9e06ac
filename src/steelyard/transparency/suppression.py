"""Small cells about people, hidden so that no subtraction brings them back. Pure.

The rule: a cell of 1 to 4 is not shown but joins "others, together", and whenever one does, one of the two smallest
shown cells joins too; which of the two, and which of equal ones, is decided by a secret of that day's table. The total
is public and must stay true, so "others" is always the difference; several splits lead to it, also for somebody who
knows this rule, the total, every shown cell and which languages there are. Simpler rules were not enough: two small
cells that make 8 can only be 4 and 4, and a cell that joins because it is the smallest is bounded by those shown.

What keeps subtraction between tables from helping: a table has one dimension and is never crossed with another; a day's
table is published once, when the day is over, and never revised; longer periods are sums of what was shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

LEAST = 5


@dataclass(frozen=True)
class Shown:
    cells: Mapping[str, int]
    others: int
    """Everything else together."""


def shown(cells: Mapping[str, int], secret: Callable[[str], int], *, least: int = LEAST) -> Shown:
    """What may be published of these cells about people. Zeros are no cells.

    `secret` gives each word a number that nobody outside can guess, the same one for the same day's table.
    """
    large = {name: n for name, n in cells.items() if n >= least}
    small = [n for n in cells.values() if 0 < n < least]
    if small and large:
        smallest = sorted(large, key=lambda name: (large[name], secret(name)))[:2]
        small.append(large.pop(smallest[secret("") % len(smallest)]))
    return Shown(dict(sorted(large.items())), sum(small))
