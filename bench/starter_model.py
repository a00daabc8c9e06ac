"""Train the learned signal of the starter policy: `python bench/starter_model.py`.

Spam and ordinary messages are the development half of the Telegram messages. Ordinary sentences in English,
French and Arabic come from the development half of HateCheck, whose texts are no spam, hateful or not; the
examples of the policy itself stand on both sides; `ordinary_offers` are ours.
"""

import csv
import random
import sys

from bench_quality import DATA, half_of, language_of, telegram

from steelyard.base import clock
from steelyard.screening.engine import STARTER
from steelyard.screening.engine.policy import read_policy
from steelyard.screening.engine.training import Decided, save, train

COMMERCIAL = ("spam", "scam", "adult", "illegal_goods")


def hatecheck(language: str, file: str, most: int) -> list[Decided]:
    with (DATA / "hatecheck" / f"{file}.csv").open(encoding="utf-8", newline="") as opened:
        texts = sorted(
            {row["test_case"] for row in csv.DictReader(opened) if half_of(row["test_case"]) == "dev"}
        )
    return [Decided(text, False, language) for text in random.Random(1).sample(texts, most)]


def examples() -> list[Decided]:
    policy, _ = read_policy(STARTER)
    rules = [rule for rule in policy.rules if rule.harm in COMMERCIAL and rule.then in ("hold", "queue")]
    chosen = {(example.text, True) for rule in rules if rule.then == "hold" for example in rule.match}
    chosen |= {(example.text, False) for rule in rules for example in rule.no_match}
    return [Decided(text, kind, language_of(text)) for text, kind in sorted(chosen)]


def main() -> None:
    real = [Decided(text, kind, language_of(text)) for text, kind in telegram("dev")]
    plain = hatecheck("en", "english", 150) + hatecheck("fr", "french", 60) + hatecheck("ar", "arabic", 60)
    lines = (DATA / "ordinary_offers" / "ordinary.txt").read_text("utf-8").splitlines()
    plain += [Decided(line, False, language_of(line)) for line in lines]
    about = "Bulk commercial spam: half of umputun/tg-spam (MIT), HateCheck and our own ordinary sentences"
    trained = train(real + plain + examples(), about=about, on=f"{clock.now():%Y-%m-%d}")
    save(trained, STARTER / "models" / "spam.npz")
    for row in trained.card["measured"]:
        sys.stdout.write(f"{row}\n")


if __name__ == "__main__":
    main()
