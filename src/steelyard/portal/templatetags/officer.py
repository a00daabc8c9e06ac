"""{% load officer %}: what the officer's pages show in words."""

from django import template
from django.forms import BoundField, ChoiceField, MultipleChoiceField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from steelyard.people.agencies.states import OfficerState

register = template.Library()

_STATES = {
    OfficerState.NAMED: _("named; we have not agreed yet"),
    OfficerState.INVITED: _("agreed; the passkey is still to come"),
    OfficerState.ACTIVE: _("active"),
    OfficerState.SUSPENDED: _("suspended"),
    OfficerState.REVOKED: _("shut out"),
}


@register.filter
def said(text: str) -> str:
    """A sentence of an error, in the reader's language."""
    return gettext(text) if text else ""


@register.filter
def officer_state(state: str) -> str:
    return str(_STATES[OfficerState(state)])


@register.filter
def in_full(field: BoundField) -> str:
    """What was entered, with the words of a choice in place of its code."""
    value = field.value()
    if isinstance(field.field, ChoiceField):
        words = dict(field.field.choices)  # type: ignore[arg-type]  # a callable only before it is asked
        chosen = value if isinstance(field.field, MultipleChoiceField) else [value]
        return ", ".join(str(words.get(one, one)) for one in chosen)
    return str(value)
