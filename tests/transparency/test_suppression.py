"""Small numbers of people stay hidden from somebody who knows the rule, the total and every other cell."""

from collections import defaultdict
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.transparency.suppression import LEAST, Shown, shown

LANGUAGES = ["ar", "de", "en", "fa", "fr", "ru", "uk"]
SECRETS = st.builds(
    lambda order, bit: lambda word: order.index(word) if word else bit,
    st.permutations(LANGUAGES),
    st.integers(0, 1),
)
CELLS = st.dictionaries(st.sampled_from(LANGUAGES), st.integers(0, 300))


def secret(order, bit):
    return lambda word: order.index(word) if word else bit


def seen(table, order, bit):
    """All that is published: the cells, the others, and the total that the ledger tells anyway."""
    found = shown(table, secret(order, bit))
    return (tuple(found.cells.items()), found.others, sum(table.values()))


@pytest.mark.parametrize(("languages", "most"), [("abc", 12), ("abcd", 7)])
def test_no_small_number_can_be_worked_out_by_somebody_who_knows_the_rule(languages, most):
    possible = defaultdict(list)
    for values in product(range(most + 1), repeat=len(languages)):
        table = dict(zip(languages, values, strict=True))
        for order, bit in product(permutations(languages), (0, 1)):
            possible[seen(table, order, bit)].append(table)
    for tables in possible.values():
        for language in languages:
            values = {table[language] for table in tables}
            if values & set(range(1, LEAST)):
                assert len(values) > 1, tables


@given(CELLS, SECRETS)
def test_every_number_shown_is_true_and_they_add_up_to_the_total(table, secret):
    found = shown(table, secret)
    assert all(table[name] == n for name, n in found.cells.items())
    assert sum(found.cells.values()) + found.others == sum(table.values())


@given(CELLS, SECRETS)
def test_no_cell_of_fewer_than_five_is_shown_and_none_is_hidden_alone(table, secret):
    found = shown(table, secret)
    assert all(n >= LEAST for n in found.cells.values())
    hidden = [n for name, n in table.items() if n and name not in found.cells]
    assert len(hidden) != 1 or not found.cells


@pytest.mark.parametrize(
    ("table", "smallest", "second"),
    [
        ({"en": 100, "fa": 2, "ru": 7}, Shown({"en": 100}, 9), Shown({"ru": 7}, 102)),
        ({"en": 100, "fa": 4, "ar": 4}, Shown({}, 108), Shown({}, 108)),
        ({"en": 100, "ru": 7}, Shown({"en": 100, "ru": 7}, 0), Shown({"en": 100, "ru": 7}, 0)),
        ({"fa": 3}, Shown({}, 3), Shown({}, 3)),
        ({}, Shown({}, 0), Shown({}, 0)),
    ],
)
def test_by_hand(table, smallest, second):
    order = sorted(table)
    assert (shown(table, secret(order, 0)), shown(table, secret(order, 1))) == (smallest, second)
