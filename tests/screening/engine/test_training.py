"""A learned signal is measured before it is used, and learns what people decided."""

from pathlib import Path

import pytest

from steelyard.base.errors import BadInput
from steelyard.screening.engine.folding import Batch
from steelyard.screening.engine.learned import Weights
from steelyard.screening.engine.training import Decided, save, train

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
