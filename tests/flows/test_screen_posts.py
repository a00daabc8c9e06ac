import pytest

from steelyard.base.places import seeds
from steelyard.cases.models import Case
from steelyard.decisions.models import Decision
from steelyard.enforcement.models import Measure
from steelyard.flows.follow import decision_for
from steelyard.flows.read_case import read_case
from steelyard.flows.screen_posts import Screened, screen_posts
from steelyard.ledger.models import Entry
from steelyard.screening.behaviour import forget_behaviour
from steelyard.screening.engine import Item
from steelyard.screening.models import Finding, Tally
from steelyard.screening.policy import screen_in_force
from steelyard.subjects.models import Subject
from tests.cast import present
from tests.flows.stories import HARMLESS, SCAM_RU, delivered, screened, token_in

pytestmark = pytest.mark.django_db

SPAM = (seeds() / "data" / "telegram_spam" / "spam.txt").read_text().splitlines()


def queued(text):
    """A rule wants a person to look at it, and nothing more."""
    return screen_in_force().screen([Item("1", text)])[0].action == "queue"


def test_a_clean_post_leaves_no_row_and_no_text(platform):
    assert screened(platform, "$clean", HARMLESS) == Screened(1, 0, 0, 0)
    assert not Subject.objects.exists()
    assert not Finding.objects.exists()
    assert not Entry.objects.exists()
    assert Tally.objects.get().screened == 1


def test_a_scam_is_hidden_and_its_author_is_told_why_in_one_go(platform):
    assert screened(platform, "$scam", SCAM_RU).contained == 1
    delivered()
    assert platform.hidden == {"$scam"}
    (to, text), = platform.letters  # fmt: skip
    assert to == "@uma:home"
    assert "https://" in text or "http://" in text
    reasons = decision_for(token_in(text)).reasons
    assert (reasons.language, reasons.words) == ("ru", "")
    (verdict,) = screen_in_force().screen([Item("1", SCAM_RU)])
    spans = {SCAM_RU[span.start : span.end].lower() for span in verdict.spans}
    assert spans  # what the reviewer sees marked, and the author does not
    assert not [span for span in spans if span in f"{text} {reasons}".lower()]
    decision = Decision.objects.get()
    assert (decision.outcome, decision.source, decision.decided_by_machine) == ("contain", "rule", True)
    assert Measure.objects.get().state == "confirmed"
    types = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert types[-2:] == ["enforcement:measure:confirmed", "letters:letter:delivered"]
    assert {"evidence:exhibit:kept", "screening:finding:made", "decisions:decision:made"} <= set(types)


def test_a_batch_that_is_sent_again_changes_nothing(platform):
    screened(platform, "$scam", SCAM_RU, batch="b1")
    before = Entry.objects.count(), Decision.objects.count()
    assert screened(platform, "$scam", SCAM_RU, batch="b1") == Screened(0, 0, 0, 0)
    assert (Entry.objects.count(), Decision.objects.count()) == before


def test_the_authors_words_are_nowhere_in_clear(platform, db):
    from django.db import connection

    screened(platform, "$scam", SCAM_RU)
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s', ["%без вложений%"])
            assert cursor.fetchone() == (0,), table


def test_a_measure_the_platform_did_not_take_stays_visible_until_it_does(platform):
    screened(platform, "$scam", SCAM_RU)
    platform.down = True
    from steelyard.flows.deliver import deliver_measures

    deliver_measures()
    measure = Measure.objects.get()
    assert measure.state == "queued"
    assert "does not answer" in measure.last_error
    assert not Case.objects.exists()


def test_what_needs_a_person_becomes_a_case_that_says_why(platform):
    text = next(line for line in SPAM if queued(line))
    assert screened(platform, "$1", text).cases == 1
    view = read_case(present("ada"), Case.objects.get().ref)
    assert platform.hidden == set()
    assert view.text == text
    assert view.why[0].rule
    assert view.why[0].signals
    assert all(0 <= start < end <= len(text) for start, end in view.spans)


def test_a_hidden_post_still_reaches_a_person_when_a_rule_sees_something_graver(platform):
    text = f"{SCAM_RU} Kill them all tonight, bring knives and burn their houses down."
    verdict = screen_in_force().screen([Item("1", text)])[0]
    assert verdict.wants_person
    assert verdict.action == "hold"
    done = screened(platform, "$1", text)
    assert (done.contained, Case.objects.get().harm) == (1, "violence")


def test_what_many_accounts_post_is_known_to_the_rules_as_it_happens(platform):
    forget_behaviour()
    for n in range(6):
        post = platform.publish(
            f"$link{n}", f"Look at this {'!' * n} https://example.org/offer", author=f"@a{n}:home"
        )
        screen_posts("memory", [post], f"b{n}")
    assert set(Finding.objects.filter(rule="same-text-from-many").values_list("subject__native_id", flat=True)) == {
        "$link4", "$link5",
    }  # fmt: skip


def test_two_posts_of_one_push_are_judged_together_with_what_their_place_is(platform):
    posts = [platform.publish(f"${number}", SCAM_RU) for number in range(2)]
    screen_posts("memory", posts, "two-at-once")
    delivered()
    assert platform.hidden == {"$0", "$1"}
