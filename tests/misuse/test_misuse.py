"""DSA Art. 23: warned first, then suspended for a time, by people who weighed it; told, heard, and over in time."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.test import Client

from steelyard.arrivals.actions import Envelope, keep
from steelyard.base.clock import now, set_clock
from steelyard.base.errors import BadInput, Refused
from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case
from steelyard.decisions.models import Complaint, Decision
from steelyard.decisions.states import Outcome
from steelyard.enforcement.connector import Operation, SeenReport, Target
from steelyard.flows.follow import decision_for, matter_for
from steelyard.flows.misuse import (
    answer_objection,
    ask_suspension,
    decline_suspension,
    end_due,
    object_by_link,
    record_of,
    sign_suspension,
    take_up_held,
    their_matter,
    warn,
)
from steelyard.flows.receive_complaint import ComplaintGiven, receive_complaint
from steelyard.flows.receive_report import receive_report
from steelyard.flows.report_suspicion import (
    EUROPOL,
    SuspicionGiven,
    prepare_suspicion,
    tell_whom_we_delayed,
)
from steelyard.ledger.models import Entry
from steelyard.letters.actions import text_of
from steelyard.letters.models import Letter
from steelyard.mailroom.reading import read_due
from steelyard.misuse.actions import Assessment
from steelyard.misuse.models import HeldNotice, Misuse
from steelyard.misuse.states import MisuseKind, MisuseState
from steelyard.notices.actions import Told, mark_of
from steelyard.notices.models import Notice
from steelyard.oncall.models import Ring
from steelyard.people.actions import partners as acts
from tests.cast import present
from tests.flows.stories import HARMLESS, SCAM, answered, decided, delivered, noticed, token_in
from tests.partners import nour, sent

pytestmark = pytest.mark.django_db
NOTHING = ComplaintGiven(points=("rule",), text="Again.")


def unfounded(platform, id_, **more):
    """A notice about a harmless post, decided: nothing against the rules."""
    platform.publish(id_, f"{HARMLESS} {id_}")
    noticed(id_, **more)
    decided("ada", Case.objects.get(state="open"), outcome=Outcome.NONE, words="A question about a market.")
    return Notice.objects.order_by("-pk").first()


def weighed(*items, gravity="It keeps people from looking at real ones.", intention=""):
    return Assessment(since="", items=tuple(items), total=None, gravity=gravity, intention=intention)


def warned(platform, *, n=3):
    """Rhea sent notices that Ben, looking at each, found manifestly unfounded."""
    notices = [unfounded(platform, f"${number}") for number in range(n)]
    return warn(present("ben"), MisuseKind.NOTICES, notices[0].ref, weighed(*(one.ref for one in notices)))


def suspended(platform, *, days=10):
    matter = warned(platform)
    fourth = unfounded(platform, "$again")
    ask_suspension(present("ben"), matter.ref, weighed(fourth.ref), days=days)
    return sign_suspension(present("lena"), matter.ref)


def letter(kind):
    return text_of(Letter.objects.filter(kind=kind).order_by("-pk").first())


def link_in(text):
    return text.split("/m/")[1].split()[0]


def test_a_warning_names_the_four_circumstances_in_the_senders_language_and_suspends_nothing(platform):
    matter = warned(platform)
    said = letter("misuse_warned")
    assert said.splitlines()[:2] == ["rhea@example.org", "Un avertissement"]
    assert "3" in said
    assert "It keeps people from looking at real ones." in said
    assert "2022/2065, Art. 23" in said
    assert their_matter(link_in(said)).found.total == 3
    noticed("$0")
    assert Notice.objects.count() == 4
    assert Case.objects.filter(state="open").count() == 1
    assert Entry.objects.filter(verb="misuse:matter:warned").count() == 1
    assert matter.state == MisuseState.WARNED


def test_it_takes_as_many_manifest_items_as_the_rulebook_says_and_how_grave_they_are(platform):
    one = unfounded(platform, "$1")
    with pytest.raises(BadInput, match="3 items"):
        warn(present("ben"), MisuseKind.NOTICES, one.ref, weighed(one.ref))
    two, three = unfounded(platform, "$2"), unfounded(platform, "$3")
    with pytest.raises(BadInput, match="grave"):
        warn(present("ben"), MisuseKind.NOTICES, one.ref, weighed(one.ref, two.ref, three.ref, gravity=" "))
    assert Misuse.objects.count() == 0


def test_a_notice_that_was_followed_or_is_somebody_elses_cannot_be_counted(platform):
    platform.publish("$scam", SCAM)
    noticed("$scam")
    decided("ada")
    right = Notice.objects.get()
    another = unfounded(platform, "$other", email="omar@example.org", name="Omar")
    record = record_of(present("ben"), MisuseKind.NOTICES, right.ref)
    assert ([item.ref for item in record.items], record.total) == ([], 1)
    with pytest.raises(BadInput, match="this record"):
        warn(present("ben"), MisuseKind.NOTICES, right.ref, weighed(right.ref, another.ref, "x"))


def test_there_is_no_suspension_without_a_warning_nor_without_anything_new_after_it(platform):
    matter = warned(platform)
    old = Notice.objects.first()
    with pytest.raises(BadInput, match="Nothing new"):
        ask_suspension(present("ben"), matter.ref, weighed(old.ref), days=10)
    fourth = unfounded(platform, "$4")
    with pytest.raises(BadInput, match="1 to 30"):
        ask_suspension(present("ben"), matter.ref, weighed(fourth.ref), days=31)
    with set_clock(now() + timedelta(days=181)):
        later = unfounded(platform, "$5")
        with pytest.raises(Refused, match="too old"):
            ask_suspension(present("ben"), matter.ref, weighed(later.ref), days=10)


def test_one_person_alone_suspends_nobody(platform):
    matter = warned(platform)
    fourth = unfounded(platform, "$4")
    ben = present("ben")
    ask_suspension(ben, matter.ref, weighed(fourth.ref), days=10)
    with pytest.raises(Refused):
        sign_suspension(ben, matter.ref)
    decline_suspension(present("lena"), matter.ref, because="One more is not yet frequent.")
    assert Misuse.objects.get().state == MisuseState.WARNED
    noticed("$0")
    assert HeldNotice.objects.count() == 0


def test_what_a_suspended_sender_sends_is_kept_told_so_and_taken_up_when_the_time_is_over(platform):
    matter = suspended(platform)
    assert "10" in letter("misuse_suspended") or str(matter.until.year) in letter("misuse_suspended")
    platform.publish("$real", SCAM)
    receipt = noticed("$real")
    assert (HeldNotice.objects.count(), Case.objects.filter(state="open").count()) == (1, 0)
    view = matter_for(receipt.follow_token)
    assert (view.state, view.answer_by) == ("held", matter.until)
    assert (end_due(), take_up_held()) == (0, 0)
    with set_clock(matter.until + timedelta(minutes=1)):
        assert (end_due(), take_up_held(), take_up_held()) == (1, 1, 0)
        assert Case.objects.get(state="open").subject.native_id == "$real"
        assert matter_for(receipt.follow_token).state == "open"
    assert Misuse.objects.get().state == MisuseState.OVER
    assert "terminée" in letter("misuse_over")


def test_the_period_is_over_at_its_minute_whether_a_task_has_run_or_not(platform):
    matter = suspended(platform)
    with set_clock(matter.until + timedelta(seconds=1)):
        noticed("$0")
    assert HeldNotice.objects.count() == 0


def test_a_suspended_senders_notice_about_danger_to_life_reaches_a_person_at_once(platform):
    suspended(platform)
    platform.publish("$danger", "I will do it tonight.")
    noticed("$danger", harm="self_harm")
    assert HeldNotice.objects.count() == 0
    assert Case.objects.get(state="open").harm == "self_harm"


def by_the_form(link, harm, text):
    ok = {"good_faith": "on", "name": "Rhea", "email": "rhea@example.org"}
    Client().post("/en/notice", ok | {"links": link, "harm": harm, "explanation": text})


def by_mail(text):
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Rhea <rhea@example.org>", "help@mail.example", "Report"
    letter.set_content(text)
    keep(letter.as_bytes(), door="mail", role="users", envelope=Envelope(sender="rhea@example.org"))
    while read_due():
        pass


GRAVEST = {
    "child_abuse": "pictures of abused children",
    "terrorism": "how to build a bomb",
    "violence": "threats",
}


def test_the_gravest_waits_at_no_door_for_a_suspension_to_end(platform):
    suspended(platform)
    before = Case.objects.filter(state="open").count()
    for number, (harm, words) in enumerate(GRAVEST.items()):
        platform.publish(f"$danger{number}", "…")
        text = f"We are reporting a channel with {words}: https://platform.example/c. Please remove it."
        by_the_form(f"memory:$danger{number}", harm, text)
        by_mail(text)
    assert HeldNotice.objects.count() == 0
    assert Case.objects.filter(state="open").count() == before + 2 * len(GRAVEST)


def test_a_suspended_members_report_waits_only_when_they_said_that_it_is_about_less(platform):
    matter = suspended(platform)
    platform.publish("$danger", "…")
    told = Told(links=(), explanation="", reporter="@rhea:example.org")
    Misuse.objects.filter(pk=matter.pk).update(sender=mark_of(told, "memory"))
    held = []
    for body in ({"harm": "child_abuse"}, {}, {"harm": "scam"}):
        receive_report(
            SeenReport(
                id=f"r{len(held)}", connector="memory", about=Target("$danger"), kind="item", at=now(),
                reporter="@rhea:example.org", reason="Look.", body=body,
            )
        )  # fmt: skip
        held.append(HeldNotice.objects.count())
    assert held == [0, 0, 1]


def test_a_suspended_partner_that_says_somebody_is_about_to_be_harmed_is_heard_and_a_person_is_rung(platform):
    member = nour()
    acts.suspend_partner(present("lena"), member.partner.ref, until=None, because="many were wrong")
    member.partner.refresh_from_db()
    platform.publish("$1", SCAM)
    with pytest.raises(Refused, match="suspended"):
        sent(member, "memory:$1")
    assert sent(member, "memory:$1", imminent=True).rang
    assert Ring.objects.count() == 1


def test_who_it_is_about_is_heard_by_somebody_who_had_no_part_in_it_and_it_is_taken_back(platform):
    matter = suspended(platform)
    platform.publish("$held", SCAM)
    noticed("$held")
    token = link_in(letter("misuse_suspended"))
    object_by_link(token, "Je pensais que ces messages étaient des arnaques.")
    with pytest.raises(Refused, match="answered already"):
        object_by_link(token, "Encore.")
    with pytest.raises(Refused, match="had a part"):
        answer_objection(present("ben"), matter.ref, "No.", lifted=False)
    answer_objection(present("lev"), matter.ref, "They looked alike: it was no misuse.", lifted=True)
    assert their_matter(token).answer == "They looked alike: it was no misuse."
    assert Misuse.objects.get().state == MisuseState.LIFTED
    assert take_up_held() == 1
    assert "They looked alike" in letter("misuse_over")


def test_nobody_is_suspended_over_an_objection_that_has_no_answer_and_each_is_answered_once(platform):
    matter = warned(platform)
    fourth = unfounded(platform, "$again")
    object_by_link(link_in(letter("misuse_warned")), "Je pensais que ces messages étaient des arnaques.")
    with pytest.raises(Refused, match="no answer yet"):
        ask_suspension(present("ben"), matter.ref, weighed(fourth.ref), days=10)
    answer_objection(present("lev"), matter.ref, "They were market hours.", lifted=False)
    with pytest.raises(Refused, match="Nothing waits"):
        answer_objection(present("lev"), matter.ref, "They were market hours.", lifted=False)
    assert Letter.objects.filter(kind="misuse_answered").count() == 1
    ask_suspension(present("ben"), matter.ref, weighed(fourth.ref), days=10)


def author_warned(platform):
    """Uma posts scams that people hide; Ben, looking at each, finds them manifest."""
    for number in range(3):
        platform.publish(f"$s{number}", f"{SCAM} {number} {'x' * number}", author="@uma:home")
        noticed(f"$s{number}")
        decided("ada", Case.objects.get(state="open"))
    found = list(Decision.objects.exclude(statement=None).order_by("pk"))
    return warn(present("ben"), MisuseKind.CONTENT, found[0].ref, weighed(*(one.ref for one in found)))


def waiting_to_be_told(days):
    """A suspicion about one post of Uma's: the police ask that she hears of nothing for so many days."""
    return prepare_suspicion(present("ada"), Case.objects.first().ref, SuspicionGiven(
        words="A threat to kill.", addressee=EUROPOL, tell_after=now().date() + timedelta(days=days),
        why_wait="The police ask for it.",
    ))  # fmt: skip


