"""What many accounts post in many channels is one campaign: seen once, decided once, for all of it."""

from datetime import timedelta

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.cases.models import Case
from steelyard.decisions.models import Decision
from steelyard.flows import campaigns
from steelyard.flows.decide_case import undo_decision
from steelyard.flows.read_case import read_case
from steelyard.flows.screen_posts import screen_posts
from steelyard.ledger.models import Entry
from steelyard.screening.actions import forget_sights
from steelyard.screening.engine.images.hashing import ImageHash, MediaHashes
from steelyard.screening.models import Campaign, Trace
from steelyard.subjects.models import Subject
from tests.cast import present
from tests.flows.stories import decided, delivered

pytestmark = pytest.mark.django_db

OFFER = (
    "{name} here! I know who you are and I will kill you if you come to the meeting on {day}, "
    "everybody in this house has been told about it and nobody is going to help you {sign}"
)


@pytest.fixture(autouse=True)
def _nothing_remembered():
    campaigns.forget_campaigns()
    yield
    campaigns.forget_campaigns()


def copy(n):
    return OFFER.format(name=f"Max{n}", day=("Monday", "Tuesday", "Friday")[n % 3], sign="!" * (n % 4))


def posted(platform, n, text=None, media=()):
    """One more account says it."""
    post = platform.publish(f"$copy{n}", copy(n) if text is None else text, author=f"@spammer{n}:home")
    return screen_posts("memory", [post], f"batch-{n}", media={post.id: media} if media else None)


def shown(platform):
    delivered()
    return sorted(set(platform.posts) - platform.hidden)


def test_near_copies_by_many_accounts_are_one_case_with_count_and_spread(platform):
    for n in range(5):
        posted(platform, n)
    case = Case.objects.get()
    view = read_case(present("ada"), case.ref)
    assert (view.campaign.spread.posts, view.campaign.spread.accounts, view.campaign.spread.channels) == (
        5,
        5,
        1,
    )
    assert len(view.campaign.shown) == 4
    assert len(view.why) == 1
    assert Entry.objects.filter(verb="screening:campaign:seen").count() == 1


def test_one_decision_hides_all_of_them_and_each_author_is_told(platform):
    for n in range(5):
        posted(platform, n)
    decided("ada", ground="terms.violence", words="A threat, sent to many.")
    assert shown(platform) == []
    assert sorted(to for to, _ in platform.letters) == [f"@spammer{n}:home" for n in range(5)]
    assert {decision.decided_by for decision in Decision.objects.all()} == {present("ada").member.ref}


def test_a_later_copy_is_hidden_as_it_appears_and_asks_nobody(platform):
    posted(platform, 0)
    posted(platform, 1)
    decided("ada", ground="terms.violence", words="A threat, sent to many.")
    campaigns.forget_campaigns()
    assert posted(platform, 2).contained == 1
    assert shown(platform) == []
    assert Case.objects.count() == 1


def test_what_merely_speaks_of_the_same_thing_is_no_copy(platform):
    posted(platform, 0)
    posted(
        platform, 1, "I will kill you, said the wolf in the play, and the children laughed until they cried."
    )
    assert not Campaign.objects.exists()
    assert Case.objects.count() == 2


def test_when_the_decision_is_undone_the_copies_come_back_and_later_ones_are_left_alone(platform):
    for n in range(3):
        posted(platform, n)
    made = decided("ada", ground="terms.violence", words="A threat, sent to many.")
    assert shown(platform) == []
    undo_decision(present("ben"), made.ref, because="It is a line from a play.")
    assert shown(platform) == ["$copy0", "$copy1", "$copy2"]
    campaigns.forget_campaigns()
    assert posted(platform, 3).contained == 0


def test_more_copies_than_one_transaction_holds_are_left_to_a_task(platform, monkeypatch):
    monkeypatch.setattr(campaigns, "AT_ONCE", 2)
    for n in range(5):
        posted(platform, n)
    made = decided("ada", ground="terms.violence", words="A threat, sent to many.")
    assert Subject.objects.filter(kind="post", state="contained").count() == 3
    campaign = Campaign.objects.get()
    assert campaigns.cover_some(campaign, Decision.objects.get(ref=made.ref)) == 2
    assert Subject.objects.filter(kind="post", state="visible").count() == 0


def test_copies_of_a_picture_join_whatever_is_written_under_them(platform):
    picture = bytes(range(32))
    near = bytes([picture[0] ^ 0b111, *picture[1:]])
    for n, pdq in enumerate((picture, near)):
        media = (MediaHashes(b"%032d" % n, b"", ImageHash(pdq, 100, shrunk=False)),)
        posted(platform, n, f"I will kill you number {n} " + "abcdefgh"[n] * 30, media)
    assert Campaign.objects.get().posts.count() == 2


def test_the_traces_hold_no_words_and_go_after_their_time(platform):
    posted(platform, 0)
    assert b"meeting" not in bytes(Trace.objects.get().values)
    with set_clock(now() + timedelta(hours=73)):
        forget_sights()
    assert not Trace.objects.exists()


def test_the_case_says_nothing_of_a_campaign_where_there_is_none(platform):
    posted(platform, 0)
    assert read_case(present("ada"), Case.objects.get().ref).campaign is None
