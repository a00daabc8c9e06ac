"""May what is asked be handed over at all, when another law forbids it or the State has no treaty with us?"""

from django.utils.translation import gettext as _

from steelyard.orders.assessment.matter import Matter
from steelyard.orders.assessment.patterns import words_for
from steelyard.orders.assessment.shapes import Cite, Result
from steelyard.orders.assessment.terms import folded, found


def check(matter: Matter) -> Result:
    asked = matter.asked
    if asked.conflicting_law:
        return _conflict(matter)
    if matter.kind != "disclose":
        return Result(
            check="conflict_of_laws", result="not_applicable", words=_("No user data would be handed over.")
        )
    if matter.in_union:
        return Result(
            check="conflict_of_laws", result="pass", rests_on=matter.group("eu"),
            words=_("The issuing State is bound by the same data protection law."),
        )  # fmt: skip
    return _third_state(matter)


def _conflict(matter: Matter) -> Result:
    one = matter.instrument
    raises = one is not None and one.version.raises_only is not None
    return Result(
        check="conflict_of_laws", result="person", found=(matter.asked.conflicting_law,),
        leads_to="raise" if raises else "", rests_on=matter.cite("eevidence.conflict_raised") if raises else (),
        words=_("The law of a third State is said to forbid this: %(law)s. A lawyer weighs it; a reasoned "
                "objection has its "
                "own time limit.") % {"law": matter.asked.conflicting_law},
    )  # fmt: skip


def _third_state(matter: Matter) -> Result:
    cites = _test(matter)
    treaty = matter.law.treaties.get(matter.asked.country)
    if matter.asked.instrument == "mla" and treaty:
        return Result(
            check="conflict_of_laws", result="person", rests_on=(*cites, Cite.of(treaty)),
            words=_("A treaty is recorded. A lawyer confirms that the request came through the "
                    "authorities it names."),
        )  # fmt: skip
    if matter.asked.instrument == "mla" and (
        named := found(folded(matter.asked.legal_basis), words_for("treaty"))
    ):
        return Result(
            check="conflict_of_laws", result="person", rests_on=cites, found=named,
            words=_("It names a treaty that is not recorded here. A lawyer confirms that it is in force between the "
                    "States, and that the request came through the authorities it names."),
        )  # fmt: skip
    if matter.asked.instrument == "emergency":
        return Result(
            check="conflict_of_laws", result="person", rests_on=cites,
            words=_("Only to save a life, and no more than that takes: a lawyer decides, and legal "
                    "process has to follow."),
        )  # fmt: skip
    cites += (Cite.of(treaty),) if treaty else ()
    return Result(
        check="conflict_of_laws", result="fail", leads_to="refuse", rests_on=cites,
        words=_("An order from outside the Union is no ground to hand over user data unless a treaty "
                "makes it one."),
        cure=_("Send it as a request under a treaty on mutual legal assistance: one is recorded for your "
               "State.") if treaty
        else _("Send it through mutual legal assistance, if a treaty exists: none is recorded here for "
               "your State."),
    )  # fmt: skip


def _test(matter: Matter) -> tuple[Cite, ...]:
    guard = matter.law.safeguards.get("gdpr_48")
    return (Cite.dated("safeguards.gdpr_48", guard),) if guard else ()
