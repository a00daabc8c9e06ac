"""Before an order is sent: what of its form would be questioned, by the desk's own checks.

Only form. Nothing here depends on who asks, on what is held about a target or on whether it exists: whoever invents
an order learns nothing from it that the law does not say.
"""

from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.flows.assess_order import as_given
from steelyard.orders.assessment import CHECKS, Result
from steelyard.orders.assessment.clocks import seat_of
from steelyard.orders.assessment.matter import Matter
from steelyard.orders.given import OrderGiven
from steelyard.rulebook.law import law_on

OF_FORM = ("red_lines", "in_force", "competence", "form", "language", "necessity", "territory")


def questioned(given: OrderGiven) -> list[Result]:
    """The checks of form that this order would not pass as it is, in the desk's order and words."""
    arrived = now()
    law = law_on(arrived.astimezone(seat_of(config().established_in).zone).date())
    matter = Matter(as_given(given, arrived), law)
    found = [CHECKS[name](matter) for name in OF_FORM]
    return [result for result in found if result.result in ("fail", "person")]


def titles() -> dict[str, str]:
    """What each of them is about."""
    return {
        "red_lines": _("What is never given"),
        "in_force": _("The instrument"),
        "competence": _("Who issues it"),
        "form": _("What has to be in it"),
        "language": _("Language"),
        "necessity": _("No more than needed"),
        "territory": _("Where it takes effect"),
    }
