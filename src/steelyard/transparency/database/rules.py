"""All rules of the database on one payload, before it is sent: what it refuses has left our hands already.

The rules are data (rulebook/law/transparency_database.json); two that its documentation states and its server
does not check are checked here.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from steelyard.rulebook.categories import database_rules

Payload = Mapping[str, Any]
_DECISIONS = ("decision_visibility", "decision_monetary", "decision_provision", "decision_account")
_CONDITION = re.compile(r"(\w+) (in|==) (\w+)")


def faults(payload: Payload) -> list[str]:
    """What the database would refuse, in words; empty when it would take it."""
    fields = {field["name"]: field for field in database_rules()["fields"]}
    found = [f"{name}: the database has no such field." for name in payload if name not in fields]
    for name, field in fields.items():
        found += [f"{name}: {fault}" for fault in _field(field, payload)]
    return found + list(_across(payload))


def _field(field: Mapping[str, Any], payload: Payload) -> Iterator[str]:
    name, value = field["name"], payload.get(field["name"])
    if value is None:
        if name in payload:
            yield "leave it out instead of sending null."
        elif field["required"] == "required" or name == "territorial_scope" or _wanted(field, payload):
            yield "it is required."
        return
    if (only := field.get("dropped_unless")) and not _holds(only, payload):
        yield "the database drops it silently here."
    yield from _shape(field, value)


def _shape(field: Mapping[str, Any], value: Any) -> Iterator[str]:
    kind = field["type"]
    if kind == "array<enum>":
        allowed = database_rules()["enums"][field["enum"]]
        if not isinstance(value, list) or not value:
            yield "a list with at least one value is wanted."
        else:
            yield from (f"{each} is not in its list." for each in value if each not in allowed)
    elif kind == "enum":
        if value not in database_rules()["enums"][field["enum"]]:
            yield f"{value} is not in its list."
    elif kind == "date":
        yield from _date(field, value)
    elif kind == "object":
        yield "articles of trade are not sent."
    elif not isinstance(value, str) or not value.strip():
        yield "a text is wanted."
    else:
        yield from _text(field, value)


def _text(field: Mapping[str, Any], value: str) -> Iterator[str]:
    if len(value) > field.get("max_length", len(value)):
        yield f"at most {field['max_length']} characters fit."
    if field["name"] == "puid":
        if not re.fullmatch(database_rules()["puid_rules"]["python_fullmatch"], value):
            yield "only letters, digits, - and _ fit."
    elif "pattern" in field and not re.fullmatch(field["pattern"], value):
        yield "it does not have its form."
    if field["type"] == "url" and not urlsplit(value).scheme.startswith("http"):
        yield "an address is wanted."


def _date(field: Mapping[str, Any], value: Any) -> Iterator[str]:
    try:
        read = date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)) else None
    except ValueError:
        read = None
    if read is None:
        yield "a day is written YYYY-MM-DD."
    elif not field.get("min", "0000") <= value <= field["max"]:
        yield f"the day lies outside {field.get('min', '')} to {field['max']}."


def _wanted(field: Mapping[str, Any], payload: Payload) -> bool:
    condition = field.get("required_if")
    return condition is not None and _holds(condition, payload)


def _holds(condition: str, payload: Payload) -> bool:
    """`X in field`, `field == X`: the two forms of conditions in the rules."""
    read = _CONDITION.fullmatch(condition)
    assert read, condition  # noqa: S101 - our own copy of the rules
    left, verb, right = read.groups()
    return left in payload.get(right, ()) if verb == "in" else payload.get(left) == right


def _across(payload: Payload) -> Iterator[str]:
    if not any(payload.get(name) for name in _DECISIONS):
        yield "One of the four kinds of restriction is needed."
    begins = str(payload.get("application_date", ""))
    for name, value in payload.items():
        if name.startswith("end_date_") and str(value) < begins:
            yield f"{name}: it ends before it begins."  # documented, not checked by the server
    allowed = database_rules()["keyword_by_category_official_documentation"].get(payload.get("category"), [])
    for keyword in payload.get("category_specification", []):
        if keyword not in (*allowed, "KEYWORD_OTHER"):
            yield f"category_specification: {keyword} does not belong to the category."  # nor is this
