"""Whom a subject belongs to, and how to speak to them."""

from steelyard.subjects.models import Subject
from steelyard.subjects.states import Kind


def answers_for(subject: Subject | None) -> Subject | None:
    """The account that is told and may contest: a post's author, a channel's owner, the account itself."""
    if subject is None:
        return None
    return subject if subject.kind == Kind.ACCOUNT else subject.author


def language_of_person(subject: Subject | None) -> str:
    """The language of the post, or of the newest post we know of the same person; "" when there is none."""
    if subject is None or subject.language:
        return subject.language if subject else ""
    posts = Subject.objects.filter(author=answers_for(subject), kind=Kind.POST).exclude(language="")
    newest = posts.order_by("-pk").first() if answers_for(subject) else None
    return newest.language if newest else ""


def is_account(ref: str) -> bool:
    """Whether somebody named in the log is an account of a platform, and none of our staff."""
    return Subject.objects.filter(ref=ref, kind=Kind.ACCOUNT).exists()
