"""Find on the platform what a link points at, and keep a sealed copy of what is there."""

from dataclasses import dataclass

from steelyard.base.errors import SteelyardError
from steelyard.enforcement.connector import (
    Connector,
    SeenAccount,
    SeenChannel,
    SeenPost,
    SeenReport,
    Target,
    connector,
    connectors,
)
from steelyard.evidence.actions import keep
from steelyard.flows.screen_posts import post_facts
from steelyard.subjects.actions import know, know_post
from steelyard.subjects.models import Subject
from steelyard.subjects.states import Kind

Thing = SeenPost | SeenChannel | SeenAccount


@dataclass(frozen=True)
class Located:
    link: str
    thing: Thing | None


def locate(links: tuple[str, ...]) -> list[Located]:
    """Ask each attached platform for each link. Goes over the network, so never inside a transaction.

    What cannot be found, or a platform that does not answer, keeps nobody from being heard: a person looks.
    """
    return [Located(link, _find(link)) for link in links]


def locate_reported(report: SeenReport) -> Thing | None:
    """What a report made on the platform is about. Asks the platform who owns a reported channel."""
    if report.kind == "account":
        return SeenAccount(connector=report.connector, id=report.about.id)
    if report.kind == "channel":
        return _channel(report)
    return report.post


def _channel(report: SeenReport) -> SeenChannel:
    """The report itself names the channel, so it is known even while the platform does not answer."""
    bare = SeenChannel(connector=report.connector, id=report.about.id)
    try:
        return connector(report.connector).channel(report.about.id) or bare
    except SteelyardError:
        return bare


def _find(link: str) -> Thing | None:
    for name in connectors():
        try:
            target = connector(name).find(link)
            if target and (thing := _look(connector(name), target)):
                return thing
        except SteelyardError:
            continue
    return None


def _look(platform: Connector, target: Target) -> Thing | None:
    if target.kind == "account":
        return SeenAccount(connector=platform.manifest.connector, id=target.id)
    return platform.channel(target.id) if target.kind == "channel" else platform.fetch(target)


def remember(thing: Thing, *, origin: str, sealed: bool = False) -> Subject:
    """Its row; a post with its sealed copy, a channel with its owner. `sealed`: for a matter under secrecy."""
    if isinstance(thing, SeenAccount):
        return know(thing.connector, Kind.ACCOUNT, thing.id)
    if isinstance(thing, SeenChannel):
        owner = know(thing.connector, Kind.ACCOUNT, thing.owner) if thing.owner else None
        return know(
            thing.connector, Kind.CHANNEL, thing.id, name=thing.name, surface=thing.surface, owner=owner
        )
    subject = know_post(post_facts(thing))
    keep(subject, thing.text.encode("utf-8", "replace"), origin=origin, sealed=sealed)
    return subject
