"""Learns what each word is worth for an order, a plea, a complaint and a notice, and writes it to `weights.yaml`.

    python tools/recognition.py learn CORPUS.jsonl ...     write src/steelyard/orders/recognition/weights.yaml
    python tools/recognition.py try CORPUS.jsonl ...       learn from nine tenths, tell the tenth, ten times; then learn
                                                           from all authors but one and tell that one's, for each
    python tools/recognition.py tell CORPUS.jsonl ...      what the weights as they stand make of these messages

Logistic regression over the recogniser's own evidence, orders against everything, the other kinds against all that is
no order. It is pulled towards `recognition_prior.yaml` rather than towards nothing, and no point may fall below a
tenth of its prior: what a court's letterhead says is never held against it, and whoever reads the reasons sees it. A
message is as much an order as the part of it that is most one.
"""

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from email.utils import parseaddr
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from steelyard.orders.recognition import Arrival, Attached, recognise
from steelyard.orders.recognition.evidence import evidence, evidence_of_kind, like
from steelyard.orders.recognition.found import Evidence
from steelyard.orders.recognition.marks import marks
from steelyard.orders.recognition.parts import parts_of
from steelyard.orders.recognition.reading import LIKE, enough_for_an_order, weights

KINDS = ("order", "plea", "complaint", "notice")
WEIGHTS = Path("src/steelyard/orders/recognition/weights.yaml")
PRIOR = Path(__file__).with_name("recognition_prior.yaml")
AUTHOR_OF = {"open": "first", "kept": "first", "second_kept": "second"}
"""Files whose author wrote another one too; the others are named after their author."""
FIELDS = ("authority", "reference", "legal_basis", "demand", "targets", "links", "topic")
NAMED = re.compile("([^<>]*)<([^<>]+)>")
Line = dict[str, Any]
Numbers = npt.NDArray[np.float64]
PULL, RATE, ROUNDS, STEPS, FOLDS, LEAST = 0.005, 0.5, 4, 500, 10, 0.1


def lines(files: Sequence[str]) -> list[Line]:
    return [
        json.loads(line) | {"author": AUTHOR_OF.get(Path(file).stem, Path(file).stem)}
        for file in files
        for line in Path(file).read_text().splitlines()
        if line.strip()
    ]


def arrival(line: Line) -> Arrival:
    attached = tuple(Attached(**each) for each in line.get("attachments") or ())
    name, address = named_address(line["from"])
    return Arrival(
        door=line["door"].rpartition(":")[2], sender=address, subject=line["subject"],
        name=str((line.get("fields") or {}).get("name") or name),
        body="\n".join((*_typed(line.get("fields") or {}), line["body"])), attachments=attached,
    )  # fmt: skip


def named_address(given: str) -> tuple[str, str]:
    """Name and address; the name may have a comma and no quotation marks, as a person writes it."""
    found = NAMED.fullmatch(given.strip())
    return (found[1].strip(' "'), found[2]) if found else parseaddr(given)


def _typed(fields: Mapping[str, Any]) -> list[str]:
    """What the form's own fields say, as the doors hand it to the recogniser."""
    named = [fields.get(name) for name in FIELDS]
    return [str(one) for each in named if each for one in (each if isinstance(each, list) else [each])]


