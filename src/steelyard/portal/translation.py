"""The port for machine translation, and the one adapter there is: LibreTranslate's API.

Nothing is sent by itself: a reader asks for one text. Nothing is kept, here or in a log.
"""

from typing import Protocol

import httpx

from steelyard.base.config import Config, config, home
from steelyard.base.errors import Unreachable

TIMEOUT = 20.0  # seconds; a model on a small machine is slow at the first sentence
LONGEST = 5_000  # characters


class Translator(Protocol):
    def translate(self, text: str, to: str) -> str:
        """`text`, in whatever language, in the language `to` (ISO 639-1).

        Raises Unreachable when the service does not answer, or not with a translation.
        """
        ...


class LibreTranslate:
    """https://docs.libretranslate.com: `POST /translate`, the language of the text found by the service."""

    def __init__(self, url: str, key: str = "") -> None:
        self._address, self._key = url.rstrip("/") + "/translate", key
        self._http = httpx.Client(timeout=TIMEOUT, trust_env=False)

    def translate(self, text: str, to: str) -> str:
        asked = {"q": text, "source": "auto", "target": to, "format": "text"}
        if self._key:
            asked["api_key"] = self._key
        try:
            answer = self._http.post(self._address, json=asked)
            said = answer.json()
        except (httpx.HTTPError, ValueError) as fault:
            raise Unreachable("The translation service does not answer.", type(fault).__name__) from fault
        if not answer.is_success or not isinstance(said, dict) or "translatedText" not in said:
            raise Unreachable(
                "The translation service did not translate this.", f"HTTP status {answer.status_code}"
            )
        return str(said["translatedText"])


def translator(settings: Config | None = None) -> Translator | None:
    """The one the operator chose; None while there is none."""
    chosen = (settings or config()).translation
    if not chosen.url:
        return None
    key = home() / "keys" / "translation"
    return LibreTranslate(chosen.url, key.read_text().strip() if key.exists() else "")
