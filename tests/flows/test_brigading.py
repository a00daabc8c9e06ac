"""Crowds for hire: a thousand puppets report what is lawful, and twenty real violations hide among it."""

import random
from datetime import timedelta

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case
from steelyard.cases.queries import queue
from steelyard.decisions.models import Decision
from steelyard.decisions.states import Outcome
from steelyard.enforcement.connector import SeenReport, Target
from steelyard.flows.brigading import crowd_of, look_for_puppets
from steelyard.flows.decide_case import DecisionGiven, decide_case
from steelyard.flows.receive_report import receive_report
from steelyard.flows.tasks import tell_the_rest
from steelyard.letters.models import Letter
from steelyard.notices.models import Notice
from tests.cast import present
from tests.flows.stories import HARMLESS, SCAM, delivered

pytestmark = pytest.mark.django_db
WORDS = (
    "this account spreads lies about our nation please remove it at once number {n}",
    "dangerous extremist content against our people block this channel now {n}",
    "fake news and hatred every good citizen reports this post {n}",
)
OWN = (
    "They took my savings with this.", "Mon père a perdu son argent.", "Обманули мою маму.", "Same trick as last week.",
    "احتالوا على أخي.", "Please look at the link in there.", "An obvious fraud, I lost 200 euros.",
)  # fmt: skip


def reported(platform, item, who, words, *, at, harm="scam", since=None):
    """Through the platform's own door, as the intake hands it on."""
    with set_clock(at):
        receive_report(
            SeenReport(
                connector="memory",
                id=f"{item}-{who}",
                about=Target(item),
                kind="item",
                reporter=who,
                reason=words,
                body={"harm": harm},
                at=at,
                post=platform.posts[item],
                reporter_since=since,
            )
        )


