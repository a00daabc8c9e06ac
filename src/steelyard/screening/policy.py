"""The policy in force: the operator's folder or the starter policy. Compiled once, and when it changes."""

import logging
from pathlib import Path
from threading import Lock

from steelyard.base.config import config
from steelyard.base.errors import SteelyardError
from steelyard.screening.engine import Screen, load_screen

STARTER = Path(__file__).parent / "starter"
_log = logging.getLogger(__name__)
_lock = Lock()
_compiled: dict[Path, tuple[float, Screen]] = {}


def folder() -> Path:
    return Path(config().policy) if config().policy else STARTER


def screen_in_force() -> Screen:
    """The compiled policy. A changed folder takes effect at once when it is free of faults.

    While it has faults the policy before it stays in force; `steelyard check` and the log name them.
    Raises BadInput only when there has been no faultless policy yet.
    """
    where = folder()
    stamp = max(file.stat().st_mtime for file in (where, *where.rglob("*")))
    with _lock:
        known = _compiled.get(where)
        if known is None or known[0] != stamp:
            _compiled[where] = (stamp, _compile(where, known[1] if known else None))
        return _compiled[where][1]


def _compile(where: Path, before: Screen | None) -> Screen:
    try:
        return load_screen(where)
    except SteelyardError as fault:
        if before is None:
            raise
        _log.error("The changed policy is not in force: %s", fault)
        return before
