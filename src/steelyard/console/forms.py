"""What staff type in."""

import re
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from steelyard.base.clock import now
from steelyard.console.words import CASE_KINDS, OPERATIONS, POINTS, ROLE_NAMES, outcome_word
from steelyard.decisions.labels import label_words
from steelyard.decisions.replies import Reply
from steelyard.decisions.states import Label, Outcome
from steelyard.flows.decide_case import DecisionGiven
from steelyard.flows.narrow import Narrower
from steelyard.flows.read_case import CaseView, Why
from steelyard.people.permissions import Role
from steelyard.rulebook.countries import country_name
from steelyard.rulebook.queries import harms
from steelyard.transparency.annotations import LONGEST
from steelyard.transparency.texts import EVENTS


def country_codes(text: str) -> tuple[str, ...]:
    """Country codes as somebody types them. Raises ValidationError for what is none."""
    codes = tuple(re.split(r"[\s,;]+", text.strip().upper()))
    if codes == ("",):
        return ()
    if not all(re.fullmatch("[A-Z]{2}", code) for code in codes):
        raise forms.ValidationError(_("Use two-letter country codes, separated by spaces."))
    return codes


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


def harm_names() -> list[tuple[str, str]]:
    """The harms of the rulebook in the reader's language, after an empty choice."""
    return [("", "—"), *((harm.id, harm.name(get_language() or "en")) for harm in harms().values())]


