"""Recognise what is the same: identical texts and files by their hashes, pictures that are nearly the same by PDQ."""

from collections.abc import Iterable

from steelyard.evidence.models import Mark
from steelyard.subjects.models import Subject
from steelyard.vault.actions import keyed_hash

TEXT, PDQ = "text", "pdq"
KINDS = ("sha256", "md5", PDQ)
"""What a partner may name a file by; all three are hashes anyone can compute."""
Named = tuple[str, str]


def text_mark(text: str) -> Named:
    """The mark of a post's whole text, however it is spaced."""
    return TEXT, keyed_hash(" ".join(text.split()), purpose="evidence.mark")


def mark(subject: Subject, named: Iterable[Named]) -> None:
    """Remember what `subject` can be recognised by; the same twice is once."""
    Mark.objects.bulk_create(
        [Mark(subject=subject, kind=kind, value=value) for kind, value in named], ignore_conflicts=True
    )


def marks_of(subject: Subject) -> list[Named]:
    return list(subject.marks.values_list("kind", "value").order_by("pk"))


def words_put_away() -> set[str]:
    """The marks of texts that are put away: no program is tried on such a text, wherever else it was kept."""
    return set(Mark.objects.filter(kind=TEXT).exclude(subject__put_away=None).values_list("value", flat=True))


def bearers(named: Iterable[Named]) -> list[int]:
    """Subjects, by primary key, that bear exactly one of these marks."""
    found: set[int] = set()
    for kind, value in named:
        found.update(Mark.objects.filter(kind=kind, value=value).values_list("subject_id", flat=True))
    return sorted(found)


def pictures() -> list[tuple[bytes, int]]:
    """Every PDQ hash we know of something that was told or found, with whose it is."""
    rows = Mark.objects.filter(kind=PDQ).order_by("pk").values_list("value", "subject_id")
    return [(bytes.fromhex(value), subject) for value, subject in rows]
