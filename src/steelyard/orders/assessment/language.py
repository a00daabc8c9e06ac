"""Is it written in a language that the service has declared, or translated into one?"""

from django.utils.translation import gettext as _

from steelyard.orders.assessment.matter import Matter
from steelyard.orders.assessment.shapes import Cite, Result


def check(matter: Matter) -> Result:
    one, asked = matter.instrument, matter.asked
    if one is None or one.version.language.rule == "any":
        return Result(check="language", result="not_applicable", words=_("It may come in any language."))
    declared = matter.law.fact("house.desk_languages")
    cites = (
        Cite.article(f"instruments.{one.id}.language", one.version.language, one.source),
        Cite.of(declared),
    )
    if asked.language in declared.value or asked.translation in declared.value:
        return Result(
            check="language", result="pass", rests_on=cites, words=_("It is in a language that was declared.")
        )
    if not asked.language:
        return Result(
            check="language", result="person", rests_on=cites,
            words=_("Nobody has noted the language of the order yet."),
        )  # fmt: skip
    return Result(
        check="language", result="fail", leads_to="ask", rests_on=cites, found=(asked.language,),
        words=_("It is in a language that was not declared, and no translation is enclosed. Declared: "
                "%(languages)s.")
        % {"languages": ", ".join(declared.value)},
        cure=_("Send a translation of the grounds and of what is to be done."),
    )  # fmt: skip
