"""What staff type in about the rota, an emergency, and a review."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from steelyard.console.words import VERDICTS, WEEKDAYS
from steelyard.oncall.queries import able, may_edit
from steelyard.people.access import Member


def _zones() -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(available_timezones()) if "/" in name or name == "UTC"]


class ReachForm(forms.Form):
    first = forms.CharField(
        label=_("First address"),
        max_length=500,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    second = forms.CharField(
        label=_("Second address"), help_text=_("By another way, so that the two do not fail together."),
        max_length=500, widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )  # fmt: skip
    zone = forms.ChoiceField(label=_("Your time zone"), choices=_zones, initial="UTC")


class StandInForm(forms.Form):
    member_ref = forms.ChoiceField(label=_("Who"))
    rank = forms.IntegerField(label=_("Rung as number"), min_value=1, max_value=9, initial=1)
    starts_at = forms.DateTimeField(
        label=_("From (UTC)"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    ends_at = forms.DateTimeField(
        label=_("To (UTC)"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )

    def __init__(self, *given: Any, asker: Member, **options: Any) -> None:
        super().__init__(*given, **options)
        who = able() if may_edit(asker) else [asker]
        self.fields["member_ref"].choices = [(one.ref, one.handle) for one in who]  # type: ignore[attr-defined]


class TurnForm(forms.Form):
    member_ref = forms.ChoiceField(label=_("Who"))
    rank = forms.IntegerField(
        label=_("Rung as number"), help_text=_("1 is rung first, 2 when the first is silent."), min_value=1,
        max_value=9, initial=1,
    )  # fmt: skip
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Begins on"), choices=list(WEEKDAYS.items()), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    begins = forms.TimeField(label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(
        label=_("Ends at"), help_text=_("Not later than it begins: on the next day."),
        widget=forms.TimeInput(attrs={"type": "time"}),
    )  # fmt: skip
    zone = forms.ChoiceField(label=_("By the clock of"), choices=_zones, initial="UTC")
    first_day = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *given: Any, asker: Member, **options: Any) -> None:
        super().__init__(*given, **options)
        who = able() if may_edit(asker) else []
        self.fields["member_ref"].choices = [(one.ref, one.handle) for one in who]  # type: ignore[attr-defined]

    def clean_weekdays(self) -> tuple[int, ...]:
        return tuple(self.cleaned_data["weekdays"])


class CallForm(forms.Form):
    reached = forms.BooleanField(label=_("Somebody answered"), required=False)
    own_number = forms.BooleanField(
        label=_("I found the number myself, independently of the message"), required=False
    )
    words = forms.CharField(
        label=_("What was said"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )


class ConcludeForm(forms.Form):
    verdict = forms.ChoiceField(
        label=_("What it turned out to be"), choices=list(VERDICTS.items()), widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("What was done, or why nothing was"), max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )  # fmt: skip
