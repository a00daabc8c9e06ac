"""Plug-in signals: somebody else's classifier, behind a port. The engine itself asks nobody over a network.

    signal: toxicity
    about: The house's own classifier.
    plugin: {name: toxicity, threshold: 0.9}

It may ask for a person, count or label; a score that nobody of us can explain takes nothing away alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from steelyard.screening.engine.items import Item
from steelyard.screening.engine.signals import Signal


class Classifier(Protocol):
    """Anybody's classifier. Found by the entry point group `steelyard.classifiers`, or asked over HTTP."""

    def scores(self, texts: Sequence[str]) -> Sequence[float | None]:
        """A score from 0 to 1 for each text; None where there is none. May be slow or fail: it is guarded."""
        ...


Classifiers = Mapping[str, Classifier]


class PluggedScan:
    """The plug-in signals of a policy."""

    def __init__(self, signals: Sequence[Signal]) -> None:
        self._plugins = [(signal.name, signal.plugin) for signal in signals if signal.plugin]
        self.names = frozenset(name for name, _ in self._plugins)

    def scan(
        self, items: Sequence[Item], classifiers: Classifiers
    ) -> Iterator[tuple[int, str, float | None]]:
        """(item, signal, score) where one reaches its threshold; a score of None where there was no answer.

        What an item brings along in `scores` is not asked for again.
        """
        brought = [item.scores or {} for item in items]
        for signal, plugin in self._plugins:
            asked = [number for number, scores in enumerate(brought) if plugin.name not in scores]
            found = {n: scores[plugin.name] for n, scores in enumerate(brought) if plugin.name in scores}
            if asked and (classifier := classifiers.get(plugin.name)):
                said = classifier.scores([items[number].text for number in asked])
                for number, score in zip(asked, said, strict=False):
                    if score is None:
                        yield number, signal, None
                    else:
                        found[number] = score
            for number, score in found.items():
                if score >= plugin.threshold:
                    yield number, signal, round(float(score), 4)
