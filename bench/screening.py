"""How fast one core screens: `python bench/screening.py [--terms 10000] [--messages 40000]`.

Three policies over the same messages of about 200 bytes: the starter policy, a list of terms in five scripts alone,
and folding alone. Terms and messages are made of random syllables, so nothing about them is tuned; one message in
a hundred holds a planted term, half of them disguised, and all have to be found.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from steelyard.screening.engine import Item, Screen, load_screen
from steelyard.screening.engine.folding import Batch

SYLLABLES = {
    "ru": [
        "ба",
        "ве",
        "гор",
        "дим",
        "жу",
        "зал",
        "кон",
        "лем",
        "мир",
        "нос",
        "пу",
        "рат",
        "сем",
        "тор",
        "фил",
        "хор",
        "цен",
        "чик",
        "шум",
        "щит",
        "юр",
        "яс",
    ],
    "en": [
        "ba",
        "ven",
        "gor",
        "dim",
        "ju",
        "zal",
        "kon",
        "lem",
        "mir",
        "nos",
        "pu",
        "rat",
        "sem",
        "tor",
        "fil",
        "hor",
        "cen",
        "chick",
        "shum",
        "quit",
        "wur",
        "yas",
    ],
    "fr": [
        "beau",
        "vin",
        "gâ",
        "dé",
        "jou",
        "zèle",
        "con",
        "leu",
        "mère",
        "nos",
        "pu",
        "rat",
        "cé",
        "tor",
        "fil",
        "hor",
        "cien",
        "chi",
        "chou",
        "quit",
        "oui",
        "yeux",
    ],
    "ar": [
        "با",
        "في",
        "غر",
        "دم",
        "جو",
        "زل",
        "كن",
        "لم",
        "مر",
        "نس",
        "بو",
        "رت",
        "سم",
        "تر",
        "فل",
        "حر",
        "صن",
        "شك",
        "شم",
        "قط",
        "ور",
        "يس",
    ],
    "fa": [
        "با",
        "وی",
        "گر",
        "دم",
        "ژو",
        "زل",
        "کن",
        "لم",
        "مر",
        "نس",
        "پو",
        "رت",
        "سم",
        "تر",
        "فل",
        "خر",
        "چن",
        "شک",
        "شم",
        "قت",
        "ور",
        "یس",
    ],
}
DISGUISE = str.maketrans("аеорсух", "aeopcyx")


def words(language: str, count: int, chance: random.Random, syllables: int) -> list[str]:
    return ["".join(chance.choices(SYLLABLES[language], k=syllables)) for _ in range(count)]


def made_terms(count: int, chance: random.Random) -> dict[str, list[str]]:
    return {language: words(language, count // len(SYLLABLES), chance, 5) for language in SYLLABLES}


def made_messages(
    count: int, terms: dict[str, list[str]], chance: random.Random
) -> tuple[list[str], set[int]]:
    messages, planted = [], set()
    for number in range(count):
        language = chance.choice(list(SYLLABLES))
        message = words(language, 18, chance, 2)
        if number % 100 == 0:
            term = chance.choice(terms[language])
            message[9] = term.translate(DISGUISE).upper() if number % 200 else term
            planted.add(number)
        messages.append(" ".join(message))
    return messages, planted


def policy_of(terms: dict[str, list[str]], folder: Path) -> Screen:
    (folder / "signals").mkdir()
    (folder / "policy.yaml").write_text("policy: bench\nowner: bench\n")
    lists = "".join(
        f"  - {{languages: [{name}], words: [{', '.join(listed)}]}}\n" for name, listed in terms.items()
    )
    first = terms["ru"][0]
    signal = f"signal: listed\nabout: Made.\nterms:\n{lists}examples:\n  match: [{first}]\n"
    (folder / "signals" / "listed.yaml").write_text(signal)
    return load_screen(folder)


def best(work: Callable[[], object], count: int) -> str:
    """Messages a second of CPU time, the best of three."""
    rates = []
    for _ in range(3):
        began = time.process_time()
        work()
        rates.append(count / (time.process_time() - began))
    return f"{max(rates):,.0f} messages/s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--terms", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=40_000)
    given = parser.parse_args()
    chance = random.Random(1)
    terms = made_terms(given.terms, chance)
    messages, planted = made_messages(given.messages, terms, chance)
    items = [Item(str(number), message) for number, message in enumerate(messages)]
    size = sum(len(message.encode()) for message in messages) / len(messages)
    out = sys.stdout.write
    out(f"{len(messages):,} messages of {size:.0f} bytes on average, {given.terms:,} terms, one core\n")
    parts = [messages[first : first + 4000] for first in range(0, len(messages), 4000)]
    out(f"folding alone: {best(lambda: [Batch(part).folded.data for part in parts], len(messages))}\n")
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        listed = policy_of(terms, Path(folder))
        out(f"load and compile the list: {time.process_time() - began:.2f} s\n")
        verdicts = listed.screen(items)
        found = {number for number, verdict in enumerate(verdicts) if "listed" in verdict.signals}
        missed, false = len(planted - found), len(found - planted)
        out(f"planted {len(planted)}, missed {missed}, false {false}\n")
        out(f"screen with the list: {best(lambda: listed.screen(items), len(items))}\n")
    began = time.process_time()
    starter = load_screen()
    out(f"load and compile the starter policy: {time.process_time() - began:.2f} s\n")
    out(f"screen with the starter policy: {best(lambda: starter.screen(items), len(items))}\n")
    out(f"largest resident size: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB\n")


if __name__ == "__main__":
    main()