def flat(given: Mapping[str, Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, worth in given.items():
        found |= (
            {f"{name} {n}": each for n, each in enumerate(worth, 1)}
            if isinstance(worth, list)
            else {name: worth}
        )
    return found


def table(given: Sequence[Line], kind: str, names: Sequence[str]) -> list[Numbers]:
    """For each message one row for each of its parts (one in all for the other kinds): how much of each point."""
    place = {name: number for number, name in enumerate(names)}
    rows = []
    for line in given:
        found = found_in(line, kind)
        row = np.zeros((max(len(found), 1), len(names)))
        for number, each in enumerate(found):
            for one in each:
                if one.weight in place:
                    row[number, place[one.weight]] += one.share
        rows.append(row)
    return rows


def found_in(line: Line, kind: str) -> list[list[Evidence]]:
    if "read" not in line:
        message = arrival(line)
        line["read"] = message, parts_of(message, marks())
    message, parts = line["read"]
    if kind == "order":
        return [evidence(part, parts, message, line["likes"]) for part in parts]
    return [evidence_of_kind(parts, message.door)]


def find_likes(given: Sequence[Line]) -> None:
    """How much each message reads like a notice or a complaint, by the points that its author's are not among."""
    for line in given:
        line["likes"] = []
    for kind in LIKE:
        learner = Learner(given, kind.value)
        rows = table(given, kind.value, learner.names)
        for author in {line["author"] for line in given}:
            others_ = [n for n, line in enumerate(learner.given) if line["author"] != author]
            weight, bias = learner.learned(others_)
            for line, row in zip(given, rows, strict=True):
                if line["author"] == author:
                    line["likes"] += like(kind.value, float(np.max(row @ weight) + bias))


def learn(rows: list[Numbers], is_it: Numbers, prior: Numbers, bias: float) -> tuple[Numbers, float]:
    weight = prior.copy()
    for _ in range(ROUNDS):
        best = np.array([row[np.argmax(row @ weight)] for row in rows])
        for _ in range(STEPS):
            over = 1 / (1 + np.exp(-(best @ weight + bias))) - is_it
            weight -= RATE * (best.T @ over / len(rows) + PULL * (weight - prior))
            weight = np.where(weight * prior < LEAST * prior**2, LEAST * prior, weight)
            bias -= RATE * over.mean()
    return weight, bias


def scores(rows: list[Numbers], weight: Numbers, bias: float) -> Numbers:
    return np.array([np.max(row @ weight) + bias for row in rows])


def share(hits: int, of: int) -> str:
    """How many of how many, and Wilson's interval at 95 %."""
    z, part = 1.96, hits / max(of, 1)
    middle, width = part + z * z / (2 * of), z * math.sqrt(part * (1 - part) / of + z * z / (4 * of * of))
    low, high = ((middle + sign * width) / (1 + z * z / of) for sign in (-1, 1))
    return f"{hits} of {of} ({max(low, 0):.1%} to {min(high, 1):.1%})"


def tell(given: Sequence[Line], told: Sequence[str]) -> None:
    """How many of each kind are taken for what, and which are wrong."""
    for is_, named in (("order", "orders"), *((one, one) for one in others(given))):
        seen = Counter(kind for kind, line in zip(told, given, strict=True) if line["is"] == is_)
        of = sum(seen.values())
        print(f"{named}, {of}: {', '.join(f'{kind} {share(n, of)}' for kind, n in seen.most_common())}")
    for kind, line in zip(told, given, strict=True):
        if kind != line["is"]:
            print(line["is"], "taken for", kind, line.get("id", line["body"][:40]))


def others(given: Sequence[Line]) -> list[str]:
    return sorted({line["is"] for line in given} - {"order"})


def count(title: str, given: Sequence[Line], told: Numbers) -> None:
    """`told`: above 0 is of the kind."""
    found = []
    for is_ in sorted({line["is"] for line in given}, key=lambda one: (one != "order", one)):
        taken = [t > 0 for t, line in zip(told, given, strict=True) if line["is"] == is_]
        found.append(f"{is_} {share(sum(taken), len(taken))}")
    print(f"{title}: {', '.join(found)}")


class Learner:
    """The labelled messages as numbers for one kind, and where the learning starts."""

    def __init__(self, given: Sequence[Line], kind: str) -> None:
        self.kind = kind
        self.given = [line for line in given if kind == "order" or line["is"] != "order"]
        prior = flat(yaml.safe_load(PRIOR.read_text())[kind])
        self.bias, self.names = prior.pop("bias"), list(prior)
        self.prior = np.array([prior[name] for name in self.names])
        self.rows = table(self.given, kind, self.names)
        self.is_it = np.array([float(line["is"] == kind) for line in self.given])

    def learned(self, which: Sequence[int]) -> tuple[Numbers, float]:
        return learn([self.rows[n] for n in which], self.is_it[list(which)], self.prior, self.bias)

    def told(self, kept: Sequence[int]) -> Numbers:
        """How far above enough the messages `kept` back score when it learns from all others."""
        rest = np.setdiff1d(np.arange(len(self.given)), kept).tolist()
        return scores([self.rows[n] for n in kept], *self.learned(rest)) - self.enough[kept]

    @cached_property
    def enough(self) -> Numbers:
        """How many points each message needs."""
        if self.kind != "order":
            return np.full(len(self.given), float(weights()["enough"][self.kind]))
        seen = [[one.signal for part in found_in(line, "order") for one in part] for line in self.given]
        return np.array([enough_for_an_order(signals) for signals in seen])

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
    count(f"taken for {learner.kind}, a tenth held back", learner.given, told)
    for author, kept in learner.by_author().items():
        there = [learner.given[n] for n in kept]
        count(f"  of author {author}", there, told[kept])
        alone = learner.told(kept)
        count(f"  of author {author}, all of whose held back", there, alone)
        if learner.kind == "order":  # what lies below enough, and above that a person is asked about
            between = learner.enough[kept] - float(weights()["enough"]["doubtful"])
            asked = np.where((alone <= 0) & (alone > -between), 1.0, -1.0)
            count(f"  of author {author}, put before a person as doubtful", there, asked)


def written(names: Sequence[str], weight: Numbers, bias: float) -> dict[str, Any]:
    found: dict[str, Any] = {"bias": round(float(bias), 2)}
    for name, worth in zip(names, weight, strict=True):
        concept, _, step = name.rpartition(" ")
        if step.isdigit():
            found.setdefault(concept, []).append(round(float(worth), 2))
        else:
            found[name] = round(float(worth), 2)
    return found


def write(points: Mapping[str, Mapping[str, Any]]) -> None:
    """The points of each kind; what stands before and after them in the file stays."""
    text = WEIGHTS.read_text()
    head, tail = text[: text.index("order:\n")], text[text.index("\n# How many") :]
    body = ""
    for kind, each in points.items():
        told = yaml.safe_dump(each, sort_keys=False, default_flow_style=None, width=100)
        body += f"{kind}:\n" + "".join(f"  {line}\n" for line in told.splitlines())
    WEIGHTS.write_text(head + body + tail)


def main(what: str, *files: str) -> None:
    given = lines(files)
    if what == "tell":
        tell(given, [recognise(arrival(line)).kind.value for line in given])
        return
    find_likes(given)
    learners = [Learner(given, kind) for kind in KINDS]
    if what == "try":
        for each in learners:
            try_(each)
        return
    write({each.kind: written(each.names, *each.learned(range(len(each.given)))) for each in learners})


if __name__ == "__main__":
    main(*sys.argv[1:])
