"""A learned signal is measured before it is used, and learns what people decided."""

from pathlib import Path

import pytest

from steelyard.base.errors import BadInput
from steelyard.screening.engine import Item, load_screen
from steelyard.screening.engine.folding import Batch
from steelyard.screening.engine.learned import Weights
from steelyard.screening.engine.training import Decided, save, train
from tests.screening.engine.conftest import Write

HARMFUL = [Decided(f"быстрый заработок номер {n}, пишите в личку", True, "ru") for n in range(30)]
ORDINARY = [Decided(f"вчера мы обсуждали сборку номер {n} и тесты", False, "ru") for n in range(30)]


def test_a_trained_model_tells_the_kinds_apart_and_carries_its_card(tmp_path: Path) -> None:
    file = tmp_path / "model.npz"
    save(train(HARMFUL + ORDINARY, about="Two kinds of sentences", on="2026-11-21"), file)
    model = Weights(file)
    sure, unsure = model.probabilities(Batch(["заработок, пишите в личку", "тесты и сборка вчера"]).folded)
    assert sure > 0.8
    assert unsure < 0.2
    assert (model.card["about"], model.card["texts"]) == ("Two kinds of sentences", 60)
    row = next(r for r in model.card["measured"] if r["language"] == "ru" and r["threshold"] == 0.5)
    assert (row["found"], row["false"], row["harmful"], row["ordinary"]) == (30, 0, 30, 30)


def test_training_twice_gives_the_same_model() -> None:
    first, second = (train(HARMFUL + ORDINARY, about="", on="") for _ in range(2))
    assert (first.weights == second.weights).all()
    assert first.card == second.card


def test_too_few_decisions_are_refused() -> None:
    with pytest.raises(BadInput, match="too few"):
        train(HARMFUL[:5] + ORDINARY, about="", on="")


def test_a_signal_beside_others_is_asked_only_where_another_fired(write_policy: Write) -> None:
    beside = "signal: likely\nabout: L.\nmodel: {file: m.npz, threshold: 0.5, beside: true}\n"
    folder = write_policy({}, signals_likely=beside)
    save(train(HARMFUL + ORDINARY, about="", on=""), folder / "models" / "m.npz")
    texts = [
        "быстрый заработок номер 3, пишите в личку",
        "привет, быстрый заработок номер 3, пишите в личку",
        "привет, вчера обсуждали сборку номер 3 и тесты",
    ]
    for fast in (False, True):
        verdicts = load_screen(folder, fast=fast).screen([Item(text, text) for text in texts])
        assert [set(dict(verdict.signals)) for verdict in verdicts] == [
            set(), {"greeting", "likely"}, {"greeting"},
        ]  # fmt: skip


def test_a_text_of_few_letters_says_little(tmp_path: Path) -> None:
    file = tmp_path / "model.npz"
    save(train(HARMFUL + ORDINARY, about="", on=""), file)
    short, long = Weights(file).probabilities(Batch(["зараб", HARMFUL[0].text]).folded)
    assert short < long
