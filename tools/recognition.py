"""Learns what each word is worth for recognising an order, and writes it to the recogniser's weights.

    python tools/recognition.py learn CORPUS.jsonl ...     write src/steelyard/orders/recognition/weights.yaml
    python tools/recognition.py try CORPUS.jsonl ...       learn from nine tenths, tell the tenth, ten times; then learn
                                                           from all authors but one and tell that one's, for each
    python tools/recognition.py tell CORPUS.jsonl ...      what the weights as they stand make of these messages

Logistic regression over the recogniser's own evidence. It is pulled towards `recognition_prior.yaml` rather than
towards nothing, and no point may change its sign: what a court's letterhead says is never held against it. A message
is as much an order as the part of it that is most one.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from email.utils import parseaddr
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import yaml

from steelyard.orders.recognition import Arrival, Attached, recognise
from steelyard.orders.recognition.evidence import evidence
from steelyard.orders.recognition.marks import marks
from steelyard.orders.recognition.parts import parts_of

WEIGHTS = Path("src/steelyard/orders/recognition/weights.yaml")
PRIOR = Path(__file__).with_name("recognition_prior.yaml")
AUTHOR_OF = {"open": "first", "kept": "first"}
"""Files whose author wrote another one too; the others are named after their author."""
Line = dict[str, Any]
Numbers = npt.NDArray[np.float64]
PULL, RATE, ROUNDS, STEPS, FOLDS = 0.01, 0.5, 4, 500, 10


def lines(files: Sequence[str]) -> list[Line]:
    return [
        json.loads(line) | {"author": AUTHOR_OF.get(Path(file).stem, Path(file).stem)}
        for file in files
        for line in Path(file).read_text().splitlines()
        if line.strip()
    ]


def arrival(line: Line) -> Arrival:
    attached = tuple(Attached(**each) for each in line.get("attachments") or ())
    return Arrival(
        door=line["door"].rpartition(":")[2], sender=parseaddr(line["from"])[1], subject=line["subject"],
        body=line["body"], attachments=attached,
    )  # fmt: skip


def flat(given: Mapping[str, Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, worth in given.items():
        found |= (
            {f"{name} {n}": each for n, each in enumerate(worth, 1)}
            if isinstance(worth, list)
            else {name: worth}
        )
    return found


def table(given: Sequence[Line], names: Sequence[str]) -> list[Numbers]:
    """For each message one row for each of its parts: how much of each point it has."""
    place = {name: number for number, name in enumerate(names)}
    rows = []
    for line in given:
        message = arrival(line)
        parts = parts_of(message, marks())
        row = np.zeros((max(len(parts), 1), len(names)))
        for number, part in enumerate(parts):
            for one in evidence(part, parts, message.sender):
                row[number, place[one.weight]] += one.share
        rows.append(row)
    return rows


def learn(rows: list[Numbers], is_order: Numbers, prior: Numbers, bias: float) -> tuple[Numbers, float]:
    weight = prior.copy()
    for _ in range(ROUNDS):
        best = np.array([row[np.argmax(row @ weight)] for row in rows])
        for _ in range(STEPS):
            over = 1 / (1 + np.exp(-(best @ weight + bias))) - is_order
            weight -= RATE * (best.T @ over / len(rows) + PULL * (weight - prior))
            weight = np.where(weight * prior < 0, 0, weight)
            bias -= RATE * over.mean()
    return weight, bias


def scores(rows: list[Numbers], weight: Numbers, bias: float) -> Numbers:
    return np.array([np.max(row @ weight) + bias for row in rows])


def tell(given: Sequence[Line], told: Numbers) -> None:
    """`told`: above 0 is an order."""
    count("all", given, told)
    wrong = [
        (round(float(t), 1), line.get("id", line["body"][:40]))
        for t, line in zip(told, given, strict=True)
        if (t > 0) != (line["is"] == "order")
    ]
    print(*sorted(wrong), sep="\n")


def count(title: str, given: Sequence[Line], told: Numbers) -> None:
    found = []
    for kind in sorted({line["is"] for line in given}, key=lambda one: (one != "order", one)):
        taken = [t > 0 for t, line in zip(told, given, strict=True) if line["is"] == kind]
        found.append(f"{kind} {sum(taken)} of {len(taken)}")
    print(f"{title}, taken for an order: {', '.join(found)}")


class Learner(NamedTuple):
    """The labelled messages as numbers, and where the learning starts."""

    given: Sequence[Line]
    rows: list[Numbers]
    is_order: Numbers
    prior: Numbers
    bias: float

    def told(self, kept: Sequence[int]) -> Numbers:
        """What the messages `kept` back score when it learns from all others."""
        rest = np.setdiff1d(np.arange(len(self.given)), kept)
        learned = learn([self.rows[n] for n in rest], self.is_order[rest], self.prior, self.bias)
        return scores([self.rows[n] for n in kept], *learned)

    def by_author(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, line in enumerate(self.given):
            found.setdefault(line["author"], []).append(number)
        return found


def try_(learner: Learner) -> None:
    told, order = np.zeros(len(learner.given)), np.random.default_rng(0).permutation(len(learner.given))
    for fold in range(FOLDS):
        kept = order[fold::FOLDS].tolist()
        told[kept] = learner.told(kept)
    tell(learner.given, told)
    for author, kept in learner.by_author().items():
        count(f"a tenth held back, author {author}", [learner.given[n] for n in kept], told[kept])
    for author, kept in learner.by_author().items():
        count(f"author held back, {author}", [learner.given[n] for n in kept], learner.told(kept))


def written(names: Sequence[str], weight: Numbers, bias: float) -> dict[str, Any]:
    found: dict[str, Any] = {"bias": round(float(bias), 2)}
    for name, worth in zip(names, weight, strict=True):
        concept, _, step = name.rpartition(" ")
        if step.isdigit():
            found.setdefault(concept, []).append(round(float(worth), 2))
        else:
            found[name] = round(float(worth), 2)
    return found


def main(what: str, *files: str) -> None:
    given = lines(files)
    if what == "tell":
        tell(given, np.array([1 if recognise(arrival(line)).kind == "order" else -1 for line in given]))
        return
    prior = flat(yaml.safe_load(PRIOR.read_text()))
    bias = prior.pop("bias")
    names, start = list(prior), np.array(list(prior.values()))
    rows, is_order = table(given, names), np.array([float(line["is"] == "order") for line in given])
    if what == "try":
        try_(Learner(given, rows, is_order, start, bias))
        return
    learned = written(names, *learn(rows, is_order, start, bias))
    head, _, rest = WEIGHTS.read_text().partition("order:\n")
    rest = rest[rest.index("\n# ") :]
    body = yaml.safe_dump(learned, sort_keys=False, default_flow_style=None, width=100)
    WEIGHTS.write_text(head + "order:\n" + "".join(f"  {line}\n" for line in body.splitlines()) + rest)


if __name__ == "__main__":
    main(*sys.argv[1:])
