"""A notice of illegal or forbidden content: the elements of Article 16(2) of the Digital Services Act."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from steelyard.base.clock import now
from steelyard.portal.forms.places import Places
from steelyard.rulebook.queries import fact, harms


def harm_choices() -> list[tuple[str, str]]:
    """The harms of the rulebook in the reader's language."""
    language = get_language() or "en"
    return [(harm.id, harm.name(language)) for harm in harms().values()]


class NoticeForm(forms.Form):
    links = Places(
        label=_("Where is it?"),
        help_text=_("The link of the post, channel or account. Several links: one on each line."),
        error_messages={"required": _("Give at least one link.")},
    )
    harm = forms.ChoiceField(
        label=_("What is it?"),
        widget=forms.RadioSelect,
        choices=harm_choices,
        error_messages={"required": _("Choose what comes closest.")},
    )
    explanation = forms.CharField(
        label=_("Why is it illegal or against the rules?"),
        help_text=_(
            "Say what you see and why it is wrong. If you know a law or a rule, name it. Any language."
        ),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        error_messages={"required": _("Explain in a sentence or two why this is wrong.")},
    )
    name = forms.CharField(
        label=_("Your name"),
        help_text=_(
            "Required by law, except in notices of child sexual abuse. The author is not told either."
        ),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        error_messages={"invalid": _("This does not look like an e-mail address.")},
    )
    good_faith = forms.BooleanField(
        label=_("I believe in good faith that what I say here is accurate and complete."),
        error_messages={
            "required": _("We can only act on a notice given in good faith; tick this if it is.")
        },
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        for name in ("name", "email"):
            self.fields[name].says_when = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        anonymous = fact("dsa.anonymous_notice_harms", now().date()).value
        if cleaned.get("harm") not in anonymous:
            if "name" in cleaned and not cleaned["name"]:
                self.add_error("name", _("Give your name, so that we can answer you."))
            if "email" in cleaned and not cleaned["email"]:
                self.add_error("email", _("Give your e-mail address, so that we can answer you."))
        return cleaned
