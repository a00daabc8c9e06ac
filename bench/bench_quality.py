"""How well a policy screens real messages: precision and recall by language, HateCheck by functionality.

The messages are split in two by a hash of their text: rules and model were made on the `dev` half, the `test`
half is what counts. `python bench/bench_quality.py` prints the tables of docs/measured.md;
`--half dev --misses` lists what the development half still gets wrong.
"""

import argparse
import csv
import hashlib
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from steelyard.screening.engine import STARTER, Action, Item, Verdict, compile_policy, load_policy
from steelyard.screening.engine.items import CONTAINING

DATA = Path(__file__).parent.parent / "seeds" / "data"


def half_of(text: str) -> str:
    """Which half a message belongs to: by its text alone, so that copies stay together."""
    return "dev" if hashlib.sha256(text.strip().encode()).digest()[0] % 2 == 0 else "test"


def telegram(half: str) -> list[tuple[str, bool]]:
    """(text, is spam) of one half."""
    folder = DATA / "telegram_spam"
    return [
        (line, kind == "spam")
        for kind in ("spam", "ham")
        for line in (folder / f"{kind}.txt").read_text("utf-8").splitlines()
        if line.strip() and half_of(line) == half
    ]


def language_of(text: str) -> str:
    return (
        "ru" if sum("а" <= char.lower() <= "я" for char in text) * 4 > sum(map(str.isalpha, text)) else "en"
    )


def wilson(hits: int, of: int) -> str:
    """A share with its 95% Wilson interval."""
    if not of:
        return "–"
    share, z = hits / of, 1.96
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{share:.1%} ({max(middle - spread, 0):.1%}–{min(middle + spread, 1):.1%}; {hits}/{of})"


def contained(verdict: Verdict) -> bool:
    return verdict.action in CONTAINING


def noticed(verdict: Verdict) -> bool:
    return verdict.action in CONTAINING or verdict.action == Action.QUEUE or verdict.wants_person


def telegram_table(rows: Iterable[tuple[str, bool, Verdict]]) -> list[str]:
    rows = list(rows)
    lines = ["| language | n spam / ordinary | measure | precision | recall |", "|---|---|---|---|---|"]
    for language in ("ru", "en", "all"):
        chosen = [row for row in rows if language in ("all", language_of(row[0]))]
        spam = [verdict for _, is_spam, verdict in chosen if is_spam]
        ham = [verdict for _, is_spam, verdict in chosen if not is_spam]
        for name, test in (("contained", contained), ("contained or queued", noticed)):
            true, false = sum(map(test, spam)), sum(map(test, ham))
            precision, recall = wilson(true, true + false), wilson(true, len(spam))
            lines.append(f"| {language} | {len(spam)} / {len(ham)} | {name} | {precision} | {recall} |")
    return lines


def hatecheck_rows() -> dict[str, list[tuple[str, bool, str]]]:
    found = {}
    for language in ("english", "french", "arabic"):
        file = DATA / "hatecheck" / f"{language}.csv"
        if file.is_file():
            with file.open(encoding="utf-8", newline="") as opened:
                found[language] = [
                    (row["functionality"], row["label_gold"] == "hateful", row["test_case"])
                    for row in csv.DictReader(opened)
                ]
    return found


def hatecheck_table(screen_all: Callable[[list[str]], list[Verdict]]) -> list[str]:
    lines = ["| language | functionality | gold | noticed of n |", "|---|---|---|---|"]
    for language, rows in hatecheck_rows().items():
        groups: dict[tuple[str, bool], list[bool]] = defaultdict(list)
        for (name, hateful, _), verdict in zip(rows, screen_all([row[2] for row in rows]), strict=True):
            groups[name, hateful].append(noticed(verdict))
        for (name, hateful), found in sorted(groups.items()):
            gold = "hateful" if hateful else "not hateful"
            lines.append(f"| {language} | {name} | {gold} | {sum(found)} / {len(found)} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--policy", type=Path, default=STARTER)
    parser.add_argument("--half", choices=("dev", "test"), default="test")
    parser.add_argument(
        "--misses", action="store_true", help="list what was wrong; for the development half only"
    )
    given = parser.parse_args()
    screen = compile_policy(load_policy(given.policy))

    def screen_all(texts: list[str]) -> list[Verdict]:
        return screen.screen([Item(str(number), text) for number, text in enumerate(texts)])

    messages = telegram(given.half)
    verdicts = screen_all([text for text, _ in messages])
    rows = [(text, is_spam, verdict) for (text, is_spam), verdict in zip(messages, verdicts, strict=True)]
    out = sys.stdout.write
    out(f"Policy {screen.policy.name} {screen.version}, {given.half} half\n\n")
    out("\n".join(telegram_table(rows)) + "\n\n")
    if given.misses and given.half == "dev":
        for text, is_spam, verdict in rows:
            if contained(verdict) != is_spam or (noticed(verdict) and not is_spam):
                rules = [hit.rule for hit in verdict.rules]
                out(
                    f"{'SPAM' if is_spam else 'HAM '} {verdict.action} {rules} {dict(verdict.signals)}\n"
                    f"   {text[:400]}\n"
                )
    else:
        out("\n".join(hatecheck_table(screen_all)) + "\n")


if __name__ == "__main__":
    main()
