"""The error family. Each error says what happened, why, and what to do next; nothing secret goes in."""


def gettext_noop(text: str) -> str:
    """Marks a text for the catalogues without needing Django: whoever shows the error translates it."""
    return text


class SteelyardError(Exception):
    """Something a person can act on."""

    def __init__(self, what: str, why: str = "", do: str = "") -> None:
        self.what, self.why, self.do = what, why, do
        super().__init__(" ".join(part for part in (what, why, do) if part))

    def lines(self) -> str:
        """One sentence a line, so that whoever shows it later can translate each."""
        return "\n".join(part for part in (self.what, self.why, self.do) if part)


class NoSuchThing(SteelyardError):
    """It does not exist, or the asker may not know that it does: the two look the same."""


class Refused(SteelyardError):
    """The asker is known and may see it, but this move is not allowed."""


class BadInput(SteelyardError):
    """What was sent cannot be used; `field` names the place when there is one."""

    def __init__(self, what: str, why: str = "", do: str = "", *, field: str = "") -> None:
        super().__init__(what, why, do)
        self.field = field


class Unreachable(SteelyardError):
    """A part outside did not answer; trying again later is worthwhile."""


class Broken(SteelyardError):
    """A promise of our own did not hold (a failed check, a mismatch): stop and call a person."""
