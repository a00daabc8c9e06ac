"""Is everything there that the instrument's form asks for, one by one, with the article that asks for it?"""

from django.utils.translation import gettext as _

from steelyard.orders.assessment.matter import Matter
from steelyard.orders.assessment.shapes import Asked, Cite, Result
from steelyard.rulebook.shapes import Element


def missing(asked: Asked, elements: tuple[Element, ...]) -> tuple[Element, ...]:
    """Mandatory elements that are not there, in the order of the form."""
    return tuple(element for element in elements if not _said(getattr(asked, element.id)))


def _said(value: str | tuple[str, ...]) -> bool:
    """Whether anything stands there: blanks are nothing."""
    return bool(value.strip()) if isinstance(value, str) else any(one.strip() for one in value)


def check(matter: Matter) -> Result:
    one = matter.instrument
    if one is None:
        return Result(check="form", result="not_applicable", words=_("There is no instrument to check."))
    absent = missing(matter.asked, one.elements)
    cites = tuple(
        Cite.article(f"instruments.{one.id}.{element.id}", element, one.source)
        for element in absent or one.elements
    )
    if not absent:
        return Result(
            check="form", result="pass", rests_on=cites, words=_("Everything the law asks for is there.")
        )
    return Result(
        check="form", result="fail", leads_to="ask", rests_on=cites,
        found=tuple(f"{element.id} ({element.article})" for element in absent),
        words=_("Missing: %(elements)s.") % {"elements": ", ".join(_named(element) for element in absent)},
        cure=_("Send what is missing under the same reference; the order keeps its time of arrival."),
    )  # fmt: skip


def _named(element: Element) -> str:
    return f"{element_name(element.id)} ({element.article})"


def element_name(id_: str) -> str:
    """How an element of a form is called in the reader's language."""
    return {
        "authority": _("issuing authority"),
        "issuer": _("kind of issuing authority"),
        "reference": _("reference"),
        "targets": _("what it is about"),
        "legal_basis": _("legal basis"),
        "reasons": _("statement of reasons"),
        "redress": _("ways to contest it"),
        "territory": _("where it applies"),
        "data": _("categories of data"),
        "offence": _("offence"),
        "emergency": _("the danger"),
    }[id_]
