"""One thing at a time: the fields of an order, step by step, and which steps an instrument needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from steelyard.flows.prefill import LARGEST
from steelyard.portal.forms.order import OrderForm
from steelyard.rulebook.queries import instruments

Typed = Mapping[str, list[str]]
"""What was typed so far: the values of each field as they came."""


@dataclass(frozen=True)
class Step:
    name: str
    title: Promise
    fields: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    """Kinds of instrument that need it; empty: all."""


STEPS = (
    Step("what", _("Which instrument"), ("instrument", "country", "issuer", "validated_by")),
    Step("who", _("Who you are"), ("authority", "reference", "contact", "language", "written_in", "translation")),
    Step("about", _("What it is about"), ("targets", "harm")),
    Step("danger", _("The danger"), ("emergency",), ("emergency",)),
    Step("demand", _("What is to be done"), ("demand", "categories", "period_from", "period_to", "recipient_key"),
         ("disclose", "preserve", "any")),
    Step("why", _("Why"), ("legal_basis", "reasons", "offence", "offence_years"), ("restrict", "disclose", "any")),
    Step("where", _("Where it takes effect"), ("scope", "listed", "wider_ground"), ("restrict", "any")),
    Step("until", _("Redress, secrecy, time"), ("redress", "secrecy", "secret_until", "valid_until", "replaces"),
         ("restrict", "disclose", "any")),
)  # fmt: skip


def steps(typed: Typed) -> list[Step]:
    """The steps that the chosen instrument needs; without one, the first alone."""
    one = instruments().get("".join(typed.get("instrument", [])))
    if one is None:
        return [STEPS[0]]
    kinds = {one.version.kind} | ({"emergency"} if any(e.id == "emergency" for e in one.elements) else set())
    return [step for step in STEPS if not step.kinds or kinds & set(step.kinds)]


def whole(typed: Typed) -> OrderForm:
    """The whole form over what was typed."""
    return OrderForm(_query(typed))


class StepForm(OrderForm):
    """The fields of one step. What the other steps hold is not asked for here."""

    def __init__(self, step: Step, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.step = step
        self.fields = {name: self.fields[name] for name in step.fields}  # in the step's own order


class UploadForm(forms.Form):
    """The order as a file."""

    file = forms.FileField(
        label=_("The order as a file"),
        help_text=_(
            "PDF, XML, Word, a saved e-mail or text, up to 5 MB. It is opened in a closed room and not kept."
        ),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )

    def clean_file(self) -> Any:
        if self.cleaned_data["file"].size > LARGEST:
            raise forms.ValidationError(_("This file is larger than 5 MB. Send it by mail."))
        return self.cleaned_data["file"]


def step_form(step: Step, typed: Typed, *, bound: bool = False) -> StepForm:
    query = _query(typed)
    if bound:
        return StepForm(step, query)
    form = StepForm(step)
    for name, field in form.fields.items():
        value = field.widget.value_from_datadict(query, {}, name)
        if value not in (None, "", []):
            form.initial[name] = value
    return form


def _query(typed: Typed) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in typed.items():
        query.setlist(name, list(values))
    return query
