"""What readers are told beside a labelled post, in their channel's language."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.decisions.models import Decision
from steelyard.decisions.states import DecisionState, Label, Outcome
from steelyard.subjects.models import Subject


def label_words(label: str, language: str) -> str:
    """The words beside the post; "" for no label."""
    with override(language):
        return {
            Label.DISPUTED: _("What this post says is disputed."),
            Label.CONTEXT: _("This post leaves out something that changes its meaning."),
            Label.GRAPHIC: _("This post shows violence or injury."),
            Label.SYNTHETIC: _("This was made or changed by a machine."),
            Label.FRAUD: _("This post has the signs of a fraud. Send no money and no codes."),
        }.get(Label(label), "") if label else ""  # fmt: skip


def label_in_force(subject: Subject | None) -> Decision | None:
    """The decision whose label stands beside `subject` now."""
    return (
        Decision.objects.filter(subject=subject, state=DecisionState.MADE, outcome=Outcome.LABEL)
        .exclude(subject=None)
        .order_by("pk")
        .last()
    )
