"""What the layout of staff pages shows, and small ways to say things."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.console import histories, words
from steelyard.console.nav import entries
from steelyard.ledger.words import happened
from steelyard.oncall.queries import rings_now
from steelyard.people.queries import handle_of
from steelyard.rulebook.countries import country_name, region_name
from steelyard.rulebook.queries import data_categories, harms, instruments, issuers
from steelyard.rulebook.queries import ground_name as name_of_ground

register = template.Library()


@register.inclusion_tag("console/nav.html", takes_context=True)
def console_nav(context: dict[str, Any]) -> dict[str, Any]:
    """Links to the pages this member's roles open."""
    request = context["request"]
    presence = getattr(request, "presence", None)
    found = entries(presence.member) if presence else []
    return {
        "entries": [(reverse(name), label, _current(request.path, reverse(name))) for name, label in found]
    }


@register.inclusion_tag("console/ringing.html", takes_context=True)
def ringing(context: dict[str, Any]) -> dict[str, Any]:
    """What rings now, on every page of those who can answer."""
    presence = getattr(context["request"], "presence", None)
    return {
        "rings": rings_now(presence.member) if presence else [],
        "csrf_token": context.get("csrf_token"),
    }


@register.filter
def handle(ref: str) -> str:
    """The handle behind a reference, for rows that name a member by it."""
    return handle_of(ref) if ref else ""


@register.filter
def region(id_: str) -> str:
    """A part of the world by its number."""
    return region_name(id_, get_language() or "en")


@register.filter
def time_left(moment: datetime | None) -> str:
    """“38 minutes left”, “overdue by 2 hours”: words, never a colour alone."""
    if moment is None:
        return ""
    seconds = (moment - now()).total_seconds()
    span = _span(abs(seconds))
    return _("%(span)s left") % {"span": span} if seconds >= 0 else _("overdue by %(span)s") % {"span": span}


