"""A receipt that somebody holds and wants checked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LARGEST = 4_000_000  # a batch of five hundred links with their reasons fits


class VerifyForm(forms.Form):
    file = forms.FileField(
        label=_("The file of the receipt"),
        help_text=_("The file that ends in .json. It is checked and not kept."),
        error_messages={"required": _("Choose the file you were given."), "empty": _("This file is empty.")},
    )

    def clean_file(self) -> Any:
        if self.cleaned_data["file"].size > LARGEST:
            raise forms.ValidationError(_("This file is too large to be one of our receipts."))
        return self.cleaned_data["file"]
