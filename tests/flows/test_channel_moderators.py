"""A report goes to the channel's own moderators first, where the operator wants it; never what is for us alone."""

from datetime import timedelta

import msgspec
import pytest

from steelyard.base.clock import now
from steelyard.base.config import ChannelModerators, config
from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case, Referral
from steelyard.cases.queries import queue
from steelyard.console.histories import who
from steelyard.decisions.models import Complaint, Decision
from steelyard.decisions.states import Outcome
from steelyard.decisions.strikes import strikes_of
from steelyard.enforcement.connector import Ability, Operation, SeenReport, Target
from steelyard.enforcement.moderated import Moderated, Powers
from steelyard.flows import channel_moderators as flow
from steelyard.flows.receive_complaint import ComplaintGiven, receive_complaint
from steelyard.flows.receive_report import receive_report
from steelyard.flows.referrals import lapse_referrals
from steelyard.ledger.models import Entry
from steelyard.ledger.queries import entries, history_of
from steelyard.rulebook.queries import harms
from steelyard.subjects.models import Subject
from steelyard.transparency.counting import count
from tests.cast import member, present
from tests.flows.stories import answered, delivered, noticed, token_in
from tests.platform import AT, CHANNEL, OWNER, MemoryPlatform, attached

pytestmark = pytest.mark.django_db
MARA, RHEA, UMA = "@mara:home", "@rhea:home", "@uma:home"
POST = "Buy followers here, cheap, ten thousand a day, write to me."


class Helped(MemoryPlatform):
    """A platform whose channels have moderators and our bot."""

    def __init__(self):
        super().__init__()
        self.mods, self.muted = (OWNER, MARA), set()
        there, back = Operation.MUTE_IN_CHANNEL, Operation.UNMUTE_IN_CHANNEL
        more = tuple(
            Ability(operation=a, inverse=b, delay=timedelta()) for a, b in ((there, back), (back, there))
        )
        self.manifest = msgspec.structs.replace(self.manifest, abilities=(*self.manifest.abilities, *more))

    def _do(self, operation, target, key, params):
        if operation == Operation.MUTE_IN_CHANNEL:
            self.muted.add((target.id, target.channel))
        elif operation == Operation.UNMUTE_IN_CHANNEL:
            self.muted.discard((target.id, target.channel))
        super()._do(operation, target, key, params)

    def bot(self):
        return "@bot:home"

    def moderators(self, channel):
        return self.mods if channel == CHANNEL else ()

    def powers(self, account, channel, over=""):
        return Powers(account in self.moderators(channel), account in self.moderators(channel))

    def channels_helped(self):
        return (CHANNEL,)

    def channel_rules(self, channel):
        return ""

    def write_channel_rules(self, channel, text):
        raise AssertionError

    async def listen(self, since, answer):
        raise AssertionError


@pytest.fixture
def helped(monkeypatch):
    wanted = ChannelModerators(bot=True, harms=("spam", "scam", "child_abuse", "other"))
    changed = msgspec.structs.replace(config(), channel_moderators=wanted)
    monkeypatch.setattr("steelyard.flows.referrals.config", lambda: changed)
    with attached(Helped()) as found:
        assert isinstance(found, Moderated)
        found.publish("$1", POST)
        yield found


def reported(platform, number=1, *, by=RHEA, harm="spam", item="$1"):
    return receive_report(
        SeenReport(
            connector="memory", id=f"item-{number}", about=Target(item, CHANNEL), kind="item", reporter=by,
            reason="He sells followers", body={"harm": harm}, at=AT, post=platform.posts[item],
        )
    )  # fmt: skip


def on_the_desk():
    return [line.ref for line in queue(member("ada"))]


def waiting(account=MARA):
    return flow.reports_of(flow.Moderator("memory", account), (CHANNEL,))


def moderated(outcome, *, account=MARA, because="Selling followers is against what this channel is for."):
    ref = Case.objects.order_by("-pk").first().ref[:5]
    return flow.decide_as_moderator(
        flow.Moderator("memory", account), ref, (CHANNEL,), outcome, because=because
    )


def letters_to(platform, account):
    delivered()
    return [text for who, text in platform.letters if who == account]


def test_off_by_default_every_report_is_for_the_desk():
    with attached(Helped()) as found:
        found.publish("$1", POST)
        reported(found)
    assert len(on_the_desk()) == 1
    assert not Referral.objects.exists()


def test_the_moderators_see_it_first_and_the_reporter_hears_who_looks(helped):
    reported(helped)
    assert on_the_desk() == []
    (line,) = waiting()
    assert (line.channel, line.harm, line.reports) == ("Market", "spam", 1)
    (letter,) = letters_to(helped, RHEA)
    assert "The moderators of the channel look at it first" in letter
    assert "report the post once more" in letter
    (asked,) = letters_to(helped, MARA)
    assert "!reports" in asked
    assert "@bot:home" in asked
    assert POST not in asked
    assert RHEA not in asked
    seen = flow.look_at(flow.Moderator("memory", MARA), line.ref, (CHANNEL,))
    assert (seen.author, seen.text) == (UMA, POST)
    assert "He sells followers" not in repr(seen)