def attacked(platform, *, puppets, each, lawful, violations, seed=7):
    """Waves on lawful posts, each within ten minutes; real people report violations, and some of the lawful posts."""
    dice = random.Random(seed)
    start = now() - timedelta(hours=6)
    for number in range(lawful):
        platform.publish(f"$lawful{number}", f"{HARMLESS} {number}", author=f"@speaker{number}:home")
    for number in range(violations):
        platform.publish(f"$bad{number}", f"{SCAM} {number}", author=f"@scammer{number}:home")
    planned = []
    for puppet in range(puppets):
        for item in dice.sample(range(lawful), each):
            at = start + timedelta(minutes=6 * item % 300, seconds=dice.uniform(0, 600))
            words = dice.choice(WORDS).format(n=dice.randint(1, 999))
            planned.append((at, f"$lawful{item}", f"@puppet{puppet}:home", words, "terrorism"))
    for person in range(max(6, puppets // 3)):
        name = f"@person{person}:home"
        for item in dice.sample(range(violations), min(violations, 2)):
            planned.append(
                (
                    start + timedelta(minutes=dice.uniform(0, 330)),
                    f"$bad{item}",
                    name,
                    dice.choice(OWN),
                    "scam",
                )
            )
        if dice.random() < 0.3:  # people see brigaded posts too, and say so in their own words
            item = dice.randrange(lawful)
            planned.append(
                (
                    start + timedelta(minutes=dice.uniform(0, 330)),
                    f"$lawful{item}",
                    name,
                    dice.choice(OWN),
                    "hate",
                )
            )
    for number in range(violations):  # each violation has at least one report of a real person
        planned.append(
            (
                start + timedelta(minutes=dice.uniform(0, 330)),
                f"$bad{number}",
                f"@witness{number}:home",
                OWN[0],
                "scam",
            )
        )
    for at, item, who, words, harm in sorted(planned, key=lambda one: one[0]):
        reported(platform, item, who, words, at=at, harm=harm)
    return len(planned)


def found_and_missed(puppets):
    caught = {reporter for one in look_for_puppets() for reporter in one.reporters}
    wrong = {reporter for reporter in caught if not reporter.startswith("@puppet")}
    return len(caught - wrong) / puppets, wrong


def _hold(platform, *, puppets, each, lawful, violations):
    reports = attacked(platform, puppets=puppets, each=each, lawful=lawful, violations=violations)
    share, wrong = found_and_missed(puppets)
    delivered()
    assert Decision.objects.count() == 0, "nothing is decided by how many reported it"
    assert platform.hidden | platform.removed == set()
    assert share >= 0.9
    assert len(wrong) <= 0.01 * (share * puppets)
    ada = present("ada").member
    order = [line.ref for line in queue(ada, limit=1000)]
    bad = {case.ref for case in Case.objects.filter(subject__native_id__startswith="$bad")}
    seen_lawful_too = Case.objects.filter(behind_until=None).exclude(ref__in=bad).count()
    last = max(order.index(ref) for ref in bad)
    # Usual: the violations, and the posts that a real person reported as well.
    usual = violations + seen_lawful_too
    assert last <= usual * 1.1
    looked_at, letters = decided_from_the_top(platform, bad)
    assert looked_at <= usual * 1.1, "the crowd's cases came back too early for one person alone"
    print(  # noqa: T201 - with -s the figures
        f"{reports} reports: {share:.1%} of {puppets} puppets found, {len(wrong)} others taken for one; the last of "
        f"{violations} violations was the {last + 1}th of {len(order)} cases ({usual} without the puppets); all "
        f"decided in time after {looked_at} cases, {letters} people told."
    )
    return reports


def decided_from_the_top(platform, bad):
    """One person takes whatever is next, five minutes each, until every violation is decided: each within its clock.

    Whoever reported one of them is told, once. Returns how many cases that took, and how many were told.
    """
    left, at, cases = set(bad), now(), 0
    while left:
        at, cases = at + timedelta(minutes=5), cases + 1
        with set_clock(at):
            who = present("ada")
            case = Case.objects.get(ref=queue(who.member, limit=1)[0].ref)
            claim_case(who.member, case.ref)
            outcome = Outcome.CONTAIN if case.ref in left else Outcome.NONE
            decide_case(
                who, case.ref, DecisionGiven(outcome=outcome, ground="terms.scam", words="Looked at.")
            )
            for clock in case.deadlines.all():
                assert clock.met_at <= clock.ends_at
        left.discard(case.ref)
    found = Decision.objects.filter(outcome=Outcome.CONTAIN)
    for decision in found:
        tell_the_rest(decision=decision.ref)
    delivered()
    assert platform.hidden == {decision.subject.native_id for decision in found}
    assert {id_[:4] for id_ in platform.hidden} == {"$bad"}
    reports = Notice.objects.filter(bases__case__in=[decision.case for decision in found])
    told = Letter.objects.filter(kind="report_outcome", about__in=reports.values("ref"))
    assert sorted(told.values_list("about", flat=True)) == sorted(reports.values_list("ref", flat=True))
    return cases, told.count()


def test_a_small_wave_is_found_removes_nothing_and_keeps_no_real_report_waiting(platform):
    _hold(platform, puppets=40, each=6, lawful=15, violations=5)
    case = Case.objects.exclude(behind_until=None).first()
    crowd = crowd_of(case)
    assert crowd.reports == crowd.as_one >= 8
    assert crowd.clusters[0].same_words > 0.5
    assert Decision.objects.filter(outcome=Outcome.CONTAIN).count() == 5


def test_a_post_that_many_people_really_saw_is_no_cluster(platform):
    platform.publish("$1", SCAM)
    platform.publish("$2", SCAM + " again")
    dice = random.Random(1)
    for person in range(30):
        for item in ("$1", "$2"):
            at = now() - timedelta(minutes=dice.uniform(1, 300))
            reported(platform, item, f"@person{person}:home", dice.choice(OWN), at=at)
    assert look_for_puppets() == []
    assert Case.objects.filter(behind_until=None).count() == 2


def test_one_more_person_who_says_it_brings_a_case_back_to_its_place(platform):
    attacked(platform, puppets=20, each=4, lawful=6, violations=1)
    look_for_puppets()
    case = Case.objects.exclude(behind_until=None).first()
    reported(platform, case.subject.native_id, "@late:home", "This one is a real threat.", at=now())
    case.refresh_from_db()
    assert case.behind_until is None
    look_for_puppets()
    case.refresh_from_db()
    assert case.behind_until is None


@pytest.mark.soak
def test_ten_thousand_reports_by_a_thousand_puppets_on_a_hundred_lawful_posts(platform):
    assert _hold(platform, puppets=1000, each=10, lawful=100, violations=20) >= 10_000


def test_new_accounts_that_report_together_are_seen_as_one_and_an_unknown_age_counts_for_nothing(platform):
    """In the same minutes and in words of their own: it is their accounts' age that joins the first ten."""
    start = now() - timedelta(days=2)
    for item in ("$a", "$b", "$c", "$d"):
        platform.publish(item, f"{HARMLESS} {item}")
    for number in range(20):
        new = number < 10
        for item in ("$a", "$b") if new else ("$c", "$d"):
            words = " ".join(f"{chr(97 + number)}{word}" for word in ("one", "two", "three", "four"))
            since = start - timedelta(days=3) if new else None
            reported(
                platform,
                item,
                f"@r{number}:home",
                words,
                at=start + timedelta(minutes=number % 10),
                since=since,
            )
    (found,) = look_for_puppets()
    assert found.reporters == {f"@r{number}:home" for number in range(10)}
    assert (found.young, found.same_words < 1) == (1.0, True)
