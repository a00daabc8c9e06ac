"""Texts from Arrow columns are screened where they lie, with the verdicts that lists of them get."""

import pytest

from steelyard.base.errors import BadInput
from steelyard.screening.engine import Screen
from steelyard.screening.engine.packed import arrow_column, packed

pyarrow = pytest.importorskip("pyarrow")
TEXTS = ["hello", "казино @some_bot", "", "строка\n" * 3, "t.me/+AbCdEf", "ещё раз"] * 400


@pytest.mark.parametrize("kind", ["string", "large_string", "binary", "large_binary"])
def test_a_column_gets_the_verdicts_of_its_texts(starter: Screen, kind: str) -> None:
    texts = TEXTS if "string" in kind else [text.encode() for text in TEXTS]
    column = arrow_column(pyarrow.array(texts, getattr(pyarrow, kind)()))
    assert list(column) == [text.encode() for text in TEXTS]
    assert starter.noticed(column) == starter.noticed([text.encode() for text in TEXTS]) != {}


def test_a_part_of_a_column_is_that_part() -> None:
    column = arrow_column(pyarrow.array(["one", "two", "three", "four"])[1:3])
    assert list(column) == [b"two", b"three"]
    assert list(column[1:]) == [b"three"]


def test_a_null_is_an_empty_text() -> None:
    assert list(arrow_column(pyarrow.array(["a", None, "b"] * 5)[1:])) == ([b"a", b"", b"b"] * 5)[1:]
    assert list(arrow_column(pyarrow.array([None, None], pyarrow.string()))) == [b"", b""]
    assert list(arrow_column(pyarrow.array([], pyarrow.string()))) == []


def test_the_texts_outlive_the_column() -> None:
    column = arrow_column(pyarrow.array(["казино " * 10] * 1000))
    other = [pyarrow.array(["x" * 100] * 1000) for _ in range(20)]
    assert len(other) == 20
    assert set(column) == {("казино " * 10).encode()}


def test_what_holds_no_texts_is_refused_in_words() -> None:
    with pytest.raises(BadInput, match="holds no texts"):
        arrow_column(pyarrow.array([1, 2]))
    with pytest.raises(BadInput, match="no column of Arrow"):
        arrow_column(["text"])


def test_strings_and_bytes_are_packed_as_they_are() -> None:
    assert list(packed(["ё", b"\xff", "\ud800"])) == ["ё".encode(), b"\xff", b"\xed\xa0\x80"]
    assert list(packed([])) == []
