"""Where may it apply? In the issuing State, unless Union law or a stated ground takes it further."""

from django.utils.translation import gettext as _

from steelyard.orders.assessment.gate import own_territory
from steelyard.orders.assessment.matter import Matter, language
from steelyard.orders.assessment.patterns import words_for
from steelyard.orders.assessment.shapes import Cite, Result
from steelyard.orders.assessment.terms import folded, found
from steelyard.rulebook.countries import country_name

EVERY = "*"
"""Stands for every place there is, in a list of countries"""


def narrowed(matter: Matter) -> tuple[str, ...]:
    """Countries where a measure would apply: what was asked for, cut to what the law allows."""
    scope = matter.instrument.version.scope if matter.instrument else None
    if matter.kind != "restrict" or scope is None or scope.widest == "terms":
        return ()
    if scope.widest == "union":
        return matter.law.members("eu")
    own = (matter.asked.country,)
    if own_territory(matter) or not matter.asked.territory:
        return own
    return (
        matter.asked.territory
        if _wider_allowed(matter)
        else tuple(c for c in matter.asked.territory if c in own) or own
    )


def check(matter: Matter) -> Result:
    one, asked = matter.instrument, matter.asked
    scope = one.version.scope if one else None
    if matter.kind != "restrict" or one is None or scope is None:
        return Result(check="territory", result="not_applicable", words=_("Nothing is restricted anywhere."))
    allowed = narrowed(matter)
    cites: tuple[Cite, ...] = (Cite.article(f"instruments.{one.id}.scope", scope, one.source),)
    if own_territory(matter):
        cites += (Cite.of(matter.law.safeguards_of_gate["own_territory_only"]),)
    asked_for = {code for code in asked.territory if code != EVERY}
    beyond = tuple(sorted(asked_for - set(allowed))) if allowed else ()
    wide = (
        found(folded(asked.demand), words_for("everywhere"))
        if allowed and scope.widest == "issuing_state"
        else ()
    )
    if wide or (allowed and EVERY in asked.territory):
        beyond = (EVERY,)
    if beyond:
        return Result(
            check="territory", result="fail", leads_to="comply_in_part", rests_on=cites, found=beyond,
            words=_("It reaches further than its law: to %(beyond)s. It would apply in: %(where)s.")
            % {"beyond": _named(beyond), "where": _named(allowed)},
            cure=_("Name the Union law it rests on, or say why it has to apply beyond your State."),
        )  # fmt: skip
    if scope.widest == "issuing_state" and set(allowed) - {asked.country}:
        return Result(
            check="territory", result="person", rests_on=cites, found=allowed,
            words=_("It reaches beyond its State on a stated ground. A person says whether the ground "
                    "carries it."),
        )  # fmt: skip
    return Result(
        check="territory", result="pass", rests_on=cites, found=allowed,
        words=_("It would apply in: %(where)s.") % {"where": _named(allowed) or _("every place alike, "
                "under the terms")},
    )  # fmt: skip


def _named(codes: tuple[str, ...]) -> str:
    return ", ".join(
        _("every country") if code == EVERY else country_name(code, language()) for code in codes
    )


def _wider_allowed(matter: Matter) -> bool:
    return matter.asked.union_law or bool(matter.asked.wider_ground.strip())