def test_a_warning_is_kept_back_until_the_author_may_be_told_and_counts_from_then(platform):
    platform.publish("$s", "Tonight at ten.", author="@uma:home")
    noticed("$s")
    waiting_to_be_told(5)
    decided("ada", ground="terms.violence", words="A threat.")
    matter = author_warned(platform)
    delivered()
    assert not Letter.objects.filter(kind="misuse_warned").exists()
    assert not Entry.objects.filter(verb__startswith="misuse:").exists(), (
        "the public log is as silent as we are"
    )
    with pytest.raises(Refused, match="not gone out"):
        ask_suspension(present("ben"), matter.ref, weighed(Decision.objects.last().ref), days=7)
    later = now() + timedelta(days=6)
    with set_clock(later):
        assert (tell_whom_we_delayed(), end_due()) == (1, 0)
        delivered()
    assert "Several posts of yours" in platform.letters[-1][1]
    assert Misuse.objects.get().warned_at >= later
    assert Entry.objects.filter(verb="misuse:matter:warned").count() == 1


def test_who_is_stopped_from_posting_while_telling_waits_hears_of_the_warning_alone(platform):
    matter = author_warned(platform)
    delivered()
    token = link_in(platform.letters[-1][1])
    waiting_to_be_told(20)
    go_on(platform, matter)
    delivered()
    told = len(platform.letters)
    assert (their_matter(token).state, their_matter(token).until) == (MisuseState.WARNED, None)
    with set_clock(now() + timedelta(days=8)):
        assert end_due() == 1
        delivered()
        assert len(platform.letters) == told
    with set_clock(now() + timedelta(days=21)):
        tell_whom_we_delayed()
        delivered()
    assert "You had been warned." in "".join(text for _to, text in platform.letters[told:])


