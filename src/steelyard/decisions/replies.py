"""An answer that addresses the argument: what the complainant argued is quoted, and every point of theirs answered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from steelyard.base.errors import BadInput
from steelyard.base.wording import isolated
from steelyard.decisions.models import Complaint

POINTS = {
    "context": gettext_noop("The context was missed: it was news, criticism, research or a warning"),
    "quoted": gettext_noop("I was quoting somebody else"),
    "satire": gettext_noop("It was a joke or satire"),
    "rule": gettext_noop("The rule does not cover what I posted"),
    "not_mine": gettext_noop("I did not post this, or my account was taken over"),
    "other": gettext_noop("Something else"),
    "fixed": gettext_noop("I have changed or removed what was against the rule"),
}
"""What can have gone wrong, by id, in the complainant's words."""


@dataclass(frozen=True)
class Reply:
    """What the decider writes."""

    answer: str
    """To what is quoted, or to the complaint as a whole"""
    quote: str = ""
    """Words of the complainant, exactly"""
    points: Mapping[str, str] = field(default_factory=dict)
    """The answer to each point that the complainant named, by its id"""


def addresses(reply: Reply, complaint: Complaint, text: str) -> None:
    """Raises BadInput, naming the field, for an answer that leaves out something the complainant argued."""
    if not reply.answer.strip():
        raise BadInput(
            _("Answer what the author says."), _("A complaint gets a reasoned answer (DSA Art. 20(5))."),
            field="answer",
        )  # fmt: skip
    if text.strip() and (not reply.quote.strip() or _plain(reply.quote) not in _plain(text)):
        raise BadInput(
            _("Quote what you answer."), _("The answer has to address the argument."),
            _("Copy the words from the complaint, exactly."), field="quote",
        )  # fmt: skip
    if left := [point for point in complaint.points if not reply.points.get(point, "").strip()]:
        raise BadInput(
            _("Answer every point."), _("Left out: %(point)s") % {"point": _(POINTS.get(left[0], left[0]))},
            field=f"on_{left[0]}",
        )  # fmt: skip


def as_text(reply: Reply, complaint: Complaint) -> str:
    """What the complainant reads, in their language: each thing they argued, with its answer."""
    with override(complaint.language):
        parts = [reply.answer.strip()]
        if reply.quote.strip():
            said = _("You say: “%(words)s”") % {"words": isolated(reply.quote.strip())}
            parts = [f"{said}\n{reply.answer.strip()}"]
        parts += [
            f"{_(POINTS.get(point, point))}:\n{reply.points[point].strip()}" for point in complaint.points
        ]
    return "\n\n".join(parts)


def _plain(text: str) -> str:
    """Line breaks and doubled spaces are not part of what somebody said."""
    return re.sub(r"\s+", " ", text).strip()
