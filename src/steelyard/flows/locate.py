"""Find on the platform what a link points at, and keep a sealed copy of what is there."""

from dataclasses import dataclass

from steelyard.base.errors import SteelyardError
from steelyard.enforcement.connector import SeenPost, connector, connectors
from steelyard.evidence.actions import keep
from steelyard.flows.screen_posts import post_facts
from steelyard.subjects.actions import know_post
from steelyard.subjects.models import Subject


@dataclass(frozen=True)
class Located:
    link: str
    post: SeenPost | None


def locate(links: tuple[str, ...]) -> list[Located]:
    """Ask each attached platform for each link. Goes over the network, so never inside a transaction.

    What cannot be found, or a platform that does not answer, keeps nobody from being heard: a person looks.
    """
    return [Located(link, _find(link)) for link in links]


def _find(link: str) -> SeenPost | None:
    for name in connectors():
        try:
            target = connector(name).find(link)
            if target and (post := connector(name).fetch(target)):
                return post
        except SteelyardError:
            continue
    return None


def remember(post: SeenPost, *, origin: str) -> Subject:
    """The post's row with its sealed copy."""
    subject = know_post(post_facts(post))
    keep(subject, post.text.encode("utf-8", "replace"), origin=origin)
    return subject
