"""What staff type in about partners."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from steelyard.console.forms import Because, harm_names
from steelyard.console.words import AWARDS, PARTNER_KINDS


class InvitePartner(Because):
    name = forms.CharField(label=_("Organisation"), max_length=160)
    kinds = forms.MultipleChoiceField(
        label=_("What it is"),
        choices=lambda: list(PARTNER_KINDS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    areas = forms.MultipleChoiceField(
        label=_("What it works on"), choices=lambda: harm_names()[1:], widget=forms.CheckboxSelectMultiple
    )
    country = forms.RegexField(
        label=_("Country"), regex="^[A-Z]{2}$", required=False,
        help_text=_("Two letters, for example FR. Empty: international."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Languages they work in"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(label=_("Language of our answers"), choices=settings.LANGUAGES)
    contact_name = forms.CharField(label=_("Whom to call"), max_length=120)
    contact_email = forms.CharField(label=_("E-mail for outcomes"), max_length=200)
    contact_phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    field_order = (
        "name", "kinds", "areas", "country", "languages", "language", "contact_name", "contact_email",
        "contact_phone", "because",
    )  # fmt: skip


class Suspend(forms.Form):
    until = forms.DateField(
        label=_("Until (a date, or empty)"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class Award(forms.Form):
    award = forms.ChoiceField(
        label=_("Status on the list"), choices=lambda: list(AWARDS.items()), required=False
    )
    awarded_by = forms.CharField(label=_("Awarded by"), max_length=160, required=False)
    source = forms.CharField(label=_("Where you read it"), max_length=255, required=False)
    seen_on = forms.DateField(label=_("Read on"), widget=forms.DateInput(attrs={"type": "date"}))
