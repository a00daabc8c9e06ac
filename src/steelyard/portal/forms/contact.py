"""Anything else: whoever does not know which form is theirs writes here."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ContactForm(forms.Form):
    email = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        error_messages={
            "required": _("Give your e-mail address, so that we can answer you."),
            "invalid": _("This does not look like an e-mail address."),
        },
    )
    name = forms.CharField(
        label=_("Your name"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )  # fmt: skip
    subject = forms.CharField(
        label=_("What is it about?"), max_length=300, required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )  # fmt: skip
    message = forms.CharField(
        label=_("Your message"),
        help_text=_("In any language. Do not send passwords."),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        error_messages={"required": _("Write your message.")},
    )