class Filter(forms.Form):
    """What of the queue to show."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[("", "—"), *CASE_KINDS.items()], required=False)
    harm = forms.ChoiceField(label=_("About"), choices=harm_names, required=False)


class Decide(forms.Form):
    """A decision as its page asks for it: what the platform can do, under which rule, why, and where."""

    outcome = forms.ChoiceField(
        label=_("What happens"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happens.")},
    )
    measure = forms.ChoiceField(label=_("How it is restricted"), widget=forms.RadioSelect, required=False)
    label = forms.ChoiceField(
        label=_("What the label says"),
        help_text=_("Read by everybody beside the post, in its language. Only for a label."),
        required=False,
    )
    ground = forms.ChoiceField(label=_("The rule it falls under"), required=False)
    words = forms.CharField(
        label=_("What you saw, and why it falls under the rule"),
        help_text=_("Read word for word by the author, and by whoever sent a notice or an order."),
        error_messages={"required": _("Say in a sentence what you saw.")},
        widget=forms.Textarea(attrs={"rows": 4, "data-shortcut": "n"}),
        max_length=4000,
    )
    territory = forms.CharField(
        label=_("Only in these countries"),
        help_text=_("Two-letter codes, for example FR DE. Empty: everywhere."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "dir": "ltr"}),
    )

    def __init__(self, *args: Any, view: CaseView, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Whoever finds nothing wrong with what only a rule hid brings it back: it does not stay hidden.
        nothing_wrong = Outcome.RESTORE if view.hidden_by_rules else Outcome.NONE
        undoing = (Outcome.RESTORE, Outcome.UNLABEL)
        measures = (Outcome(name) for name in view.abilities if name not in undoing)
        offered = [nothing_wrong, *measures]
        language = get_language() or "en"
        grounds: list[tuple[str, Any]] = [(rule.id, rule.title(language)) for rule in view.grounds]
        if view.law_ground:
            grounds.insert(0, (view.law_ground, _("The order itself: the law it names")))
        called: dict[Outcome, Any] = {one: outcome_word(one, view.kind) for one in offered}
        if view.measures:
            called[Outcome.CONTAIN] = _("Restrict it")
        self.fields["outcome"].choices = [(one.value, words) for one, words in called.items()]  # type: ignore[attr-defined]
        self.fields["ground"].choices = grounds  # type: ignore[attr-defined]
        self.fields["ground"].initial = view.law_ground or f"terms.{view.case.harm}"
        self._measure(list(view.measures))
        self._label(offered=Outcome.LABEL in offered)
        self._scope(next((one for one in view.why if one.sent), None))

    def _measure(self, offered: list[str]) -> None:
        if not offered:
            del self.fields["measure"]
            return
        self.fields["measure"].choices = [(one, OPERATIONS[one]) for one in offered]  # type: ignore[attr-defined]
        self.fields["measure"].initial = offered[0]

    def _label(self, *, offered: bool) -> None:
        if not offered:
            del self.fields["label"]
            return
        language = get_language() or "en"
        choices = [("", "—"), *((one.value, label_words(one, language)) for one in Label)]
        self.fields["label"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("outcome") == Outcome.LABEL and not data.get("label"):
            self.add_error("label", _("Choose what the label says."))
        return data

    def _scope(self, order: Why | None) -> None:
        """On an order its law says how far; the desk can only take countries away."""
        if order is None or order.sent is None or not order.widest:
            return
        language, asked = get_language() or "en", set(order.sent.territory.split())
        self.fields["territory"] = forms.MultipleChoiceField(
            label=_("Where it applies"),
            help_text=_("As far as the law of the order reaches. You can take countries away, not add any."),
            choices=[(code, country_name(code, language)) for code in order.widest],
            initial=[code for code in order.widest if code in asked] or list(order.widest),
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )

    def clean_territory(self) -> tuple[str, ...]:
        if isinstance(self.cleaned_data["territory"], list):
            return tuple(self.cleaned_data["territory"])
        return country_codes(self.cleaned_data["territory"])

    def given(self) -> DecisionGiven:
        data = self.cleaned_data
        return DecisionGiven(
            outcome=Outcome(data["outcome"]),
            ground=data["ground"],
            words=data["words"],
            territory=data["territory"],
            label=data.get("label", ""),
            measure=data.get("measure", ""),
        )


class SortArrival(Because):
    """Where a message belongs, and how one can tell."""

    desk = forms.ChoiceField(
        label=_("What it is"),
        choices=[
            ("orders", _("An order of an authority")),
            ("notices", _("A notice about content")),
            ("complaints", _("A complaint about a decision")),
            ("emergency", _("A call for help: somebody is rung")),
            ("support", _("Something else")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is.")},
    )
    field_order = ("desk", "because")


class WriteEvent(forms.Form):
    """Beside the charts of days."""

    on = forms.DateField(
        label=_("Day (UTC)"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(
        label=_("What was it?"), choices=[(str(kind), name) for kind, name in EVENTS.items()]
    )
    text = forms.CharField(
        label=_("In one line"),
        help_text=_(
            "Public, in your words. Nothing about a person, and nothing about a matter that may not be told of."
        ),
        max_length=LONGEST,
    )


class PublishDay(forms.Form):
    day = forms.DateField(
        label=_("Day (UTC)"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    because = forms.CharField(
        label=_("Why it is corrected"),
        help_text=_("Public. Only for a day that was published before."),
        required=False,
        max_length=500,
    )

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > now().date():
            raise forms.ValidationError(_("This day has not begun."))
        return day


class Answer(forms.Form):
    """What becomes of a complaint, and the answer to each thing that its author argued."""

    becomes = forms.ChoiceField(
        label=_("What becomes of it"),
        choices=[
            ("uphold", _("Upheld: the restriction is lifted, and the author is told that we were wrong")),
            ("uphold_in_part", _("In part: what is left of it ends on a day, or holds in fewer countries")),
            ("reject", _("Rejected: the decision stands, and the author is told why and where else to turn")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of the complaint.")},
    )
    until = forms.DateField(
        label=_("In part: the day on which it ends"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip
    countries = forms.CharField(
        label=_("In part: the only countries where it stays hidden"),
        help_text=_("Two-letter codes, for example FR DE. Empty: as before."), required=False, max_length=200,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "dir": "ltr"}),
    )  # fmt: skip
    quote = forms.CharField(
        label=_("What they say, in their words"),
        help_text=_("Copied from the complaint, exactly: the words that your answer is about."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}), max_length=4000, required=False,
    )  # fmt: skip
    answer = forms.CharField(
        label=_("Your answer to what the author says"),
        help_text=_("The author reads this, word for word."),
        widget=forms.Textarea(attrs={"rows": 4, "data-shortcut": "n"}),
        max_length=4000,
        error_messages={"required": _("Answer what the author says.")},
    )

    def __init__(self, *args: Any, view: CaseView, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        complaint = view.complaint
        self.points = tuple(complaint.points) if complaint else ()
        for point in self.points:
            self.fields[f"on_{point}"] = forms.CharField(
                label=_("Your answer to: %(point)s") % {"point": POINTS.get(point, point)},
                widget=forms.Textarea(attrs={"rows": 2}), max_length=4000,
                error_messages={"required": _("Answer every point.")},
            )  # fmt: skip
        if not view.argument.strip():
            del self.fields["quote"]
        if complaint is None or complaint.notice_id or complaint.points == ["fixed"]:
            del self.fields["until"], self.fields["countries"]
            both = [one for one in self.fields["becomes"].choices if one[0] != "uphold_in_part"]  # type: ignore[attr-defined]
            self.fields["becomes"].choices = both  # type: ignore[attr-defined]
        elif not view.by_country:
            del self.fields["countries"]

    def clean_countries(self) -> tuple[str, ...]:
        return country_codes(self.cleaned_data["countries"])

    def narrower(self) -> Narrower:
        said = self.cleaned_data
        return Narrower(until=said.get("until"), countries=said.get("countries", ()))

    def reply(self) -> Reply:
        said = self.cleaned_data
        return Reply(
            answer=said["answer"], quote=said.get("quote", ""),
            points={point: said[f"on_{point}"] for point in self.points},
        )  # fmt: skip


class Say(forms.Form):
    """The words that go with a step of an order's life."""

    words = forms.CharField(
        max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )


