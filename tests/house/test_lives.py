import pytest

from tools.lives import ROOT, Life, lives, stale

ALL = list(lives())


@pytest.mark.parametrize("life", ALL, ids=lambda life: f"{life.room} {life.name}")
def test_every_state_can_be_reached_from_the_first(life: Life):
    assert life.reachable() == set(life.states)


@pytest.mark.parametrize("life", ALL, ids=lambda life: f"{life.room} {life.name}")
def test_every_move_is_in_lower_case_words_and_every_table_says_what_it_is(life: Life):
    assert life.about.strip()
    assert all(move == move.lower() and move for move, _state in life.moves)


def test_each_life_has_its_own_page():
    assert len({life.page for life in ALL}) == len(ALL)


def test_the_pages_say_what_the_tables_say():
    assert stale() == [], f"run `make lives` in {ROOT}"
