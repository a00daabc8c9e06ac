"""{% load wording %} {{ moment|in_words }}: a day as a reader of the page's language writes it."""

from datetime import date

from django import template

from steelyard.base.wording import day

register = template.Library()


@register.filter
def in_words(moment: date | None) -> str:
    """“21 May 2027”, with the month in the case that the language wants; "" for nothing."""
    return day(moment) if moment else ""
