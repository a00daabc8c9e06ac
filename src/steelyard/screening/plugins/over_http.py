"""A classifier over HTTP: POST {"texts": [...]}, answered {"scores": [...]}. Only texts leave: no names, no ids."""

from collections.abc import Sequence
from pathlib import Path

import httpx
import msgspec

from steelyard.base.config import Classifier as Stated
from steelyard.base.config import home

LARGEST_ANSWER = 1_000_000


class _Answer(msgspec.Struct):
    scores: list[float | None]


class OverHttp:
    def __init__(self, stated: Stated) -> None:
        self._url = stated.url
        key = home() / "keys" / "classifiers" / stated.name
        self._headers = _authorization(key) | {"content-type": "application/json"}
        # Longer than the budget: whoever waits has gone on by then, and a late answer closes nothing.
        timeout = max(1.0, 4 * stated.budget_ms / 1000)
        self._http = httpx.Client(timeout=timeout, trust_env=False, follow_redirects=False)

    def scores(self, texts: Sequence[str]) -> Sequence[float | None]:
        body = msgspec.json.encode({"texts": [text.encode("utf-8", "replace").decode() for text in texts]})
        answer = self._http.post(self._url, content=body, headers=self._headers)
        answer.raise_for_status()
        return msgspec.json.decode(answer.content[:LARGEST_ANSWER], type=_Answer).scores


def _authorization(key: Path) -> dict[str, str]:
    return {"authorization": f"Bearer {key.read_text().strip()}"} if key.exists() else {}
