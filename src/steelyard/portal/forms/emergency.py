"""The emergency line. One field is needed; whoever is in danger has no time for more."""

from django import forms
from django.utils.translation import gettext_lazy as _


class EmergencyForm(forms.Form):
    said = forms.CharField(
        label=_("What is happening?"),
        help_text=_("One sentence is enough. Any language."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        error_messages={"required": _("Say in one sentence what is happening.")},
    )
    number = forms.CharField(
        label=_("A number on which we can call you back"),
        help_text=_("A person calls. Without a number we do what we can with what you wrote."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "dir": "ltr"}),
    )
    where = forms.CharField(
        label=_("Where on the service did you see it?"),
        help_text=_("A link, a name, a channel: whatever you have."),
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
