"""What a post's author and its reviewer notice of screening."""

import subprocess
import sys

import pytest

from steelyard.screening.engine import Action, Item, Screen, compile_policy, load_policy


@pytest.fixture(scope="module")
def screen() -> Screen:
    return compile_policy(load_policy())


def test_each_item_gets_one_verdict_in_order(screen: Screen) -> None:
    items = [Item(str(number), "Привет, как дела?") for number in range(10)]
    assert [verdict.id for verdict in screen.screen(items)] == [item.id for item in items]


def test_an_ordinary_message_is_allowed_and_says_nothing(screen: Screen) -> None:
    (verdict,) = screen.screen([Item("1", "Привет, как дела?")])
    assert (verdict.action, verdict.rules, verdict.signals, verdict.spans) == (Action.ALLOW, (), {}, ())


def test_a_disguised_job_scam_is_held_and_explained_on_its_original_text(screen: Screen) -> None:
    text = "Дoxoд oт 500$ в день, пиши в лс"
    (verdict,) = screen.screen([Item("1", text)])
    assert verdict.action == Action.HOLD
    assert verdict.deciding is not None
    assert verdict.deciding.version
    span = next(span for span in verdict.spans if span.signal == "money_promise")
    assert text[span.start : span.end].startswith("Дoxoд")
    assert "confusables" in span.folding


def test_the_engine_works_where_django_and_the_network_are_missing() -> None:
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}; sys.modules['django'] = None; sys.modules['socket'] = None\n"
        "from steelyard.screening.engine import Item, compile_policy, load_policy\n"
        "print(compile_policy(load_policy()).screen([Item('1', 'text')])[0].action)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == ("allow", 0), done.stderr
