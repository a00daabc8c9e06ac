"""Where the service stands in a country."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Count, Sum

from steelyard.markets.models import Leaving, Matter, Step
from steelyard.markets.states import LeavingState, MatterState


def leaving_of(country: str) -> Leaving | None:
    """The leaving that is asked for or in force; None: the service is there as everywhere."""
    return Leaving.objects.filter(country=country).exclude(state=LeavingState.RETURNED).first()


def countries_left() -> Sequence[Leaving]:
    """Every country that the service has left and not come back to, the newest first."""
    return list(Leaving.objects.filter(state=LeavingState.LEFT).order_by("-left_at"))


def steps_of(leaving: Leaving) -> Sequence[Step]:
    """What it does on each platform, in order."""
    return list(leaving.steps.order_by("pk"))


def matters_of(country: str) -> dict[str, int]:
    """How many matters of each kind are not closed."""
    rows = Matter.objects.filter(country=country).exclude(state=MatterState.CLOSED).values_list("kind")
    return dict(rows.annotate(Count("pk")).order_by("kind"))


def fines_of(country: str) -> dict[str, Decimal]:
    """Fines that stand in our register, by currency. Sums of different currencies are never added up."""
    rows = Matter.objects.filter(country=country, kind="fine").exclude(amount=None).values_list("currency")
    return {currency: total for currency, total in rows.annotate(Sum("amount")) if total is not None}
