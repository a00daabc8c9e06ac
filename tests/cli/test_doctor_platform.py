"""`steelyard doctor` says how the gate is, and when hiding is off."""

from steelyard.cli.health import Grade, Line, platforms
from steelyard.enforcement.connector import forget_connectors, register


class Told:
    """A platform that tells how it is."""

    def __init__(self, breaker: str, selftest: str) -> None:
        gate = {"breaker": breaker, "connected": True, "held": 3, "passed_unasked": 7, "refusals": {}}
        self.told = {"gate": gate, "selftest": {"state": selftest, "why": "WrongAnswer: still readable"}}

    def status(self):
        return self.told


def findings(breaker: str, selftest: str) -> list[Line]:
    register("matrix", lambda: Told(breaker, selftest))  # type: ignore[arg-type,return-value]
    try:
        return list(platforms())
    finally:
        forget_connectors()


def test_the_counts_are_shown_and_an_open_breaker_is_a_warning():
    assert findings("closed", "passed") == [
        Line(Grade.OK, "matrix: the gate holds (held 3, passed unasked 7).")
    ]
    (line,) = findings("open", "pending")
    assert (line.grade, "breaker is open (held 3, passed unasked 7)" in line.what) == (Grade.WARN, True)


def test_hiding_that_switched_itself_off_is_a_failure():
    _, line = findings("closed", "failed")
    assert (line.grade, line.what) == (
        Grade.FAIL,
        "matrix: hiding is switched off: WrongAnswer: still readable",
    )
