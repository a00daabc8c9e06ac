"""An order of an authority. What its law demands is asked for by name; an incomplete one can be sent too."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.validators import validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from steelyard.base.clock import now
from steelyard.portal.forms.long_lists import LongList
from steelyard.portal.forms.notice import harm_choices
from steelyard.portal.forms.places import Places
from steelyard.rulebook.countries import countries, known
from steelyard.rulebook.queries import data_categories, fact, instruments, issuers

ASCII = 127
UNION = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"


@dataclass(frozen=True)
class Missing:
    """A mandatory element that is not there: which field, its label, and the article that demands it."""

    field: str
    label: str
    article: str


def instrument_choices() -> list[tuple[str, str]]:
    language = get_language() or "en"
    return [(one.id, one.name(language)) for one in instruments().values()]


def country_choices() -> list[tuple[str, str]]:
    return [("", "—"), *countries(get_language() or "en")]


def issuer_choices() -> list[tuple[str, str]]:
    return _named(issuers())


TONGUES = (
    "ar bg cs da de el en es et fa fi fr ga he hi hr hu id is it ja ko lt lv mt nl no pl pt ro ru sk sl sq sr sv th tr "
    "uk ur vi zh"
)


def accepted() -> list[tuple[str, str]]:
    """The languages our desk has declared (DSA Art. 11(3)): a translation helps in one of them."""
    codes = fact("house.desk_languages", now().date()).value
    return [one for one in tongues() if one[0] in codes]


def tongues() -> list[tuple[str, str]]:
    """Languages an order may be written in (ISO 639-1), by their own names."""
    named = [(code, LANG_INFO.get(code, {}).get("name_local", code)) for code in TONGUES.split()]
    return [(code, name.capitalize()) for code, name in named]


def _text(rows: int = 0, **more: Any) -> Any:
    attrs = {"dir": "auto", **more}
    return forms.Textarea(attrs={"rows": rows, **attrs}) if rows else forms.TextInput(attrs=attrs)


def _named(things: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    language = get_language() or "en"
    return [(id_, names.get(language) or names["en"]) for id_, names in things.items()]


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "dir": "ltr"})


_FIELDS = {"data": "categories"}
"""Elements whose field is called otherwise: every form of Django has a `data` already."""
_SHOWN = {**_FIELDS, "territory": "scope"}


def _mail(value: str) -> None:
    """As Django's own check, and letters of every script before the @ as well (RFC 6531)."""
    box, at, domain = value.rpartition("@")
    validate_email("".join("a" if ord(one) > ASCII and one.isalnum() else one for one in box) + at + domain)


class MailField(forms.EmailField):
    default_validators = (_mail,)  # type: ignore[assignment]  # a tuple, so that nobody adds to it


def _in_words(field: forms.Field, value: Any) -> str:
    if not isinstance(field, forms.ChoiceField):
        return str(field.prepare_value(value))
    chosen, choices = (
        value if isinstance(value, list) else [value],
        cast("Iterable[tuple[str, str]]", field.choices),
    )
    return ", ".join(str(label) for id_, label in choices if id_ in chosen)