def _span(seconds: float) -> str:
    minutes = int(seconds // 60)
    hours, days = minutes // 60, minutes // 1440
    if days > 1:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    if hours:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


def _current(path: str, address: str) -> bool:
    home = reverse("console:home")
    return path == address if address == home else path.startswith(address)


@register.simple_tag
def said(text: str) -> str:
    """A sentence of one of our errors, in the reader's language."""
    return _(text) if text else ""


@register.filter
def marked(text: str, spans: tuple[tuple[int, int], ...]) -> SafeString:
    """The text with what the rules found in it marked. Overlapping places become one."""
    parts, at = [], 0
    for start, end in _merged(spans, len(text)):
        parts += [conditional_escape(text[at:start]), format_html("<mark>{}</mark>", text[start:end])]
        at = end
    parts.append(conditional_escape(text[at:]))
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped above


def _merged(spans: tuple[tuple[int, int], ...], length: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted((max(0, s), min(e, length)) for s, e in spans):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


@register.filter
def harm_name(harm: str) -> str:
    return harms()[harm].name(get_language() or "en") if harm in harms() else harm


@register.filter
def language_name(code: str) -> str:
    """A language in its own name; the code itself when it has none here."""
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code


@register.filter
def country(code: str) -> str:
    """A country's name in the reader's language."""
    return country_name(code, get_language() or "en") if code else ""


@register.filter
def country_list(codes: Any) -> str:
    """Countries by name, from a sequence of codes or from codes separated by spaces."""
    found = codes.split() if isinstance(codes, str) else codes
    return ", ".join(country(code) for code in found)


@register.filter
def instrument_name(id_: str) -> str:
    return instruments()[id_].name(get_language() or "en") if id_ in instruments() else id_


@register.filter
def severity_word(level: int) -> str:
    return words.SEVERITIES.get(level, "low")


@register.filter
def word(name: str, table: str) -> str:
    """The word for a state or kind: `{{ case.state|word:"CASE_STATES" }}`."""
    return str(getattr(words, table).get(name, name))


register.filter("happened", happened)
register.filter("changed", histories.change)
register.filter("who", histories.who)
register.filter("why", histories.why)
register.filter("rung_for", histories.rung_for)


@register.filter
def ground_name(id_: str) -> str:
    """The rule or the law that a decision rests on, by its name."""
    return name_of_ground(id_, now().date(), get_language() or "en") or _("nothing of the terms")


@register.filter
def checked(checks: dict[str, Any]) -> list[tuple[str, str]]:
    """What was found about a message's sender, line by line; each signature says whether it fits, not whose it is."""
    methods = ("spf", "dkim", "dmarc", "arc")
    told = [(name.upper(), word(str(checks[name]), "CHECK_RESULTS")) for name in methods if name in checks]
    for one in checks.get("signatures", ()):
        result = {True: "pass", False: "fail"}.get(one.get("valid"), "temperror")
        said = [
            word(result, "CHECK_RESULTS"),
            str(one.get("signer") or one.get("issuer") or one.get("problem") or ""),
            "" if one.get("whole", True) else _("a part of the message only"),
            "" if one.get("whole_document", True) else _("something was added after it was signed"),
        ]
        told.append(
            (
                f"{str(one.get('kind', '')).upper()} {one.get('of', '')}".strip(),
                " · ".join(filter(None, said)),
            )
        )
    problems = checks.get("problems") or ([checks["problem"]] if checks.get("problem") else [])
    return told + [("?", str(one)) for one in problems]


@register.filter
def outcome_word(decision: Any) -> str:
    """What a decision does, in the words for what it is about."""
    if decision.measure:
        return str(words.OPERATIONS[decision.measure])
    return words.outcome_word(decision.outcome, decision.subject.kind if decision.subject else "")


@register.filter
def consequence(outcome: str, kind: str) -> str:
    """What follows from an outcome: `{{ "contain"|consequence:"channel" }}`."""
    return words.consequence(outcome, kind)


@register.filter
def in_words(error: str) -> str:
    """What the other side said: each of its sentences in the reader's language, where it is one of ours."""
    return " ".join(_(line) for line in error.splitlines() if line)


@register.filter
def parts(names: str) -> list[str]:
    return names.split()


@register.filter
def part(whole: Any, name: str) -> Any:
    """A part by its name: of a mapping, or of what an authority sent. Lists are joined."""
    found = whole.get(name, "") if isinstance(whole, dict) else getattr(whole, name, "")
    return ", ".join(found) if isinstance(found, tuple) else found


@register.filter
def data_name(category: str) -> str:
    """A category of data by its name."""
    names = data_categories().get(category, {})
    return names.get(get_language() or "en") or names.get("en", category)


@register.filter
def order_part(given: Any, name: str) -> Any:
    """A part of what an authority sent, with countries, kinds of authority and data by their names."""
    found, language = getattr(given, name, ""), get_language() or "en"
    if name == "territory":
        return country_list(found)
    if name in ("issuer", "validated_by") and found:
        names = issuers().get(found, {})
        return names.get(language) or names.get("en") or found
    if name == "data":
        known = data_categories()
        return ", ".join(
            known.get(one, {}).get(language) or known.get(one, {}).get("en", one) for one in found
        )
    if name == "written_in" and found:
        return language_name(found)
    return ", ".join(found) if isinstance(found, tuple) else found


@register.filter
def limits(abilities: dict[str, Any], outcome: str) -> tuple[str, ...]:
    """What the platform cannot do, or loses, with this outcome."""
    return tuple(_(limit) for limit in abilities[outcome].limits) if outcome in abilities else ()


_KEYS = {"none": "a", "restore": "a", "contain": "l", "remove": "r", "label": "b"}


@register.filter
def keyed(tag: str) -> SafeString:
    """A radio button with the letter that chooses it."""
    key = next((key for outcome, key in _KEYS.items() if f'value="{outcome}"' in tag), "")
    return mark_safe(tag.replace("<input ", f'<input data-shortcut="{key}" ', 1))  # noqa: S308 - Django's own tag


@register.filter
def weekday(number: int) -> str:
    return str(words.WEEKDAYS[number])


@register.filter
def took(time: timedelta | None) -> str:
    """A short time, in minutes and seconds; a dash where there is none."""
    if time is None:
        return "—"
    minutes, seconds = divmod(int(time.total_seconds()), 60)
    return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": seconds}