def author_suspended(platform):
    return go_on(platform, author_warned(platform))


def go_on(platform, matter):
    """She posts another one after the warning; one person asks and another signs."""
    platform.publish(
        "$s9", f"Other words entirely: send bitcoin to double it, {SCAM[:40]}", author="@uma:home"
    )
    noticed("$s9")
    fourth = decided("ada", Case.objects.get(state="open"))
    ask_suspension(present("ben"), matter.ref, weighed(fourth.ref, intention="She says so herself."), days=7)
    return sign_suspension(present("lena"), matter.ref)


def test_an_author_is_stopped_from_posting_by_a_decision_with_reasons_that_ends_in_time(platform):
    matter = author_suspended(platform)
    delivered()
    decision = Misuse.objects.get().decision
    assert (decision.ground, decision.until, decision.second != decision.decided_by) == (
        "terms.misuse", matter.until, True,
    )  # fmt: skip
    assert [m.operation for m in decision.measures.all()] == [Operation.MUTE_ACCOUNT]
    said = platform.letters[-1][1]
    assert "You had been warned." in said
    assert "you cannot post until" in said
    view = decision_for(token_in(said))
    assert view.can_contest
    with set_clock(matter.until + timedelta(minutes=1)):
        assert end_due() == 1
        delivered()
    decision = Decision.objects.get(pk=decision.pk)
    assert (decision.state, decision.subject.state) == ("ended", "visible")
    assert Decision.objects.latest("pk").measures.get().operation == Operation.UNMUTE_ACCOUNT
    assert "You can post again." in platform.letters[-1][1]
    assert not any("sorry" in text for _to, text in platform.letters)


