"""Orders as plain data, complete and verified unless a test takes something away."""

from datetime import UTC, date, datetime

from steelyard.orders.assessment import Asked, Assessment, Words, assess
from steelyard.orders.assessment.clocks import seat_of

MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
SEAT = seat_of("BE")
COMPLETE = {
    "arrived_at": MONDAY, "authority": "Tribunal judiciaire, chambre 3", "issuer": "court", "reference": "24/1234",
    "targets": ("matrix:$1",), "legal_basis": "Code pénal, art. 313-1", "reasons": "Fraud by promise of profit.",
    "redress": "Appeal within ten days", "language": "fr", "verified": 3, "called_back": True, "harm": "scam",
    "contents": (Words(text="Guaranteed profit, write to me in private", language="en"),),
}  # fmt: skip
DATA = {
    "data": ("subscriber",), "offence": "Fraud", "offence_years": 5.0, "contents": (),
    "period_from": date(2026, 10, 1), "period_to": date(2026, 10, 31),
}  # fmt: skip


def paper(instrument="dsa_9", country="FR", **more) -> Asked:
    """A complete, verified order to restrict something in its own State."""
    given = {**COMPLETE, "territory": (country,), **more}
    return Asked(instrument=instrument, country=country, **given)


def data_paper(instrument="epoc", country="FR", **more) -> Asked:
    """A complete, verified order for a user's data."""
    return paper(instrument, country, **{**DATA, **more})


def weighed(asked: Asked) -> Assessment:
    return assess(asked, seat=SEAT)


def results(found: Assessment) -> dict[str, str]:
    return {one.check: one.result for one in found.checks}
