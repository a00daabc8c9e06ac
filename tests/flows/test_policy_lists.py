"""Other people's lists are advice, and on ours stands only what somebody here decided."""

from datetime import timedelta

import msgspec
import pytest
from django.db import transaction

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.base.errors import NoSuchThing, Refused
from steelyard.cases.models import Case
from steelyard.decisions.actions import Weighed, write
from steelyard.decisions.models import Decision
from steelyard.decisions.states import Outcome
from steelyard.disclosure.models import Suspicion
from steelyard.enforcement.elsewhere import Hit, ListedRule
from steelyard.enforcement.models import Measure
from steelyard.flows.policy_lists import publish_decision, read_list, withdraw_decision
from steelyard.flows.read_case import read_case
from steelyard.flows.screen_posts import post_facts
from steelyard.flows.watched_lists import look_at_watched_lists
from steelyard.ledger.models import Entry
from steelyard.subjects.actions import know_post
from steelyard.vault.actions import new_key
from tests.cast import member, present
from tests.flows.stories import SCAM
from tests.platform import CHANNEL, MemoryPlatform, attached

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "#list:elsewhere"


class Listing(MemoryPlatform):
    def __init__(self):
        super().__init__()
        self.ours = {}
        self.rules = (line("@uma:*"),)
        self.hit = Hit(
            accounts=("@uma:home",), accounts_in_all=1, ours=1, spared=(), channels=(), channels_in_all=0
        )

    def read_list(self, room):
        return self.rules, self.hit

    def publish_rule(self, room, rule):
        self.ours[rule.entity] = (rule.recommendation, rule.reason)
        return "$rule"


@pytest.fixture
def listing():
    with attached(Listing()) as platform:
        yield platform


def decided(platform, kind, outcome=Outcome.CONTAIN):
    post = know_post(post_facts(platform.publish("$scam", SCAM)))
    subject = post.author if kind == "account" else post
    weighed = Weighed(outcome=outcome, harm="scam", ground="terms.scam", source="notice")
    with transaction.atomic():
        return write(weighed, subject, None, needs_second=False).ref


def test_a_list_is_read_with_whom_it_would_hit_and_touches_nobody(listing):
    rules, hit = read_list(member("ada"), "memory", LIST)
    assert ([rule.entity for rule in rules], hit.accounts) == (["@uma:*"], ("@uma:home",))
    assert not Measure.objects.exists()
    assert (listing.calls, listing.ours) == ([], {})


def test_what_was_decided_can_be_published_and_withdrawn_and_the_log_has_both(listing):
    ref = decided(listing, "account")
    publish_decision(member("lena"), "memory", LIST, ref)
    assert listing.ours == {"@uma:home": ("m.ban", "terms.scam")}
    withdraw_decision(member("lena"), "memory", LIST, ref)
    assert listing.ours == {"@uma:home": ("", "")}
    verbs = Entry.objects.filter(verb__startswith="enforcement:listing").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "enforcement:listing:published", "enforcement:listing:withdrawn",
    ]  # fmt: skip


def test_a_post_is_on_no_list_and_who_may_not_undo_publishes_nothing(listing):
    with pytest.raises(Refused, match="account or a channel"):
        publish_decision(member("lena"), "memory", LIST, decided(listing, "post"))
    with pytest.raises(NoSuchThing):
        publish_decision(member("otto"), "memory", LIST, decided(listing, "account"))
    assert listing.ours == {}
    assert not Entry.objects.filter(verb__startswith="enforcement:listing").exists()


def test_whom_an_author_may_not_be_told_of_stands_on_no_list(listing):
    ref = decided(listing, "account")
    subject = Decision.objects.get(ref=ref).subject
    Suspicion.objects.create(
        case=Case.objects.create(kind="notice", harm="violence", severity=1, key=new_key()), subject=subject,
        key=new_key(), addressee="Europol", sealed=b"", tell_after=now().date() + timedelta(days=3),
    )  # fmt: skip
    with pytest.raises(Refused, match="may not be told"):
        publish_decision(member("lena"), "memory", LIST, ref)
    assert listing.ours == {}


@pytest.fixture
def watching(listing, monkeypatch):
    matrix = msgspec.structs.replace(config().matrix, watched_lists=(LIST,))
    changed = msgspec.structs.replace(config(), matrix=matrix)
    monkeypatch.setattr("steelyard.flows.watched_lists.config", lambda: changed)
    return listing


def line(entity, kind="account"):
    return ListedRule(kind=kind, entity=entity, recommendation="m.ban", reason="spam", by="@bea:b")


def test_nothing_is_watched_unless_the_operator_says_so(listing):
    assert look_at_watched_lists() == 0


def test_whom_a_watched_list_names_is_put_before_a_person_once_and_nothing_is_done(watching):
    watching.rules = (line("@um?:home"), line(CHANNEL, "channel"), line("@carl:elsewhere"), line("@staff:*"))
    watching.hit = Hit(
        accounts=("@carl:elsewhere", "@uma:home"), accounts_in_all=2, ours=1, own=("@uma:home",),
        spared=("@staff:home",), channels=(CHANNEL,), channels_in_all=1,
    )  # fmt: skip
    assert look_at_watched_lists() == 2
    assert look_at_watched_lists() == 0
    found = Case.objects.order_by("pk")
    assert [(case.kind, case.subject.native_id, case.state) for case in found] == [
        ("finding", "@uma:home", "open"), ("finding", CHANNEL, "open"),
    ]  # fmt: skip
    why = read_case(present("ada"), found[0].ref).why[0]
    assert (why.rule, why.signals) == (f"list:{LIST}", ("@um?:home", "m.ban", "spam", "@bea:b"))
    assert (watching.calls, watching.refused) == ([], {})
    assert not Decision.objects.exists()


def test_a_line_that_hits_many_opens_nothing(watching):
    many = tuple(f"@u{number}:home" for number in range(9))
    watching.rules = (line("@u*:home"), line("@u3:home"))
    watching.hit = Hit(
        accounts=many, accounts_in_all=9, ours=9, own=many, spared=(), channels=(), channels_in_all=0
    )
    assert look_at_watched_lists() == 1
    assert Case.objects.get().subject.native_id == "@u3:home"