def test_a_complaint_against_a_suspension_of_posting_is_decided_like_any_other(platform):
    author_suspended(platform)
    delivered()
    receive_complaint(token_in(platform.letters[-1][1]), NOTHING)
    complaint = Complaint.objects.get()
    lev = present("lev")
    claim_case(lev.member, complaint.case.ref)
    answered(lev, complaint, "Two of them were quotations.", uphold=True)
    delivered()
    assert Misuse.objects.get().decision.state == "reversed"
    assert end_due() == 0
    assert Misuse.objects.get().state == MisuseState.LIFTED


def test_suspended_complaints_are_refused_with_the_day_unless_the_window_would_close_first(platform):
    tokens = []
    for number in range(5):
        platform.publish(f"$c{number}", f"{SCAM} {'y' * (number + 1)}", author="@uma:home")
        noticed(f"$c{number}")
        decided("ada", Case.objects.get(state="open"))
        delivered()
        tokens.append(token_in(platform.letters[-1][1]))
    ben = present("ben")
    for token in tokens[:4]:
        receive_complaint(token, NOTHING)
        one = Complaint.objects.latest("pk")
        claim_case(ben.member, one.case.ref)
        answered(ben, one, "You say nothing new.", uphold=False)
    refs = list(Complaint.objects.order_by("pk").values_list("ref", flat=True))
    matter = warn(present("lena"), MisuseKind.COMPLAINTS, refs[0], weighed(*refs[:3]))
    ask_suspension(present("lena"), matter.ref, weighed(refs[3]), days=30)
    sign_suspension(present("lev"), matter.ref)
    with pytest.raises(Refused, match="not processed until"):
        receive_complaint(tokens[4], NOTHING)
    with set_clock(decision_for(tokens[4]).contest_until - timedelta(days=3)):
        assert receive_complaint(tokens[4], NOTHING)
