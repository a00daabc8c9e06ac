"""Which way an order takes: two questions, and a third for those who want to be exact."""

from django import forms
from django.utils.translation import gettext_lazy as _

from steelyard.portal.forms.long_lists import LongList
from steelyard.portal.forms.order import country_choices, issuer_choices

NEEDS = {
    "emergency": _("Help now: a life is in danger"),
    "preserve": _("Keep data until an order follows"),
    "data": _("Get data about a user"),
    "remove": _("Have content hidden or removed"),
}


class WhereForm(forms.Form):
    country = forms.ChoiceField(
        label=_("Country of the authority"),
        choices=country_choices,
        widget=LongList,
        error_messages={"required": _("Choose the country of the authority.")},
    )
    need = forms.ChoiceField(
        label=_("What do you need?"),
        choices=lambda: [("", "—"), *NEEDS.items()],
        error_messages={"required": _("Choose what you need.")},
    )
    issuer = forms.ChoiceField(
        label=_("Kind of authority"), required=False, choices=lambda: [("", "—"), *issuer_choices()]
    )
