"""What became of packages: for the answer, the desk and the authority."""

from steelyard.cases.models import Case
from steelyard.disclosure.models import Package
from steelyard.orders.models import Order


def packages_of(order: Order) -> list[Package]:
    """Every package under an order, the newest first, with its access log at hand."""
    return list(
        order.packages.select_related("key", "order__key").prefetch_related("touches").order_by("-pk")
    )


def released_for(case: Case) -> Package | None:
    """The package with which the order of this case was executed."""
    found = Package.objects.filter(order__bases__case=case).exclude(released_at=None)
    return found.order_by("-pk").first()
