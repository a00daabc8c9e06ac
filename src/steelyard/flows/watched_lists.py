"""Lists of others' bans that the operator watches: what hits somebody here is put before a person, and nothing else.

A list never acts. Staff and the operator's own accounts are spared by the homeserver's own count; a line that hits more
than a few is advice about nobody in particular and opens nothing.
"""

import logging
from collections.abc import Iterator
from fnmatch import fnmatchcase

from django.db import transaction

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.base.errors import SteelyardError
from steelyard.cases.actions import open_or_join
from steelyard.cases.states import CaseKind
from steelyard.enforcement.connector import Connector, SeenAccount, SeenChannel, connector, connectors
from steelyard.enforcement.elsewhere import Hit, ListedRule, ListKeeper
from steelyard.flows.locate import Thing, remember
from steelyard.rulebook.queries import fact
from steelyard.screening.actions import keep_findings
from steelyard.screening.engine import Action, RuleHit, RuleState, Verdict
from steelyard.screening.models import Finding

HARM = "other"
"""A list does not say in our words what somebody did: whoever decides finds that out."""
LONGEST = 200
_log = logging.getLogger(__name__)


def look_at_watched_lists() -> int:
    """Read each watched list and open a case for each new hit. Returns how many. Safe to run again, whenever."""
    return sum(_look(name, room) for name in connectors() for room in config().matrix.watched_lists)


def _look(name: str, room: str) -> int:
    platform = connector(name)
    if not isinstance(platform, ListKeeper):
        return 0
    try:
        rules, hit = platform.read_list(room)
        found = list(_fresh(platform, room, rules, hit))
    except SteelyardError as fault:  # it is read again in some minutes
        _log.warning("A watched list could not be read: %s", type(fault).__name__)
        return 0
    for thing, rule in found:
        _open(thing, room, rule)
    return len(found)


def _fresh(
    platform: Connector, room: str, rules: tuple[ListedRule, ...], hit: Hit
) -> Iterator[tuple[Thing, ListedRule]]:
    """What is hit here and was not before, as many at once as a desk can look at. Asks the platform about channels."""
    bounds = fact("house.watched_lists", now().date()).value
    left = int(bounds["cases_at_once"])
    for rule in rules:
        named = hit.own if rule.kind != "channel" else hit.channels
        ids = [one for one in named if _means(rule, one)]
        if len(ids) > bounds["most_hit_by_a_line"]:
            continue
        for id_ in ids:
            if left and not _known(room, id_):
                left -= 1
                yield _thing(platform, rule, id_), rule


def _means(rule: ListedRule, id_: str) -> bool:
    name = id_.partition(":")[2] if rule.kind == "server" else id_
    return fnmatchcase(name, rule.entity.replace("[", "[[]"))


def _known(room: str, id_: str) -> bool:
    return Finding.objects.filter(rule=_rule(room), subject__native_id=id_).exists()


def _thing(platform: Connector, rule: ListedRule, id_: str) -> Thing:
    name = platform.manifest.connector
    if rule.kind != "channel":
        return SeenAccount(connector=name, id=id_)
    return platform.channel(id_) or SeenChannel(connector=name, id=id_)


def _rule(room: str) -> str:
    return f"list:{room}"[:80]


@transaction.atomic
def _open(thing: Thing, room: str, rule: ListedRule) -> None:
    subject = remember(thing, origin="platform")
    signs = (rule.entity, rule.recommendation, rule.reason, rule.by)
    hit = RuleHit(
        rule=_rule(room), state=RuleState.LIVE, version="-", action=Action.QUEUE, harm=HARM, policy_ref="-",
        signals=tuple(sign[:LONGEST] for sign in signs if sign),
    )  # fmt: skip
    (finding,) = keep_findings(subject, Verdict(id=thing.id, action=Action.QUEUE, rules=(hit,)))
    clock = fact("house.finding_decided", now().date())
    open_or_join(CaseKind.FINDING, subject, harm=HARM, clock=clock, finding=finding)
