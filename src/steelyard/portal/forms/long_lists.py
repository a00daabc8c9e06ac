"""Lists of some hundred choices. Django draws each with a template of its own, which takes longer than the page."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

_SELECTED = mark_safe(" selected")


class LongList(forms.Select):
    """The same markup as Django's, in one go. Choices in groups are not for this one."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = "" if value is None else str(value)
        drawn = ((code, _SELECTED if str(code) == chosen else "", label) for code, label in self.choices)
        options = format_html_join("\n", '<option value="{}"{}>{}</option>', drawn)
        given = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        return format_html("<select{}>\n{}\n</select>", mark_safe(flatatt(given)), options)  # noqa: S308 - escaped there