class OrderForm(forms.Form):
    instrument = forms.ChoiceField(
        label=_("Under which instrument?"),
        widget=forms.RadioSelect,
        choices=instrument_choices,
        error_messages={"required": _("Choose the instrument, so that the right clock starts.")},
    )
    authority = forms.CharField(
        label=_("Issuing authority"),
        help_text=_("Full name, unit and officer, as it should stand in our answer."),
        max_length=300, widget=_text(autocomplete="organization"),
        error_messages={"required": _("Name the issuing authority.")},
    )  # fmt: skip
    country = forms.ChoiceField(
        label=_("Country of the authority"),
        choices=country_choices,
        widget=LongList,
        error_messages={"required": _("Choose the country of the authority.")},
    )
    reference = forms.CharField(
        label=_("Your reference"),
        help_text=_("File or order number. The same order sent twice is then recognised as one."),
        max_length=120, required=False, widget=_text(),
    )  # fmt: skip
    contact = MailField(
        label=_("E-mail address for our answer"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        error_messages={
            "required": _("Give an address, so that our answer reaches you."),
            "invalid": _("This does not look like an e-mail address."),
        },
    )
    language = forms.ChoiceField(
        label=_("Language of our answer"), choices=lambda: settings.LANGUAGES, initial=get_language
    )
    harm = forms.ChoiceField(
        label=_("What is it about?"),
        choices=lambda: [("", "—"), *harm_choices()],
        error_messages={"required": _("Choose what comes closest.")},
    )
    targets = Places(
        label=_("Exact addresses of the content"),
        help_text=_("The link of each post, channel or account, one on each line."),
        error_messages={"required": _("Give at least one link.")},
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        help_text=_("The provision that empowers you; the Digital Services Act alone does not."),
        max_length=2000, required=False, widget=_text(2),
    )  # fmt: skip
    reasons = forms.CharField(
        label=_("Statement of reasons"),
        help_text=_("Why the content is illegal, naming the provisions it infringes."),
        max_length=20_000, required=False, widget=_text(7),
    )  # fmt: skip
    issuer = forms.ChoiceField(
        label=_("Kind of authority"), required=False, choices=lambda: [("", "—"), *issuer_choices()],
    )  # fmt: skip
    demand = forms.CharField(
        label=_("What is to be done"),
        help_text=_("In the order’s own words: what to hide, to keep or to hand over."),
        max_length=4000, required=False, widget=_text(3),
    )  # fmt: skip
    categories = forms.MultipleChoiceField(
        label=_("Data asked for"),
        help_text=_("Only for orders about a user’s data. What we do not hold we cannot give."),
        required=False, widget=forms.CheckboxSelectMultiple, choices=lambda: _named(data_categories()),
    )  # fmt: skip
    period_from = forms.DateField(label=_("First day of the data"), required=False, widget=_day())
    period_to = forms.DateField(label=_("Last day of the data"), required=False, widget=_day())
    offence = forms.CharField(
        label=_("Offence"),
        help_text=_("With the provision, and the longest sentence it carries."),
        max_length=1000, required=False, widget=_text(),
    )  # fmt: skip
    emergency = forms.CharField(
        label=_("The danger"),
        help_text=_("Only in an emergency: who is in danger, of what, and why it cannot wait."),
        max_length=4000, required=False, widget=_text(3),
    )  # fmt: skip
    validated_by = forms.ChoiceField(
        label=_("Validated by"),
        help_text=_("Where the law wants another authority to validate it, and it did."),
        required=False, choices=lambda: [("", "—"), *issuer_choices()],
    )  # fmt: skip
    offence_years = forms.FloatField(
        label=_("Longest sentence for the offence, in years"),
        required=False, min_value=0, max_value=100,
        widget=forms.NumberInput(attrs={"dir": "ltr", "step": "any"}),
    )  # fmt: skip
    written_in = forms.ChoiceField(
        label=_("Language the order is written in"),
        required=False,
        choices=lambda: [("", "—"), *tongues()],
        widget=LongList,
    )
    translation = forms.ChoiceField(
        label=_("Language of an enclosed translation"),
        required=False,
        choices=lambda: [("", "—"), *accepted()],
    )
    secrecy = forms.CharField(
        label=_("Ground on which nobody may be told"),
        help_text=_("Only where a law says so: name it. Without one we tell the person concerned."),
        max_length=2000, required=False, widget=_text(2),
    )  # fmt: skip
    secret_until = forms.DateField(label=_("Last day of the secrecy"), required=False, widget=_day())
    valid_until = forms.DateField(
        label=_("Last day on which the order may be carried out"), required=False, widget=_day()
    )
    replaces = forms.CharField(
        label=_("Reference of the order that this one replaces"),
        max_length=120, required=False, widget=_text(),
    )  # fmt: skip
    recipient_key = forms.CharField(
        label=_("Public key for the data"),
        help_text=_("Data are handed over encrypted to it: a line that begins with age1 or ssh-ed25519."),
        max_length=2000, required=False, widget=_text(dir="ltr", spellcheck="false"),
    )  # fmt: skip
    scope = forms.ChoiceField(
        label=_("Where must it take effect?"),
        help_text=_("As narrow as the aim allows."),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("own", _("Only in the country of the authority")),
            ("union", _("In the whole European Union")),
            ("listed", _("In the countries listed below")),
        ],
    )
    listed = forms.CharField(
        label=_("Countries"),
        help_text=_("Two-letter codes with spaces between them, for example: FR BE."),
        max_length=800, required=False,
        widget=_text(dir="ltr", autocapitalize="characters", spellcheck="false"),
    )  # fmt: skip
    wider_ground = forms.CharField(
        label=_("Why beyond the country of the authority"),
        max_length=2000, required=False, widget=_text(2),
    )  # fmt: skip
    redress = forms.CharField(
        label=_("Ways to contest the order"),
        help_text=_("For us and for the person whose content it is: court or body, and the time limit."),
        max_length=4000, required=False, widget=_text(3),
    )  # fmt: skip

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        asked = {element.id for one in instruments().values() for element in one.elements}
        for name in asked | {"scope", "listed", "categories"}:
            if name in self.fields:
                self.fields[name].says_when = True  # type: ignore[attr-defined]

    def clean_listed(self) -> str:
        codes = re.split(r"[\s,;]+", self.cleaned_data["listed"].strip().upper())
        if wrong := [code for code in codes if code and not known(code)]:
            raise forms.ValidationError(_("“%(code)s” is not a country code."), params={"code": wrong[0]})
        return " ".join(dict.fromkeys(code for code in codes if code))

    def clean(self) -> dict[str, Any]:
        """Adds `territory`: country codes separated by spaces, empty when the order names none."""
        cleaned = super().clean() or self.cleaned_data
        scopes = {"own": cleaned.get("country", ""), "union": UNION, "listed": cleaned.get("listed", "")}
        cleaned["territory"] = scopes.get(cleaned.get("scope", ""), "")
        if cleaned.get("scope") == "listed" and not cleaned["territory"] and "listed" in cleaned:
            self.add_error("listed", _("List at least one country, or choose another answer above."))
        return cleaned

    def said(self) -> list[tuple[str, str]]:
        """What was answered, question by question, as the form itself words its choices."""
        answered = ((self[name], self[name].value()) for name in self.fields)
        return [(str(field.label), _in_words(field.field, value)) for field, value in answered if value]

    def missing(self) -> list[Missing]:
        """The mandatory elements of the chosen instrument that are not there, in the order of its form."""
        chosen = instruments()[self.cleaned_data["instrument"]]
        lacking = [
            (one.id, one.article)
            for one in chosen.elements
            if not self.cleaned_data.get(_FIELDS.get(one.id, one.id))
        ]
        return self.named(lacking)

    def named(self, lacking: Iterable[tuple[str, str]]) -> list[Missing]:
        """Elements (name, article) in the words of this form and the reader's language."""
        fields = [(_SHOWN.get(element, element), article) for element, article in lacking]
        return [Missing(field, str(self[field].label), article) for field, article in fields]
