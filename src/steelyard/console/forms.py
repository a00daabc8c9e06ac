"""What staff type in."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from steelyard.console.words import ROLE_NAMES
from steelyard.people.permissions import Role


def _roles() -> list[tuple[str, Any]]:
    return [(role.value, ROLE_NAMES[role]) for role in Role]


class Because(forms.Form):
    because = forms.CharField(
        label=_("Why"),
        help_text=_("Kept in the log. One sentence is enough."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
    )


class Invite(Because):
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Kept sealed; only administrators see it.")
    )
    handle = forms.CharField(
        label=_("Handle"),
        max_length=40,
        help_text=_("A pseudonym. Colleagues see it instead of the name."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(label=_("Language of the console"), choices=settings.LANGUAGES)
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=_roles, required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ("name", "handle", "language", "roles", "because")


class GiveRole(Because):
    role = forms.ChoiceField(label=_("Role"), choices=_roles)
    field_order = ("role", "because")


class Preferences(forms.Form):
    language = forms.ChoiceField(label=_("Language of the console"), choices=settings.LANGUAGES)
    shortcuts = forms.BooleanField(
        label=_("Single-letter keyboard shortcuts on the review pages"), required=False
    )
