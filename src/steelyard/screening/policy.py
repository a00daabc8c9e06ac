"""The policy in force: the operator's folder or the starter policy. Compiled once, and when it changes."""

import logging
from pathlib import Path
from threading import Event, Lock, Thread

from steelyard.base.config import config, home
from steelyard.base.errors import SteelyardError
from steelyard.screening.engine import Screen, load_screen

STARTER = Path(__file__).parent / "starter"
LOOKS_EVERY = 1.0
"""Seconds between two looks at the folder by a process that watches it."""
_log = logging.getLogger(__name__)
_lock = Lock()
_compiled: dict[Path, tuple["Stamp", Screen]] = {}
Stamp = frozenset[tuple[str, int, int]]


def folder() -> Path:
    return Path(config().policy) if config().policy else STARTER


def screen_in_force() -> Screen:
    """The compiled policy. A changed folder takes effect at once when it is free of faults.

    While it has faults the policy before it stays in force; `steelyard check` and the log name them.
    Raises BadInput only when there has been no faultless policy yet.
    """
    where = folder()
    stamp = stamp_of(where)
    with _lock:
        known = _compiled.get(where)
        if known is None or known[0] != stamp:
            _compiled[where] = (stamp, _compile(where, known[1] if known else None))
        return _compiled[where][1]


def stamp_of(where: Path) -> Stamp:
    """Changes with every file that is written, added or taken away."""
    stats = [(str(file), file.stat()) for file in (where, *where.rglob("*")) if file.exists()]
    return frozenset((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


class Watched:
    """The policy in force for a process that must never wait for one: a change is compiled aside, and put in
    place whole when the folder has come to rest. What is under way ends with the policy it began with."""

    def __init__(self, where: Path, *, every: float = LOOKS_EVERY) -> None:
        """Raises BadInput or PolicyProblems when there is no faultless policy to begin with."""
        self._where, self._every, self._stopped = where, every, Event()
        self._stamp = stamp_of(where)
        self.screen = _with_plugins(load_screen(where, home() / "cache" / "screening", fast=config().fast))
        """The compiled policy; ask anew for each batch."""
        Thread(target=self._watch, name="policy", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def _watch(self) -> None:
        seen = self._stamp
        while not self._stopped.wait(self._every):
            stamp = stamp_of(self._where)
            if stamp == seen != self._stamp:  # at rest since the look before, so not half written
                self.screen = _compile(self._where, self.screen)
                self._stamp = stamp
            seen = stamp


def _compile(where: Path, before: Screen | None) -> Screen:
    try:
        return _with_plugins(load_screen(where, home() / "cache" / "screening", fast=config().fast))
    except (SteelyardError, OSError) as fault:
        if before is None:
            raise
        _log.error("The changed policy is not in force: %s", fault)
        return before


def _with_plugins(screen: Screen) -> Screen:
    if screen.asks_plugins:
        from steelyard.screening.plugins import classifiers  # httpx only where somebody asks a classifier

        screen.classifiers = classifiers()
    return screen