def test_what_a_moderator_takes_away_is_their_decision_and_its_author_can_complain_to_us(helped):
    reported(helped)
    made = moderated(Outcome.CONTAIN)
    (letter,) = letters_to(helped, UMA)
    assert helped.hidden == {"$1"}
    assert "A moderator of the channel “Market”, who is none of our staff" in letter
    assert "Selling followers is against what this channel is for." in letter
    *_, outcome = told = letters_to(helped, RHEA)  # one word that they look, one of what they did
    assert len(told) == 2
    assert "The moderators of the channel have looked at your report, and taken the post away." in outcome
    assert "/follow/" in outcome
    assert (made.moderators_of.native_id, made.case.state, Referral.objects.get().state) == (
        CHANNEL, "decided", "acted")  # fmt: skip
    assert [leaf["by"] for leaf in entries() if leaf["type"] == "decisions:decision:made"] == ["moderator"]
    assert Entry.objects.filter(verb="cases:referral:acted").count() == 1
    assert strikes_of(member("ada"), Subject.objects.get(native_id=UMA)) == []
    assert count(entries(), harms()).harms["spam"].restricted["post"]["notice"] == 1
    assert {who(line) for line in history_of(made.case)} == {"the program", "a moderator of the channel"}

    receive_complaint(token_in(letter), ComplaintGiven(text="I only asked who sells them.", language="en"))
    complaint, ben = Complaint.objects.get(), present("ben")
    claim_case(ben.member, complaint.case.ref)
    answered(ben, complaint, "You asked who sells them, and offered none.")
    delivered()
    assert helped.hidden == set()


def test_what_they_keep_stays_and_whoever_reports_it_again_has_our_team(helped):
    reported(helped)
    moderated(Outcome.NONE, because="It is a joke among us.")
    assert "and the post stays" in letters_to(helped, RHEA)[-1]
    assert helped.hidden == set()
    reported(helped, 2)
    assert waiting() == []
    assert len(on_the_desk()) == 1


def test_reported_again_while_they_have_it_or_named_something_graver_it_is_ours(helped):
    reported(helped)
    reported(helped, 2, by="@ana:home")
    assert waiting()[0].reports == 2
    reported(helped, 3, harm="child_abuse", by="@eva:home")
    assert waiting() == []
    assert Referral.objects.get().state == "contested"
    assert len(on_the_desk()) == 1


def test_reporting_the_same_thing_twice_brings_it_to_the_desk(helped):
    reported(helped)
    reported(helped, 2)
    assert (waiting(), len(on_the_desk())) == ([], 1)


def test_a_notice_from_outside_brings_it_to_the_desk(helped):
    reported(helped)
    noticed("$1")
    assert (waiting(), len(on_the_desk())) == ([], 1)


def test_not_acted_on_in_time_or_left_to_us_it_is_on_the_desk(helped):
    reported(helped)
    Referral.objects.update(until=now() - timedelta(minutes=1))
    assert len(on_the_desk()) == 1, "by the clock, before anybody has noted it"
    assert lapse_referrals() == 1
    assert lapse_referrals() == 0
    assert "Our own team looks at your report now." in letters_to(helped, RHEA)[-1]
    with pytest.raises(NoSuchThing):
        moderated(Outcome.CONTAIN)
    helped.publish("$2", POST + " Now.")
    reported(helped, 5, item="$2")
    flow.hand_on(flow.Moderator("memory", MARA), Case.objects.order_by("-pk").first().ref[:5], (CHANNEL,))
    assert Referral.objects.order_by("-pk").first().state == "handed_on"
    assert len(on_the_desk()) == 2


@pytest.mark.parametrize("harm", ["child_abuse", "terrorism", "violence", "other", "illegal_goods"])
def test_never_what_only_we_may_decide_nor_what_the_operator_did_not_name(helped, harm):
    reported(helped, harm=harm)
    assert waiting() == []
    assert len(on_the_desk()) == 1


def test_never_against_the_channels_owner_or_one_of_its_moderators(helped):
    helped.publish("$9", POST, author=MARA)
    reported(helped, item="$9")
    assert waiting() == []
    helped.mods = ()
    reported(helped, 2)
    assert waiting() == [], "nobody moderates there"


def test_nobody_decides_without_a_reason_on_their_own_report_or_elsewhere(helped):
    reported(helped, by=MARA)
    with pytest.raises(BadInput):
        moderated(Outcome.CONTAIN, because=" ")
    with pytest.raises(Refused, match="reported this yourself"):
        moderated(Outcome.CONTAIN)
    with pytest.raises(NoSuchThing):
        flow.look_at(flow.Moderator("memory", MARA), Case.objects.get().ref[:5], ("!other:home",))
    assert not Decision.objects.exists()


def test_stopped_in_one_channel_and_let_write_again(helped):
    reported(helped)
    moderated(Outcome.MUTE)
    letters = letters_to(helped, UMA)
    assert helped.muted == {(UMA, CHANNEL)}
    assert any("has stopped you from writing in it" in letter for letter in letters)
    assert Subject.objects.get(native_id=UMA).state == "visible", "elsewhere they write as before"
    who = flow.Moderator("memory", OWNER)
    assert flow.muted_channels(who, UMA) == [CHANNEL]
    flow.let_write_again(who, CHANNEL, UMA, because="They said sorry.")
    assert "You can write again in the channel" in letters_to(helped, UMA)[-1]
    assert helped.muted == set()
