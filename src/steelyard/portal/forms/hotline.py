"""What a partner fills in at the hotline desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from steelyard.people.partners import SCOPES
from steelyard.portal.forms.notice import harm_choices

MOST = 400_000  # characters; 500 addresses with remarks
KINDS = [
    ("", _("Links or identifiers")), ("sha256", "SHA-256"), ("md5", "MD5"), ("pdq", "PDQ"),
]  # fmt: skip


def _harms_or_none() -> list[tuple[str, Any]]:
    return [("", _("As each line says")), *harm_choices()]


class BatchForm(forms.Form):
    lines = forms.CharField(
        label=_("Links, identifiers or hashes"),
        help_text=_("One on each line, 500 at most. A category code of yours may follow after a semicolon."),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "ltr", "autocapitalize": "none", "spellcheck": "false"}),
        required=False, max_length=MOST,
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("What the lines are"), choices=KINDS, required=False)
    file = forms.FileField(
        label=_("Or a CSV file"),
        help_text=_("Columns: what, and if you like code, harm, note, urgency. UTF-8."), required=False,
    )  # fmt: skip
    harm = forms.ChoiceField(
        label=_("What is it?"), choices=_harms_or_none, required=False,
        help_text=_("For lines that carry no category of their own."),
    )  # fmt: skip
    explanation = forms.CharField(
        label=_("Why is it illegal or against the rules?"),
        help_text=_("For all lines. Any language. Do not paste the content itself."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}), max_length=10_000, required=False,
    )  # fmt: skip
    imminent = forms.BooleanField(
        label=_("Somebody is about to be harmed"), required=False,
    )  # fmt: skip
    good_faith = forms.BooleanField(
        label=_("I believe in good faith that what I say here is accurate and complete."),
        error_messages={
            "required": _("We can only act on a notice given in good faith; tick this if it is.")
        },
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("lines", "").strip() and not cleaned.get("file"):
            self.add_error("lines", _("Give at least one link."))
        return cleaned


class WordForm(forms.Form):
    text = forms.CharField(
        label=_("Your message"), widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}), max_length=10_000
    )


class KeyForm(forms.Form):
    name = forms.CharField(label=_("Name of the key"), max_length=60)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), widget=forms.CheckboxSelectMultiple,
        choices=[
            (SCOPES[0], _("Send batches")), (SCOPES[1], _("Read outcomes")),
            (SCOPES[2], _("Read the scorecard and the yearly report")),
        ],
    )  # fmt: skip


class WebhookForm(forms.Form):
    url = forms.CharField(label=_("Address"), max_length=500, widget=forms.URLInput(attrs={"dir": "ltr"}))


class SchemeForm(forms.Form):
    scheme = forms.FileField(
        label=_("Your categories, as JSON"),
        help_text=_("Name and version of the scheme, and for each code its name and one of our harms."),
    )


class ColleagueForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"dir": "auto"}))
    handle = forms.CharField(
        label=_("Handle"), max_length=40, help_text=_("A pseudonym that colleagues see.")
    )
