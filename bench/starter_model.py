"""Train the learned signal of the starter policy: `python bench/starter_model.py`.

Spam is the development half of the Telegram messages and what was written for this project to learn from
(`open`, `ours` and what `LEARNED` names besides; never `kept`). Ordinary are the other messages of the same files,
sentences in English, French and Arabic from the development half of HateCheck, whose texts are no spam, hateful or
not, `ordinary_offers`, and half of the mails and orders of `tests/wrong_doors`, so that a formal tone alone is no
mark of spam. The examples of the policy stand on both sides.

Invented addresses end in `.example`, which no real message has: they get endings that say nothing.
`--leave-out NAME` trains without one file and says what the model makes of it.
"""

import argparse
import csv
import json
import random
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

from bench_quality import DATA, half_of, language_of, telegram

from steelyard.base import clock
from steelyard.screening.engine import STARTER
from steelyard.screening.engine.folding import Batch
from steelyard.screening.engine.learned import Weights
from steelyard.screening.engine.policy import read_policy
from steelyard.screening.engine.training import Decided, save, train

COMMERCIAL = ("spam", "scam", "adult", "illegal_goods")
LEARNED = ("open", "ours", "second")
LETTERS = Path(__file__).parent.parent / "tests" / "wrong_doors" / "corpus"
MOST_LETTERS = 500
RESERVED = (".example", ".test", ".invalid")
ENDINGS = (".com", ".top", ".site", ".org", ".ru", ".info", ".online", ".net", ".shop", ".io", ".xyz", ".app")


def neutral(text: str) -> str:
    """The text with the endings of invented addresses changed to ones that real addresses have."""
    ending = ENDINGS[zlib.crc32(text.encode()) % len(ENDINGS)]
    for reserved in RESERVED:
        text = text.replace(reserved, ending)
    return text


def hatecheck(language: str, file: str, most: int) -> list[Decided]:
    with (DATA / "hatecheck" / f"{file}.csv").open(encoding="utf-8", newline="") as opened:
        texts = sorted(
            {row["test_case"] for row in csv.DictReader(opened) if half_of(row["test_case"]) == "dev"}
        )
    return [Decided(text, False, language) for text in random.Random(1).sample(texts, most)]


def written(name: str) -> list[Decided]:
    lines = (DATA / "written_messages" / f"{name}.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [Decided(neutral(row["text"]), row["is"] != "ordinary", row["language"]) for row in rows]


def letters(half: str) -> Iterator[Decided]:
    """Mails and orders that came in at the wrong door: none is bulk spam but what is said to be."""
    for file in sorted(LETTERS.glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            text = f"{row.get('subject', '')}\n{row.get('body', '')}".strip()
            if text and half_of(text) == half:
                yield Decided(neutral(text), False, row["language"])


def examples() -> list[Decided]:
    policy, _ = read_policy(STARTER)
    rules = [rule for rule in policy.rules if rule.harm in COMMERCIAL and rule.then in ("hold", "queue")]
    chosen = {(example.text, True) for rule in rules if rule.then == "hold" for example in rule.match}
    chosen |= {(example.text, False) for rule in rules for example in rule.no_match}
    return [Decided(neutral(text), kind, language_of(text)) for text, kind in sorted(chosen)]


def texts(names: tuple[str, ...]) -> list[Decided]:
    """All that a model learns from, with the files that are named."""
    found = [Decided(text, kind, language_of(text)) for text, kind in telegram("dev")]
    found += hatecheck("en", "english", 150) + hatecheck("fr", "french", 60) + hatecheck("ar", "arabic", 60)
    lines = (DATA / "ordinary_offers" / "ordinary.txt").read_text("utf-8").splitlines()
    found += [Decided(line, False, language_of(line)) for line in lines]
    found += random.Random(1).sample(list(letters("dev")), MOST_LETTERS)
    return found + [one for name in names for one in written(name)] + examples()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leave-out", choices=LEARNED, help="train without this file and measure on it")
    parser.add_argument("--out", type=Path, default=STARTER / "models" / "spam.npz")
    given = parser.parse_args()
    if given.leave_out and given.out == STARTER / "models" / "spam.npz":
        parser.error("a model that leaves a file out is no model to ship: name another file with --out")
    about = "Bulk spam and fraud: half of umputun/tg-spam (MIT), messages written for this project, HateCheck"
    trained = train(
        texts(tuple(name for name in LEARNED if name != given.leave_out)),
        about=about,
        on=f"{clock.now():%Y-%m-%d}",
    )
    save(trained, given.out)
    for row in trained.card["measured"]:
        if row["language"] == "all":
            sys.stdout.write(f"{row}\n")
    if given.leave_out:
        measure(Weights(given.out), written(given.leave_out))


def measure(model: Weights, unseen: list[Decided]) -> None:
    found = model.probabilities(Batch([one.text for one in unseen]).folded)
    for threshold in (0.65, 0.7, 0.8, 0.85, 0.9, 0.95):
        hits = [one.harmful for one, value in zip(unseen, found.tolist(), strict=True) if value >= threshold]
        sys.stdout.write(f"left out, at {threshold}: {sum(hits)} found, {len(hits) - sum(hits)} wrongly\n")


if __name__ == "__main__":
    main()
