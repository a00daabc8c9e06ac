"""An order under secrecy leaves no trace for whoever is not named: no page, no count, no log entry, no notice."""

from datetime import UTC, date, datetime, timedelta

import pytest

from steelyard.base.clock import set_clock
from steelyard.base.errors import NoSuchThing, Refused
from steelyard.cases.models import Case
from steelyard.cases.queries import inbox, queue_sizes
from steelyard.decisions.queries import recent_decisions
from steelyard.decisions.states import Outcome
from steelyard.enforcement.access import unfinished_measures
from steelyard.flows.check_lines import LineGiven, check_lines
from steelyard.flows.decide_case import countersign_decision, undo_decision
from steelyard.flows.follow import decision_for
from steelyard.flows.move_order import supersede_order
from steelyard.flows.read_case import read_case
from steelyard.flows.read_order import read_order
from steelyard.flows.secrecy import end_due_secrecy, end_secrecy, name_person
from steelyard.ledger.models import SealedEntry
from steelyard.ledger.queries import entries
from steelyard.letters.access import unfinished_letters
from steelyard.orders.access import orders_for
from steelyard.orders.actions import sent
from steelyard.orders.marks import circumstances
from steelyard.orders.models import Order
from steelyard.orders.queries import nearest
from steelyard.orders.verification.actions import call_back
from steelyard.people.queries import approvals_waiting
from tests.cast import member, present
from tests.directory import SWITCHBOARD, agency, entry
from tests.flows.stories import SCAM, SCAM_RU, decided, delivered, noticed, ordered, screened, token_in
from tests.partners import nour

pytestmark = pytest.mark.django_db
CAME = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def post(platform):
    platform.publish("$1", SCAM)
    return platform


def keeper(handle):
    """Somebody who looks after orders under secrecy."""
    who = member(handle)
    who.roles = ["legal", "secrecy"]
    who.save(update_fields=["roles"])
    return who


def secretly(**more):
    ordered("$1", secrecy="Enquête en cours.", reference="S-1", **more)
    return Order.objects.latest("pk")


def everything_seen_by(handle):
    """What somebody who is not named can count, list or read anywhere."""
    who, presence = member(handle), present(handle)
    return {
        "orders": list(orders_for(who).values_list("ref", flat=True)),
        "inbox": [line.order.ref for line in inbox(who)],
        "sizes": queue_sizes(who),
        "decisions": [one.ref for one in recent_decisions(who)],
        "measures": [one.ref for one in unfinished_measures(who)],
        "letters": [one.ref for one in unfinished_letters(who)],
        "approvals": [one.ref for one in approvals_waiting(presence)],
        "log": [leaf["type"] for leaf in entries(None) if not leaf["type"].startswith("people:sign_in")],
    }


def test_for_lev_who_is_not_named_nothing_is_different_from_before_at_any_step(post):
    keeper("lena")
    ordered("$1")  # an ordinary order, so that there is something to see
    line = entry(agency(), "number", SWITCHBOARD)
    before = everything_seen_by("lev")
    order = secretly()
    assert everything_seen_by("lev") == before
    call_back(present("lena"), order.ref, line.ref, spoke_with="The registry", because="It is theirs.")
    assert everything_seen_by("lev") == before
    proposed = decided("lena", case=Case.objects.get(bases__order=order), ground="law.dsa_9")
    assert everything_seen_by("lev") == before
    with pytest.raises(NoSuchThing):
        countersign_decision(present("lev"), proposed.ref)
    name_person(present("lena"), order.ref, "lev", "The second person.")
    countersign_decision(present("lev"), proposed.ref)
    other = member("ines")
    other.roles = ["legal"]
    other.save(update_fields=["roles"])
    assert everything_seen_by("ines") == before
    delivered()
    assert everything_seen_by("ines") == before
    assert "$1" in post.hidden
    assert post.letters == [], "the author is not told while the secrecy lasts"


def test_the_named_person_sees_it_and_its_page_is_absent_for_the_others(post):
    keeper("lena")
    order = secretly()
    assert read_order(present("lena"), order.ref).given.secrecy == "Enquête en cours."
    with pytest.raises(NoSuchThing):
        read_order(present("lev"), order.ref)
    assert inbox(member("lena"))[0].order == order


def test_where_nobody_looks_after_secrecy_the_lawyers_of_the_moment_are_named(post):
    member("lena")
    order = secretly()
    assert list(order.named.values_list("member", flat=True)) == [member("lena").ref]


def test_it_lies_under_a_key_that_the_ordinary_key_of_the_house_does_not_open(post):
    keeper("lena")
    order = secretly()
    assert (order.key.ring, Case.objects.get().key_id) == ("sealed", order.key_id)


def test_a_red_line_attempt_under_secrecy_is_counted_only_when_it_may_be_told(post):
    keeper("lena")
    secretly(demand="Hand over the encryption keys.")
    assert not [leaf for leaf in entries(None) if leaf["type"] == "orders:redline:attempted"]
    assert SealedEntry.objects.filter(verb="orders:redline:attempted").exists()


def test_when_the_secrecy_ends_its_entries_join_the_log_with_their_own_hours_and_the_author_is_told(post):
    keeper("lena")
    with set_clock(CAME):
        order = secretly(secret_until=date(2026, 12, 5))
        member("lev")
        name_person(present("lena"), order.ref, "lev", "The second person.")
        proposed = decided("lena", case=Case.objects.get(), ground="law.dsa_9")
        countersign_decision(present("lev"), proposed.ref)
        delivered()
        with pytest.raises(Refused, match="2026-12-05"):
            end_secrecy(present("lena"), order.ref, "I think so.")
    with set_clock(CAME + timedelta(days=4)):
        assert end_due_secrecy() == 0
    with set_clock(CAME + timedelta(days=5)):
        assert (end_due_secrecy(), end_due_secrecy()) == (1, 0)
        delivered()
    told = [leaf for leaf in entries(None) if leaf["type"] == "orders:order:received"]
    assert [leaf["hour"] for leaf in told] == ["2026-12-01T09Z"]
    assert len(post.letters) == 1
    assert read_order(present("lev"), order.ref)


