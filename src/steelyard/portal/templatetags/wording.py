"""{% load wording %} {{ moment|in_words }}: a day as a reader of the page's language writes it."""

from datetime import date

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language

from steelyard.base import wording
from steelyard.base.wording import day
from steelyard.rulebook.countries import region_name

register = template.Library()

BETWEEN = {"fr": " ", "ar": "، ", "fa": "، "}
"""What stands between the weekday and the date; elsewhere a comma."""


@register.filter
def with_weekday(moment: date | None) -> str:
    """“Friday, 21 May 2027”."""
    if moment is None:
        return ""
    language = get_language() or "en"
    return date_format(moment, "l") + BETWEEN.get(language, ", ") + day(moment)


@register.filter
def in_words(moment: date | None) -> str:
    """“21 May 2027”, with the month in the case that the language wants; "" for nothing."""
    return day(moment) if moment else ""


@register.filter
def iso(moment: date | None) -> str:
    """“2027-05-21” inside a sentence of any direction; "" for nothing."""
    return wording.iso(moment) if moment else ""


@register.filter
def region(id_: str) -> str:
    """A part of the world by its number."""
    return region_name(id_, get_language() or "en")
