"""How fast one core screens: `python bench/bench_screening.py [--terms 10000] [--messages 40000] [--fast]`.

Messages of 200 bytes and terms in five scripts, both of random syllables, so that nothing about them is tuned. One
message in a hundred holds a planted term, half of them disguised; all have to be found, and explained. Figures are
messages a second of CPU time, the best of five, with the median behind it: the difference is the machine's noise.
"""

import argparse
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from steelyard.screening.engine import Item, Screen, load_screen
from steelyard.screening.engine.folding import Batch
from steelyard.screening.engine.matching import MAX_MATCHES, run
from steelyard.screening.engine.packed import packed
from steelyard.screening.engine.sieve import portions, sift
from steelyard.screening.engine.tongue import elsewhere

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
    "el": [
        "βα",
        "φι",
        "γορ",
        "διμ",
        "ζου",
        "ζαλ",
        "κον",
        "λεμ",
        "μιρ",
        "νος",
        "που",
        "ρατ",
        "σεμ",
        "τορ",
        "φιλ",
        "χορ",
        "τσεν",
        "ψι",
        "ξου",
        "θα",
        "ιουρ",
        "ιας",
    ],
    "he": [
        "בא",
        "וה",
        "גר",
        "דם",
        "זו",
        "חל",
        "כן",
        "לם",
        "מר",
        "נס",
        "פו",
        "רת",
        "סם",
        "טר",
        "פל",
        "הר",
        "צן",
        "שק",
        "שם",
        "קת",
        "ער",
        "יש",
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
        message, size = [], 0
        while size < 194:
            message.append(words(language, 1, chance, 2)[0])
            size += len(message[-1].encode()) + 1
        if number % 100 == 0:
            term = chance.choice(terms[language])
            message[len(message) // 2] = term.translate(DISGUISE).upper() if number % 200 else term
            planted.add(number)
        messages.append(" ".join(message))
    return messages, planted


def policy_of(terms: dict[str, list[str]], folder: Path, rules: int = 0, *, fast: bool = False) -> Screen:
    """The list alone; with `rules`, of which one in a hundred names the list, and the others signals of their own."""
    (folder / "signals").mkdir()
    (folder / "rules").mkdir()
    (folder / "policy.yaml").write_text("policy: bench\nowner: bench\n")
    lists = "".join(
        f"  - {{languages: [{name}], words: [{', '.join(listed)}]}}\n" for name, listed in terms.items()
    )
    first = terms["ru"][0]
    _signal(folder, "listed", lists, first)
    told = ""
    for number in range(rules):
        name, match = ("listed", first) if number % 100 == 0 else (f"other{number}", f"другое{number}")
        if name != "listed":
            _signal(folder, name, f"  - {{languages: [ru], words: [{match}]}}\n", match)
        when = f"signal.{name} && (hits.{name} >= 1 || facts.author_posts_1h > 20) && surface == 'public_channel'"
        told += (
            f'- {{rule: rule-{number}, about: Made., when: "{when}", then: count, harm: other, policy_ref: bench,'
            f" state: live, owner: bench, examples: {{match: [{match}], no_match: [nothing]}}}}\n"
        )
    if told:
        (folder / "rules" / "rules.yaml").write_text(told)
    return load_screen(folder, fast=fast)


def _signal(folder: Path, name: str, lists: str, match: str) -> None:
    text = f"signal: {name}\nabout: Made.\nterms:\n{lists}examples:\n  match: [{match}]\n"
    (folder / "signals" / f"{name}.yaml").write_text(text)


def rates(work: Callable[[], object], count: int) -> list[float]:
    """Messages a second of CPU time, the best first."""
    found = []
    for _ in range(5):
        began = time.process_time()
        work()
        found.append(count / (time.process_time() - began))
    return sorted(found, reverse=True)


def say(what: str, found: list[float]) -> None:
    sys.stdout.write(f"{what}: {found[0]:,.0f} messages/s (median {statistics.median(found):,.0f})\n")


def compiled(terms: dict[str, list[str]], rules: int = 0, *, fast: bool = False) -> Screen:
    with tempfile.TemporaryDirectory() as folder:
        return policy_of(terms, Path(folder), rules, fast=fast)


def _of_another_language(message: str) -> bool:
    """Whether the check that keeps a term to its languages would doubt a word in the middle of the message: syllables
    are no language, and some pass for one that the list is not for."""
    words_ = message.split(" ")
    start = len(" ".join(words_[: len(words_) // 2])) + 1
    return elsewhere(message, start, start + len(words_[len(words_) // 2]), frozenset({"en"}))


def reference(messages: list[str], listed: Screen) -> list[float]:
    """What this core does at a task that does not change: the matching library alone over folded text. Other machines
    are compared by it, and so is this one on a busy day."""
    folded = [sift(part).data for _, part in portions(messages)]
    literals = listed._finder._terms._narrow
    assert literals is not None
    return rates(lambda: [run(literals.database, data, MAX_MATCHES) for data in folded], len(messages))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--terms", type=int, default=10_000)
    parser.add_argument("--fast", action="store_true", help="by compiled code (pip install steelyard[fast])")
    parser.add_argument("--messages", type=int, default=40_000)
    given = parser.parse_args()
    chance, out = random.Random(1), sys.stdout.write
    terms = made_terms(given.terms, chance)
    messages, planted = made_messages(given.messages, terms, chance)
    items = [Item(str(number), message) for number, message in enumerate(messages)]
    packed_ = [message.encode() for message in messages]
    column = packed(packed_)
    count, size = len(messages), sum(map(len, packed_)) / len(messages)
    out(f"{count:,} messages of {size:.0f} bytes on average, {given.terms:,} terms, one core\n")
    began = time.process_time()
    listed = compiled(terms, fast=given.fast)
    out(f"load and compile the list: {time.process_time() - began:.2f} s\n")
    found = {number for number, verdict in enumerate(listed.screen(items)) if "listed" in verdict.signals}
    missed = planted - found
    aside = {number for number in missed if _of_another_language(messages[number])}
    out(f"planted {len(planted)}, missed {len(missed - aside)}, false {len(found - planted)}\n")
    out(f"set aside, because made words around them pass for another language: {len(aside)}\n")
    say(
        "folding alone, thorough",
        rates(lambda: [Batch(part).folded.data for _, part in portions(messages)], count),
    )
    say("reference: the matching library alone", reference(messages, listed))
    sifting = listed._finder._sift
    say(
        "folding alone, sieve, strings",
        rates(lambda: [sifting(part) for _, part in portions(messages)], count),
    )
    say("folding alone, sieve, bytes", rates(lambda: [sifting(part) for _, part in portions(packed_)], count))
    say("list, strings in, what fired out", rates(lambda: listed.noticed(messages), count))
    say("list, bytes in, what fired out", rates(lambda: listed.noticed(packed_), count))
    say("list, an Arrow column in, what fired out", rates(lambda: listed.noticed(column), count))
    plain = rates(lambda: listed.screen(items), count)
    say("list, items in, a verdict for each out", plain)
    ruled = compiled(terms, 100, fast=given.fast)
    with_rules = rates(lambda: ruled.screen(items), count)
    say("the same with 100 rules, of which 1% fire", with_rules)
    out(f"100 rules cost {plain[0] / with_rules[0] - 1:.0%} more\n")
    began = time.process_time()
    starter = load_screen(fast=given.fast)
    out(f"load and compile the starter policy: {time.process_time() - began:.2f} s\n")
    say("starter policy", rates(lambda: starter.screen(items), count))
    out(f"largest resident size: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB\n")


if __name__ == "__main__":
    main()