class OpenHashList(Because):
    name = forms.RegexField(
        "^[a-z][a-z0-9_]{0,59}$",
        label=_("Name"),
        help_text=_("Small letters, digits and “_”; rules name it."),
    )
    source = forms.CharField(label=_("Who gives it"), max_length=200)
    terms = forms.CharField(
        label=_("Terms of use"),
        max_length=400,
        help_text=_("What we may do with it, and whom we may hand it to."),
    )
    harm = forms.ChoiceField(label=_("Harm"), choices=harm_names)
    policy_ref = forms.CharField(label=_("Rule of the terms"), max_length=80, initial="terms.")
    field_order = ("name", "source", "terms", "harm", "policy_ref", "because")


class ImportHashes(Because):
    hashes = forms.CharField(
        label=_("Hashes"), max_length=1_000_000, widget=forms.Textarea(attrs={"rows": 6, "dir": "ltr"}),
        help_text=_("CSV, lines or JSON as the threatexchange library writes them. Large files: `steelyard hashes`."),
    )  # fmt: skip
    source = forms.CharField(label=_("Where this file comes from"), max_length=200)
    field_order = ("hashes", "source", "because")


class MoveHash(Because):
    move = forms.ChoiceField(
        label=_("What is to happen"),
        choices=[
            ("dispute", _("Dispute: it matches what it should not")),
            ("confirm", _("Confirm: put it in force")),
            ("reject", _("Reject: it is a false positive")),
            ("withdraw", _("Withdraw: out of force for good")),
        ],
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(kind, kind.upper()) for kind in ("pdq", "sha256", "md5")]
    )
    value = forms.RegexField(
        "^(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{64})$", label=_("Hash"), help_text=_("As the source gave it, hexadecimal."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}),
    )  # fmt: skip
    field_order = ("move", "kind", "value", "because")
