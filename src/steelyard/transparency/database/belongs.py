"""Which statements of reasons belong in the Union's database, and which do not (DSA Art. 17(2), 17(5), 24(5))."""

from datetime import date

from steelyard.base.config import config
from steelyard.decisions.models import Decision
from steelyard.rulebook.categories import database_rules
from steelyard.rulebook.queries import fact


def belongs(decision: Decision) -> bool:
    """Whether the statement on this decision is to be sent."""
    return not why_not(decision)


def why_not(decision: Decision) -> str:
    """Why it stays with us; "" when it is to be sent."""
    on = (decision.made_at or decision.created_at).date()
    if decision.subject is None or decision.subject.surface not in _listed("statement_surfaces", on):
        return "It is not about something disseminated to the public."
    if decision.instrument in _listed("statement_not_for_instruments", on):
        return "It follows an order under Article 9."
    if decision.ground in _listed("statement_not_for_grounds", on):
        return "It is about deceptive high-volume commercial content."
    return "" if territory(decision) else "It has no effect in the Union."


def territory(decision: Decision) -> list[str]:
    """Where it applies, as far as the database knows the country: the Union with Iceland, Liechtenstein, Norway."""
    known = database_rules()["enums"]["territorial_scope"]
    wanted = decision.territory or config().countries or known
    return sorted(set(wanted) & set(known))


def _listed(name: str, on: date) -> list[str]:
    found: list[str] = fact(f"reporting.{name}", on).value
    return found
