"""A complaint against a decision (Article 20 of the Digital Services Act)."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from steelyard.decisions.attachments import FileGiven
from steelyard.decisions.replies import POINTS


def _points() -> list[tuple[str, str]]:
    """What can have gone wrong, as the complainant says it; `fixed` has its own page."""
    return [(id_, gettext(words)) for id_, words in POINTS.items() if id_ != "fixed"]


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """Any number of small files; what kind they are is read from their bytes later."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> tuple[FileGiven, ...]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        files = (super(Files, self).clean(one, initial) for one in given)
        return tuple(FileGiven(str(one.name)[:120], one.read()) for one in files)


class ComplaintForm(forms.Form):
    points = forms.MultipleChoiceField(
        label=_("What did we get wrong?"),
        choices=_points,
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
    papers = Files(
        label=_("Files that show what you mean"),
        help_text=_("PDF, pictures or plain text: five at most, together two megabytes."),
        required=False,
    )


class ObjectionForm(forms.Form):
    """What somebody says against a warning or a suspension."""

    text = forms.CharField(
        label=_("Tell us in your own words"), help_text=_("In any language."), max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        error_messages={"required": _("Say in a sentence or two what we should look at again.")},
    )  # fmt: skip


class NotifierForm(forms.Form):
    """Whoever sent a notice says why the outcome is wrong."""

    text = ComplaintForm.base_fields["text"]
    papers = ComplaintForm.base_fields["papers"]
