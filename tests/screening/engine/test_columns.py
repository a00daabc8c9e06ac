"""A condition over columns comes out as the CEL interpreter says, item by item."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.screening.engine import Item, load_screen
from steelyard.screening.engine.behaviour import FACTS
from steelyard.screening.engine.columns import check_of, gathered
from steelyard.screening.engine.rules import Conditions, holds
from tests.screening.engine.conftest import Write

SIGNALS = ("one", "two")
QUIET: dict[str, Any] = {}
for name in SIGNALS:
    QUIET |= {f"signal.{name}": False, f"hits.{name}": 0, f"score.{name}": 0.0}
CONDITIONS = Conditions(SIGNALS, FACTS)

integers = st.sampled_from(
    ["hits.one", "hits.two", "facts.author_posts_1h", "facts.author_age_hours", "text.links"]
)
words = st.sampled_from(["facts.join_policy", "facts.language", "surface"])
number = st.integers(0, 3).map(str)
word = st.sampled_from(["'open'", '"ru"', "'public_channel'", "''"])
compare = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
part = st.one_of(
    st.sampled_from(["signal.one", "signal.two", "facts.first_message", "true", "false"]),
    st.tuples(integers, compare, number | integers).map(" ".join),
    st.tuples(words, st.sampled_from(["==", "!="]), word | words).map(" ".join),
    st.tuples(words, st.lists(word, min_size=1, max_size=3)).map(lambda p: f"{p[0]} in [{', '.join(p[1])}]"),
    st.tuples(integers, st.lists(number, min_size=1, max_size=3)).map(
        lambda p: f"{p[0]} in [{', '.join(p[1])}]"
    ),
    st.tuples(st.just("score.one"), compare, st.sampled_from(["0.0", "0.5"])).map(" ".join),
    st.sampled_from(["facts.first_message == true", "facts.is_edit != signal.one"]),
)
conditions = st.recursive(
    part,
    lambda inner: st.one_of(
        inner.map(lambda text: f"!({text})"),
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda p: f"({p[0]}) {p[1]} {p[2]}"),
        st.tuples(inner, st.sampled_from([" &&\n", " || "]), inner).map("".join),
    ),
    max_leaves=8,
)
rows = st.lists(
    st.fixed_dictionaries(
        {"surface": st.sampled_from(["public_channel", "private_group"]), "text.links": st.integers(0, 3)},
        optional={
            "signal.one": st.just(True),
            "hits.one": st.integers(1, 3),
            "score.one": st.sampled_from([0.25, 0.5, 0.9]),
            "signal.two": st.just(True),
            "hits.two": st.integers(1, 3),
            "facts.first_message": st.booleans(),
            "facts.is_edit": st.booleans(),
            "facts.author_posts_1h": st.integers(0, 3),
            "facts.author_age_hours": st.integers(-(2**63), 2**63 - 1),
            "facts.join_policy": st.sampled_from(["open", "request"]),
            "facts.language": st.sampled_from(["ru", "", "en"]),
        },
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=300, deadline=None)
@given(condition=conditions, rows=rows)
def test_columns_and_the_interpreter_agree(condition: str, rows: list[dict[str, Any]]) -> None:
    compiled, check = CONDITIONS.compile(condition), check_of(condition)
    assert check is not None
    columns = gathered(rows, frozenset(QUIET))
    yes, no = (np.broadcast_to(ask(columns), len(rows)).tolist() for ask in (check.yes, check.no))
    assert yes == [holds(compiled, CONDITIONS.facts(QUIET | row)) for row in rows]
    opposite = CONDITIONS.compile(f"!({condition})")
    assert no == [holds(opposite, CONDITIONS.facts(QUIET | row)) for row in rows]


def test_what_columns_cannot_say_is_left_to_the_interpreter() -> None:
    for condition in (
        "signal.one && facts.language.startsWith('r')",
        "hits.one + 1 > 2",
        "signal.one ? signal.two : false",
        "size(surface) > 3",
        "hits.one > -1",
        "[1].exists(x, x == hits.one)",
        r"surface == 'a\'b'",
        "surface == r'a'",
        "(hits.one > 1) == signal.one",
    ):
        CONDITIONS.compile(condition)
        assert check_of(condition) is None, condition


def test_what_only_the_interpreter_reads_finds_everything_that_it_asks_for(write_policy: Write) -> None:
    """CEL lets spaces stand round a dot. Columns do not read that, and nobody else may lose what it names."""
    whens = {
        "read": "signal.greeting && text.chars > 5",
        "spaced": "signal.greeting && text . chars > 5",
        "once": "signal.greeting && hits . greeting == 1",
    }
    rules = [{"name": name, "when": when, "then": "queue"} for name, when in whens.items()]
    verdicts = load_screen(write_policy(*rules)).screen([Item("1", "привет, привет"), Item("2", "привет")])
    assert [[hit.rule for hit in one.rules] for one in verdicts] == [
        ["read", "spaced"],
        ["read", "spaced", "once"],
    ]
