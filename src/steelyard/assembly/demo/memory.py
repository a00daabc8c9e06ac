"""What the demo has done so far, so that a story killed in the middle goes on where it stopped."""

import json
import secrets
from pathlib import Path
from typing import Any

from steelyard.base.files import write_private


class Memory:
    """A small file of mode 0600, written whole after each change. It holds the demo people's passwords."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._facts: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}

    def __contains__(self, name: str) -> bool:
        return name in self._facts

    def __getitem__(self, name: str) -> Any:
        return self._facts[name]

    def get(self, name: str, otherwise: Any = None) -> Any:
        return self._facts.get(name, otherwise)

    def __setitem__(self, name: str, value: Any) -> None:
        self._facts[name] = value
        write_private(self._file, json.dumps(self._facts, ensure_ascii=False, indent=1).encode())

    def secret(self, name: str) -> str:
        """A password of the demo's own, made once and kept before it is used."""
        if f"secret:{name}" not in self:
            self[f"secret:{name}"] = secrets.token_urlsafe(12)
        return str(self[f"secret:{name}"])
