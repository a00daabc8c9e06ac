"""Posts arrive from a platform; each is screened once; a Live rule contains one post; people get the rest.

One transaction for the whole batch: findings, decisions, cases, ledger entries and outbox rows are there
together or not at all, and only then does the platform hear that we have it. A clean post leaves no row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from django.db import transaction

from steelyard.base.clock import now
from steelyard.base.outbox import ring
from steelyard.cases.actions import open_or_join
from steelyard.cases.queries import open_case_of
from steelyard.cases.states import CaseKind
from steelyard.decisions.actions import Weighed, write
from steelyard.decisions.models import Decision
from steelyard.decisions.states import Outcome
from steelyard.enforcement.connector import Operation, SeenPost, connector, connectors
from steelyard.evidence.actions import keep
from steelyard.flows.campaigns import campaign_hits
from steelyard.flows.carry_out import carry_out
from steelyard.flows.languages import language_of
from steelyard.rulebook.queries import fact, harms
from steelyard.screening.actions import count, first_sight, first_time, keep_findings
from steelyard.screening.behaviour import Post, behaviour, together
from steelyard.screening.campaigns import join
from steelyard.screening.engine import Item, RuleHit, Screen, Verdict
from steelyard.screening.engine.images.hashing import MediaHashes
from steelyard.screening.engine.items import STRENGTH, Fact, live
from steelyard.screening.hashlists import hash_lists_in_force
from steelyard.screening.models import Finding
from steelyard.screening.policy import screen_in_force
from steelyard.screening.sample import keep_samples
from steelyard.screening.surfaces import may_screen
from steelyard.subjects.actions import PostFacts, know_post
from steelyard.subjects.models import Subject
from steelyard.subjects.states import SubjectState

CONTAINS = frozenset({"hold", "limit", "remove"})
"""What a Live rule may do alone, and only to a single post: hide it, reversibly."""
NEEDS_A_PERSON = frozenset({"queue"})


@dataclass(frozen=True)
class Screened:
    screened: int
    findings: int
    contained: int
    cases: int


def screen_posts(
    connector: str,
    batch: Sequence[SeenPost],
    transaction_id: str,
    *,
    screen: Screen | None = None,
    media: Mapping[str, tuple[MediaHashes, ...]] | None = None,
) -> Screened:
    """Deal with one batch of the platform, once per `transaction_id`. `media`: hashes of files, by post."""
    screen = screen or screen_in_force()
    if media:
        screen.hash_lists = hash_lists_in_force()
    batch = [post for post in batch if may_screen(post.surface)]
    files = [(media or {}).get(post.id, ()) for post in batch]
    counted = behaviour().observe(connector, [_counted(post) for post in batch], screen.facts_wanted)
    items = [_item(*one) for one in zip(batch, files, counted, strict=True)]
    verdicts = screen.screen(items)
    known = {item.id: item.facts for item in items}
    for number, hit in campaign_hits([post.text for post in batch], files).items():
        verdicts[number] = _with(verdicts[number], hit)
    judged = list(zip(batch, items, verdicts, strict=True))
    found = [(post, verdict) for post, verdict in zip(batch, verdicts, strict=True) if verdict.rules]
    with transaction.atomic():
        if not first_time(connector, transaction_id):
            return Screened(0, 0, 0, 0)
        fresh = first_sight(connector, [_version(post) for post in batch])
        found = [(post, verdict) for post, verdict in found if _version(post) in fresh]
        count(connector, screened=len(fresh), with_findings=len(found))
        keep_samples(
            connector,
            [(post.id, item, verdict) for post, item, verdict in judged if _version(post) in fresh],
        )
        acted = [
            _act_on(post, verdict, (media or {}).get(post.id, ()), known[post.id]) for post, verdict in found
        ]
        ring()
    return Screened(len(fresh), len(found), acted.count("contained"), acted.count("case"))


def _with(verdict: Verdict, hit: RuleHit) -> Verdict:
    """A copy of what a person decided is hidden as that was, whatever else the rules say of it."""
    action = max(verdict.action, hit.action, key=STRENGTH.__getitem__)
    signals = {**verdict.signals, **dict.fromkeys(hit.signals, 1)}
    return msgspec.structs.replace(verdict, rules=(*verdict.rules, hit), action=action, signals=signals)


def _act_on(post: SeenPost, verdict: Verdict, files: Sequence[MediaHashes], known: Mapping[str, Fact]) -> str:
    subject = know_post(post_facts(post))
    _keep_pictures(subject, verdict, files)
    keep(subject, post.text.encode("utf-8", "replace"), origin="stream")
    findings = keep_findings(subject, verdict, known)
    by_rule = {hit.rule: finding for hit, finding in zip(verdict.rules, findings, strict=True)}
    hidden = verdict.deciding if verdict.action in CONTAINS and _may_act_alone(post.connector) else None
    if hidden and subject.state == SubjectState.VISIBLE:
        _contain(subject, hidden)
    asking = _for_a_person(verdict, hidden)
    about = _one_of_many(subject, post, verdict, files) or subject
    for hit in asking:
        _ask_a_person(about, hit, by_rule[hit.rule])
    return "contained" if hidden else "case" if asking else ""


def _may_act_alone(platform: str) -> bool:
    """A rule alone does only what can be undone; where a platform can but delete, a person decides first."""
    if platform not in connectors():
        return True
    offered = connector(platform).manifest
    return not offered.offers(Operation.CONTAIN_ITEM) or offered.ability(Operation.CONTAIN_ITEM).alone


def _keep_pictures(subject: Subject, verdict: Verdict, files: Sequence[MediaHashes]) -> None:
    """A picture that something was found in is sealed as it was posted, before its platform may lose it."""
    if not any(note for note in verdict.notes if " bits" in note):
        return
    for file in files:
        if file.content:
            keep(subject, file.content, origin="stream", media_type="application/octet-stream")


def _one_of_many(
    subject: Subject, post: SeenPost, verdict: Verdict, files: Sequence[MediaHashes]
) -> Subject | None:
    """The copy whose open case this post joins, so that a person sees a campaign once."""
    harm = next((hit.harm for hit in verdict.rules if live(hit)), "")
    campaign = join(subject, post.text, files, harm=harm) if harm else None
    case = open_case_of(CaseKind.FINDING, campaign) if campaign else None
    return case.subject if case else None


def _for_a_person(verdict: Verdict, hidden: RuleHit | None) -> list[RuleHit]:
    """The Live rules that want a person to look, the gravest first.

    A post that is hidden already asks for nobody, unless a rule sees something graver in it.
    """
    wanting = NEEDS_A_PERSON if hidden else NEEDS_A_PERSON | CONTAINS
    asking = [hit for hit in verdict.rules if live(hit) and hit.action in wanting]
    settled = harms()[hidden.harm].severity if hidden else 0
    graver = [hit for hit in asking if harms()[hit.harm].severity > settled]
    return sorted(graver, key=lambda hit: -harms()[hit.harm].severity)


def _contain(subject: Subject, hit: RuleHit) -> Decision:
    weighed = Weighed(
        outcome=Outcome.CONTAIN,
        harm=hit.harm,
        ground=hit.policy_ref,
        source="rule",
        found_by_machine=True,
        decided_by_machine=True,
        rule=f"{hit.rule}@{hit.version}",
    )
    decision = write(weighed, subject, None, needs_second=False)
    carry_out(decision)
    return decision


def _ask_a_person(subject: Subject, hit: RuleHit, finding: Finding) -> None:
    clock = fact("house.finding_decided", now().date())
    open_or_join(
        CaseKind.FINDING, subject, harm=hit.harm, language=subject.language, clock=clock, finding=finding
    )


def post_facts(post: SeenPost) -> PostFacts:
    """Where a seen post stands. An edit is a new version of the post it edits: hiding either hides both."""
    return PostFacts(
        connector=post.connector,
        native_id=post.id,
        channel_id=post.channel,
        author_id=post.author,
        channel_name=post.channel_name,
        surface=post.surface,
        posted_at=post.at,
        language=language_of(post.text),
    )


def _version(post: SeenPost) -> str:
    """What is judged once: a post, and each version of one that keeps its id when it is edited."""
    return f"{post.id}\x1f{post.revision}" if post.revision else post.id


def _counted(post: SeenPost) -> Post:
    return Post(_version(post), post.author, post.channel, post.text)


def _item(post: SeenPost, media: tuple[MediaHashes, ...], counted: Mapping[str, Fact]) -> Item:
    facts = together(counted, post.facts)
    return Item(
        id=post.id, text=post.text, surface=post.surface, facts=facts, media=media, scores=post.scores
    )
