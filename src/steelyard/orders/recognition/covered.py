"""A longer phrase is read alone: shorter words of another meaning within it say nothing."""

from collections.abc import Mapping, Sequence

from steelyard.orders.recognition.words import Hit

COVERED = ("authority", "officer", "demand", "wants", "act", "object")
COVERING = (
    "told", "complied", "association", "own", "press", "study", "question", "counsel", "lure", "vendor", "fraud",
    "mine", "kin", "received", "customer", "courtesy", "private", "event", "newsdesk", "machine", "hiring",
)  # fmt: skip
OFFICES = ("authority", "officer")
COVERED_BY_OFFICES = (
    "counsel", "press", "study", "association", "vendor", "hiring", "event", "newsdesk", "customer",
)  # fmt: skip


def not_covered(found: Mapping[str, list[Hit]]) -> dict[str, list[Hit]]:
    """ "The police told me" is no authority that speaks, "have you removed" nobody who wants something removed; and the
    attorney general is no attorney."""
    ours, offices = _until(found, COVERING), _until(found, OFFICES)
    covers = dict.fromkeys(COVERED, ours) | dict.fromkeys(COVERED_BY_OFFICES, offices)
    return {
        name: [one for one in there if covers.get(name, {}).get(one.first, -1) < one.last]
        for name, there in found.items()
    }


def _until(found: Mapping[str, list[Hit]], names: Sequence[str]) -> dict[int, int]:
    """For each word of a phrase of several words for one of the concepts, the last word of that phrase."""
    until: dict[int, int] = {}
    for hit in (hit for name in names for hit in found.get(name, ()) if hit.last > hit.first):
        for number in range(hit.first, hit.last + 1):
            until[number] = max(until.get(number, -1), hit.last)
    return until
