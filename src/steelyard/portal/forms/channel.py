"""Taking part in a public channel: an account, a post, a report."""

from django import forms
from django.utils.translation import gettext_lazy as _

from steelyard.portal.forms.notice import harm_choices


class SignInForm(forms.Form):
    name = forms.RegexField(
        label=_("Account name"),
        regex=r"^[a-z0-9._=\-/]+$",
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}
        ),
        error_messages={
            "required": _("Choose a name."),
            "invalid": _("Only small Latin letters, digits, dots, hyphens and underscores."),
        },
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "dir": "ltr"}),
        error_messages={"required": _("Type the password.")},
    )


class JoinForm(SignInForm):
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 8 characters."),
        min_length=8,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"}),
        error_messages={
            "required": _("Choose a password."),
            "min_length": _("Choose a password of at least 8 characters."),
        },
    )


class PostForm(forms.Form):
    text = forms.CharField(
        label=_("Write to the channel"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": _("Write something first.")},
    )


class ReportForm(forms.Form):
    harm = forms.ChoiceField(
        label=_("What is it?"),
        widget=forms.RadioSelect,
        choices=harm_choices,
        error_messages={"required": _("Choose what comes closest.")},
    )
    reason = forms.CharField(
        label=_("What is wrong with it?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        error_messages={"required": _("Say in a sentence what is wrong.")},
    )
