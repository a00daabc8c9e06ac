"""A channel or an account is decided on by two people, closed at the gate, and opened again after a complaint."""

import pytest

from steelyard.base.clock import now
from steelyard.base.errors import BadInput
from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case
from steelyard.decisions.actions import reasons_of
from steelyard.decisions.models import Complaint, Decision
from steelyard.decisions.states import Outcome
from steelyard.enforcement.connector import Mark, SeenReport, Target
from steelyard.enforcement.models import Measure
from steelyard.flows.decide_case import DecisionGiven, countersign_decision, undo_decision
from steelyard.flows.deliver import deliver_measures
from steelyard.flows.follow import decision_for
from steelyard.flows.read_case import preview, read_case
from steelyard.flows.receive_complaint import ComplaintGiven, receive_complaint
from steelyard.flows.receive_report import receive_report
from steelyard.ledger.queries import entries
from steelyard.rulebook.queries import harms
from steelyard.subjects.models import Subject
from steelyard.transparency.counting import count
from tests.cast import present
from tests.flows.stories import SCAM_RU, answered, decided, delivered, noticed, ordered, screened, token_in
from tests.platform import AT, CHANNEL, OWNER

pytestmark = pytest.mark.django_db
UMA = "@uma:home"


def restricted(about, **more):
    """Ada proposes and Ben signs; the worker has been round."""
    noticed(about)
    proposed = decided("ada", **more)
    assert proposed.state == "proposed"
    countersign_decision(present("ben"), proposed.ref)
    delivered()
    return Decision.objects.get(pk=proposed.pk)


def reported(kind, id_):
    return receive_report(
        SeenReport(
            connector="memory", id=f"{kind}-1", about=Target(id_), kind=kind, reporter="@rhea:home",
            reason="Every post here is a fraud", at=AT,
        )
    )  # fmt: skip


def test_one_person_alone_closes_no_channel(platform):
    noticed(CHANNEL)
    decided("ada")
    delivered()
    assert platform.refused == {}
    assert Case.objects.get().state == "second_needed"


def test_two_people_close_a_channel_and_its_owner_is_told(platform):
    made = restricted(CHANNEL, words="Nothing here but offers of guaranteed profit.")
    assert Measure.objects.get().state == "confirmed"
    ((to, letter),) = platform.letters
    assert to == OWNER
    assert reasons_of(made.statement).restriction == "We have closed your channel to new posts."
    assert "Nothing here but offers of guaranteed profit." in letter
    assert "“Market”" in letter


def test_whoever_meets_a_closed_channel_learns_why_and_never_the_owners_secret_link(platform):
    restricted(CHANNEL)
    told = platform.refused[CHANNEL]
    assert told["reason"].startswith("This channel takes no new posts.")
    assert told["case"]
    assert "/d/" not in told["appeal"]
    assert token_in(platform.letters[0][1]) not in str(told)


def test_a_muted_account_learns_why_and_where_to_contest_it_in_its_own_language(platform):
    screened(platform, "$1", SCAM_RU)
    delivered()
    made = restricted(UMA)
    told = platform.refused[UMA]
    assert made.statement.language == "ru"
    assert told["reason"].startswith("Ваш аккаунт сейчас не может публиковать.")
    assert decision_for(token_in(told["appeal"] + " ")).ref == made.ref
    assert platform.letters[-1][0] == UMA


def test_an_upheld_complaint_lets_the_account_post_again(platform):
    restricted(UMA)
    receive_complaint(token_in(platform.letters[0][1]), ComplaintGiven(text="My account was stolen."))
    complaint, lena = Complaint.objects.get(), present("lena")
    claim_case(lena.member, complaint.case.ref)
    answered(lena, complaint, "You have it back.", uphold=True)
    delivered()
    assert platform.refused == {}
    assert "Your account can post again." in platform.letters[-1][1]
    assert [row.operation for row in Measure.objects.order_by("pk")] == ["mute_account", "unmute_account"]


def test_a_channel_is_opened_again_by_undoing_the_decision(platform):
    made = restricted(CHANNEL)
    undo_decision(present("lena"), made.ref, because="The reports were a campaign.")
    delivered()
    assert platform.refused == {}
    assert Subject.objects.get(kind="channel").state == "visible"
    assert "Your channel is open to new posts again." in platform.letters[-1][1]


@pytest.mark.parametrize(("kind", "id_"), [("channel", CHANNEL), ("account", UMA)])
def test_what_a_member_reports_inside_the_platform_is_what_the_case_is_about(platform, kind, id_):
    reported(kind, id_)
    subject = Case.objects.get().subject
    assert (subject.kind, subject.native_id) == (kind, id_)
    assert sorted(read_case(present("ada"), Case.objects.get().ref).abilities) == ["contain", "restore"]


def test_a_reported_channel_is_known_also_while_the_platform_does_not_answer(platform):
    platform.down = True
    reported("channel", CHANNEL)
    view = read_case(present("ada"), Case.objects.get().ref)
    assert (view.kind, view.about, view.somebody_is_told) == ("channel", CHANNEL, False)


