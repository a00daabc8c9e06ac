"""How fast one core screens: `python bench/bench_screening.py [--terms 10000] [--messages 40000] [--plain]`.

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
from importlib.util import find_spec
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


def rates(work: Callable[[], object], count: int, times: int = 5) -> list[float]:
    """Messages a second of CPU time, the best first."""
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append(count / (time.process_time() - began))
    return sorted(found, reverse=True)


def by_turns(
    one: Callable[[], object], other: Callable[[], object], count: int
) -> tuple[list[float], list[float]]:
    """Two rates side by side, so that what else the machine does meets both alike."""
    pairs = [(rates(one, count, 1)[0], rates(other, count, 1)[0]) for _ in range(9)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def say(what: str, found: list[float]) -> None:
    sys.stdout.write(f"{what}: {max(found):,.0f} messages/s (median {statistics.median(found):,.0f})\n")


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
    parser.add_argument("--plain", action="store_true", help="without compiled code, although Numba is there")
    parser.add_argument("--messages", type=int, default=40_000)
    given = parser.parse_args()
    fast = bool(find_spec("numba")) and not given.plain
    chance, out = random.Random(1), sys.stdout.write
    terms = made_terms(given.terms, chance)
    messages, planted = made_messages(given.messages, terms, chance)
    items = [Item(str(number), message) for number, message in enumerate(messages)]
    packed_ = [message.encode() for message in messages]
    column = packed(packed_)
    count, size = len(messages), sum(map(len, packed_)) / len(messages)
    out(f"{count:,} messages of {size:.0f} bytes on average, {given.terms:,} terms, one core, ")
    out("compiled by Numba\n" if fast else "without Numba (pip install steelyard[fast])\n")
    began = time.process_time()
    listed = compiled(terms, fast=fast)
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
    alone = reference(messages, listed)
    say("reference: the matching library alone", alone)
    sifting = listed._finder._eyes.sift
    say(
        "folding alone, sieve, strings",
        rates(lambda: [sifting(part) for _, part in portions(messages)], count),
    )
    say("folding alone, sieve, bytes", rates(lambda: [sifting(part) for _, part in portions(packed_)], count))
    say("list, strings in, what fired out", rates(lambda: listed.noticed(messages), count))
    say("list, bytes in, what fired out", rates(lambda: listed.noticed(packed_), count))
    say("list, an Arrow column in, what fired out", rates(lambda: listed.noticed(column), count))
    ruled = compiled(terms, 100, fast=fast)
    plain, with_rules = by_turns(lambda: listed.screen(items), lambda: ruled.screen(items), count)
    say("list, items in, a verdict for each out", plain)
    say("the same with 100 rules, of which 1% fire", with_rules)
    dearer = statistics.median(one / other for one, other in zip(plain, with_rules, strict=True)) - 1
    out(
        f"100 rules cost {dearer:.0%} more (median of {len(plain)} pairs; "
        f"the best of each: {max(plain) / max(with_rules) - 1:.0%})\n"
    )
    began = time.process_time()
    starter = load_screen(fast=fast)
    out(f"load and compile the starter policy: {time.process_time() - began:.2f} s\n")
    say("starter policy", rates(lambda: starter.screen(items), count))
    out(f"largest resident size: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB\n")


if __name__ == "__main__":
    main()
