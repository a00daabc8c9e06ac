"""Official reply forms as data: which sections one has, what each asks for, and which reasons it offers."""

from collections.abc import Mapping
from datetime import date

from steelyard.rulebook.law import newest, read
from steelyard.rulebook.shapes import PLAIN, Status, Strict

_FILE = "desk/forms.yaml"


class FormFile(Strict, frozen=True, kw_only=True):
    """The structure of a form in the version in force on a day."""

    source: str
    status: Status
    sections: Mapping[str, tuple[str, ...]]
    checks: Mapping[str, str]
    """The reason that each failed check of ours answers to"""


def form_on(id_: str, day: date) -> FormFile | None:
    """The form's structure; None where none is written down for it, or it is not in force yet."""
    found = newest(read(_FILE)["forms"].get(id_, {}), day)
    if found is None:
        return None
    given = {**found[1], "sections": {one: tuple(names) for one, names in found[1]["sections"].items()}}
    return FormFile(**given)


def label(kind: str, id_: str, language: str) -> str:
    """The name of a field (`fields`) or of a reason (`reasons`), in our own words."""
    names: Mapping[str, str] = read(_FILE)[kind][id_]
    return names.get(language, names[PLAIN])
