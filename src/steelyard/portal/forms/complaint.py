"""A complaint against a decision (Article 20 of the Digital Services Act)."""

from django import forms
from django.utils.translation import gettext_lazy as _

POINTS = [
    ("context", _("The context was missed: it was news, criticism, research or a warning")),
    ("quoted", _("I was quoting somebody else")),
    ("satire", _("It was a joke or satire")),
    ("rule", _("The rule does not cover what I posted")),
    ("not_mine", _("I did not post this, or my account was taken over")),
    ("other", _("Something else")),
]
"""The ids are those of flows.receive_complaint."""


class ComplaintForm(forms.Form):
    points = forms.MultipleChoiceField(
        label=_("What did we get wrong?"),
        choices=POINTS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    text = forms.CharField(
        label=_("Tell us in your own words"),
        help_text=_(
            "In any language. Another person than the one who decided reads it and has to answer it."
        ),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 7, "dir": "auto"}),
        error_messages={"required": _("Say in a sentence or two what we should look at again.")},
    )
