"""Forms of the officer's area, and the one for the code of our letter."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from steelyard.people.agencies.access import Agency
from steelyard.portal.forms.order import OrderForm


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code in our letter"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "dir": "ltr", "spellcheck": "false"}),
        error_messages={"required": _("Type the code of our letter.")},
    )


class WayInForm(forms.Form):
    token = forms.CharField(
        label=_("The link we sent you"),
        max_length=200,
        widget=forms.TextInput(attrs={"data-from-fragment": "", "dir": "ltr", "autocomplete": "off"}),
        error_messages={
            "required": _("Open the link of our letter, or paste what stands behind its # sign.")
        },
    )
    spoken = forms.CharField(
        label=_("The code we read out to you"),
        help_text=_("We call your authority on a number that we look up ourselves and read it out."),
        max_length=30,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type the code that we read out to you.")},
    )


class OfficerOrderForm(OrderForm):
    """The same form without what is known already: the authority, its country, its kind."""

    def __init__(self, *given: Any, agency: Agency, **options: Any) -> None:
        super().__init__(*given, **options)
        self.agency = agency
        for name in ("authority", "country", "issuer"):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Adds what is known of the authority."""
        known = {"authority": self.agency.name, "country": self.agency.country, "issuer": self.agency.kind}
        self.cleaned_data |= known
        return super().clean()


class ColleagueForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Give the name.")},
    )  # fmt: skip
    handle = forms.CharField(
        label=_("Short name"), help_text=_("Initials or a staff number; the passkey shows it."), max_length=40,
        widget=forms.TextInput(attrs={"dir": "auto"}), error_messages={"required": _("Give a short name.")},
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language"), choices=lambda: settings.LANGUAGES, initial=get_language
    )
    administrator = forms.BooleanField(
        label=_("May name further colleagues"), required=False,
    )  # fmt: skip