def test_what_was_taken_back_while_it_was_secret_is_told_when_the_secrecy_ends(post):
    keeper("lena")
    member("lev")
    order = secretly()
    name_person(present("lena"), order.ref, "lev", "The second person.")
    proposed = decided("lena", case=Case.objects.get(), ground="law.dsa_9")
    countersign_decision(present("lev"), proposed.ref)
    undo_decision(present("lena"), proposed.ref, because="The court has annulled it.")
    delivered()
    assert (post.hidden, post.letters) == (set(), [])
    end_secrecy(present("lena"), order.ref, "The judge has ended it.")
    delivered()
    reasons, wrong = (text for _to, text in post.letters)
    assert "/d/" in reasons
    assert "visible again" in wrong


def test_somebody_who_is_not_named_names_nobody_and_ends_nothing(post):
    keeper("lena")
    order = secretly()
    for act in (lambda: name_person(present("lev"), order.ref, "lev", "Me."),
                lambda: end_secrecy(present("lev"), order.ref, "Now.")):  # fmt: skip
        with pytest.raises(NoSuchThing):
            act()


def test_an_order_under_secrecy_is_no_precedent_for_those_who_may_not_know_it(post):
    keeper("lena")
    order = secretly()
    decided("lena", case=Case.objects.get(), outcome="none", words="No.")
    ordered("$1", reference="2")
    open_one = Order.objects.latest("pk")
    assert [one.order for one in nearest(member("lena"), open_one)] == [order]
    assert nearest(member("lev"), open_one) == ()


def test_an_open_version_says_nothing_of_a_secret_one_before_or_after_it(post):
    keeper("lena")
    member("lev")
    ordered("$1", reference="S-1")
    first = Order.objects.latest("pk")
    secret = secretly(replaces="S-1")
    ordered("$1", reference="S-1", reasons="Autre chose.")
    last = Order.objects.latest("pk")
    assert (secret.earlier, last.earlier) == (first, secret)
    assert read_order(present("lev"), first.ref).later == ()
    assert read_order(present("lev"), last.ref).earlier is None
    with pytest.raises(Refused, match="No later version"):
        supersede_order(present("lev"), first.ref, "It was replaced.")
    assert read_order(present("lena"), first.ref).later == (secret,)
    assert read_order(present("lena"), last.ref).earlier == secret


def test_an_open_version_is_weighed_and_decided_as_if_the_secret_one_had_never_come(post):
    keeper("lena")
    first = secretly()
    member("lev")
    name_person(present("lena"), first.ref, "lev", "The second person.")
    proposed = decided("lena", case=Case.objects.get(), ground="law.dsa_9")
    countersign_decision(present("lev"), proposed.ref)
    ordered("$1", reference="S-1", reasons="Autre chose.")
    last = Order.objects.latest("pk")
    assert last.earlier == first
    assert not circumstances(last, sent(last)).edited
    assert decided("lev", case=Case.objects.get(bases__order=last), ground="law.dsa_9").state == "proposed"


def test_another_case_of_the_same_author_counts_nothing_of_it(post):
    keeper("lena")
    post.publish("$2", SCAM + " Again.")
    member("lev")
    order = secretly()
    name_person(present("lena"), order.ref, "lev", "The second person.")
    proposed = decided("lena", case=Case.objects.get(), ground="law.dsa_9")
    countersign_decision(present("lev"), proposed.ref)
    noticed("$2")
    case = Case.objects.get(kind="notice")
    assert read_case(present("ben"), case.ref).earlier == 0
    assert read_case(present("lev"), case.ref).earlier == 1


def test_a_partner_who_asks_about_the_same_post_learns_nothing_of_it(post):
    keeper("lena")
    partner = nour().partner
    order = secretly()
    before = check_lines(partner, [LineGiven(what="memory:$1")], harm="scam")
    member("lev")
    name_person(present("lena"), order.ref, "lev", "The second person.")
    proposed = decided("lena", case=Case.objects.get(), ground="law.dsa_9")
    countersign_decision(present("lev"), proposed.ref)
    assert before[0].leads_to == "post"
    assert check_lines(partner, [LineGiven(what="memory:$1")], harm="scam") == before


def test_whoever_lifts_what_a_rule_hid_and_whoever_posted_it_cannot_tell_that_a_secret_order_hides_it_too(
    platform,
):
    screened(platform, "$1", SCAM_RU)
    keeper("lena")
    order = secretly()
    member("lev")
    name_person(present("lena"), order.ref, "lev", "The second person.")
    proposed = decided("lena", case=Case.objects.get(kind="order"), ground="law.dsa_9")
    countersign_decision(present("lev"), proposed.ref)
    noticed("$1")
    delivered()
    case = Case.objects.get(kind="notice")
    assert read_case(present("ada"), case.ref).hidden_by_rules
    decided("ada", case=case, outcome=Outcome.RESTORE, ground="", words="It is fine.")
    delivered()
    assert platform.hidden == {"$1"}
    letter = platform.letters[-1][1]
    assert letter.startswith("Мы отменили наше решение скрыть вашу публикацию.")
    assert not [word for word in ("силе", "друг", "Друг") if word in letter]
    view = decision_for(token_in(platform.letters[0][1]))
    assert (view.reversed, view.back, view.stays, view.gone) == (True, False, False, False)
