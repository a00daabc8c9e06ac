"""Keys of the generic door. Only fingerprints are stored; a key is shown once, when it is made."""

from pathlib import Path

import msgspec

from steelyard.base.errors import BadInput
from steelyard.base.files import write_private
from steelyard.base.identifiers import fingerprint, new_token

SCOPES = ("items", "reports")
SANDBOX, LIVE = "sandbox_", "live_"
"""Keys begin so: nobody takes the one for the other."""


class Key(msgspec.Struct, frozen=True):
    name: str
    fingerprint: str
    scopes: tuple[str, ...]
    sandbox: bool = True
    """Its items are answered and forgotten; nothing follows from them."""
    platform: str = ""
    """The platform that its items are of, when it is no sandbox key."""


class Keys:
    """The keys in a file. A key added or taken away counts from the next request."""

    def __init__(self, file: Path) -> None:
        self._file, self._stamp = file, 0
        self._keys: dict[str, Key] = {}

    def of(self, secret: str) -> Key | None:
        """The key, or None for one we do not know. Fingerprints are compared, so time tells nothing of keys."""
        self._refresh()
        return self._keys.get(fingerprint(secret)) if secret else None

    def make(self, name: str, scopes: tuple[str, ...] = SCOPES, *, platform: str = "") -> str:
        """Make a key of a platform, or a sandbox key; returns the secret, which is kept nowhere. Raises BadInput."""
        self._refresh()
        if unknown := set(scopes) - set(SCOPES):
            raise BadInput(f"There is no scope {unknown.pop()!r}.", do=f"Choose from: {', '.join(SCOPES)}.")
        if any(key.name == name for key in self._keys.values()):
            raise BadInput(
                f"There is a key called {name!r}.", do="Take it away first, or choose another name."
            )
        secret = (LIVE if platform else SANDBOX) + new_token()
        made = Key(name, fingerprint(secret), scopes, sandbox=not platform, platform=platform)
        self._write([*self._keys.values(), made])
        return secret

    def take_away(self, name: str) -> None:
        """From the next request on nobody gets in with it. Raises BadInput where there is none of that name."""
        self._refresh()
        left = [key for key in self._keys.values() if key.name != name]
        if len(left) == len(self._keys):
            raise BadInput(f"There is no key called {name!r}.")
        self._write(left)

    def _write(self, keys: list[Key]) -> None:
        write_private(self._file, msgspec.json.format(msgspec.json.encode(keys)))

    def _refresh(self) -> None:
        try:
            stamp = self._file.stat().st_mtime_ns
        except FileNotFoundError:
            self._keys, self._stamp = {}, 0
            return
        if stamp != self._stamp:
            found = msgspec.json.decode(self._file.read_bytes(), type=list[Key])
            self._keys, self._stamp = {key.fingerprint: key for key in found}, stamp