def test_no_channel_is_removed_for_good_whatever_is_sent(platform):
    noticed(CHANNEL)
    with pytest.raises(BadInput) as refusal:
        decided("ada", outcome=Outcome.REMOVE)
    assert refusal.value.field == "outcome"


def test_the_owner_reads_what_the_preview_showed(platform):
    noticed(CHANNEL)
    given = DecisionGiven(outcome=Outcome.CONTAIN, ground="terms.scam", words="Look.")
    shown = preview(present("ada"), Case.objects.get().ref, given)
    proposed = decided("ada", words="Look.")
    countersign_decision(present("ben"), proposed.ref)
    told = reasons_of(Decision.objects.get().statement)
    for part in ("restriction", "duration", "facts", "automated", "post"):
        assert getattr(shown, part) == getattr(told, part)


def test_an_order_may_name_an_account(platform):
    ordered(UMA)
    proposed = decided("lena", ground="law.dsa_9")
    countersign_decision(present("lev"), proposed.ref)
    delivered()
    assert list(platform.refused) == [UMA]


def test_the_day_counts_channels_and_accounts_by_themselves(platform):
    restricted(CHANNEL)
    restricted_account = restricted_second(UMA)
    undo_decision(present("lena"), restricted_account.ref, because="Wrong account.")
    numbers = count(entries(now().date()), harms())
    assert (numbers.total("channel"), numbers.total("account"), numbers.total("post")) == (1, 1, 0)
    assert numbers.harms["scam"].reversed == {"post": 0, "channel": 0, "account": 1}


def restricted_second(about):
    """As `restricted`, with another case already there."""
    noticed(about)
    proposed = decided("ada", Case.objects.latest("pk"))
    countersign_decision(present("ben"), proposed.ref)
    return Decision.objects.get(pk=proposed.pk)


@pytest.mark.parametrize(
    "story",
    [
        (CHANNEL, "unlist_channel", Mark.UNLISTED, "We have taken your channel out of the directory.",
         "Your channel may stand in the directory again.", "relist_channel"),
        (CHANNEL, "close_channel", Mark.CLOSED, "We have closed your channel.",
         "Your channel is open again, with its posts and its members.", "reopen_channel"),
        (UMA, "limit_account", Mark.LIMITED, "We have limited how often your account can post.",
         "Your account can post as often as before.", "unlimit_account"),
        (UMA, "suspend_account", Mark.SUSPENDED, "We have suspended your account.",
         "Your account can take part again.", "unsuspend_account"),
        (UMA, "ban_account", Mark.BANNED, "We have banned your account.",
         "You can come in and take part again.", "unban_account"),
    ],
)  # fmt: skip
def test_two_people_choose_among_what_the_platform_can_do_and_undoing_ends_just_that(platform, story):
    about, measure, mark, told, ended, undone = story
    made = restricted(about, measure=measure)
    assert list(platform.marks[about]) == [mark]
    assert platform.refused == {}
    assert reasons_of(made.statement).restriction == told
    assert Measure.objects.get().receipt["marks"] == [mark]
    undo_decision(present("lena"), made.ref, because="It was a mistake.")
    delivered()
    assert platform.marks[about] == {}
    assert ended in platform.letters[-1][1]
    assert [row.operation for row in Measure.objects.order_by("pk")] == [measure, undone]


def test_what_is_told_to_members_of_a_closed_channel_is_not_its_owners_secret(platform):
    restricted(CHANNEL, measure="close_channel")
    said = platform.marks[CHANNEL][Mark.CLOSED]
    assert said["reason"].startswith("This channel is closed.")
    assert "/d/" not in said["appeal"]


def test_a_second_restriction_stays_when_the_first_is_undone_and_only_then_all_is_lifted(platform):
    first = restricted(UMA, measure="suspend_account")
    noticed(UMA)
    proposed = decided("ada", Case.objects.latest("pk"), measure="limit_account")
    second = countersign_decision(present("ben"), proposed.ref)
    delivered()
    assert set(platform.marks[UMA]) == {Mark.SUSPENDED, Mark.LIMITED}
    undo_decision(present("lena"), first.ref, because="It was too much.")
    delivered()
    assert list(platform.marks[UMA]) == [Mark.LIMITED]
    assert "Another one still restricts it." in platform.letters[-1][1]
    undo_decision(present("lena"), second.ref, because="It was nothing.")
    delivered()
    assert (platform.marks[UMA], Subject.objects.get(native_id=UMA).state) == ({}, "visible")


def test_a_measure_of_another_kind_of_thing_is_not_accepted(platform):
    noticed(UMA)
    with pytest.raises(BadInput) as refusal:
        decided("ada", measure="close_channel")
    assert refusal.value.field == "outcome"


def test_a_platform_that_says_yes_while_members_still_see_it_open_is_asked_again(platform):
    platform._do = lambda *_: None
    noticed(CHANNEL)
    countersign_decision(present("ben"), decided("ada").ref)
    deliver_measures()
    row = Measure.objects.get()
    assert (row.state, row.last_error) == ("queued", "An ordinary member still sees it as: visible.")
