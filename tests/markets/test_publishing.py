"""What of the register is told in public: only what a person chose, in their words, with the documents they chose."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.decisions.states import Outcome
from steelyard.flows.secrecy import end_secrecy
from steelyard.flows.tell_refusals import tell_refusals
from steelyard.ledger.queries import entries
from steelyard.markets.listed import clear
from steelyard.markets.matters import keep_matter, move_matter, register_of
from steelyard.markets.publishing import add_paper, publish, take_back
from steelyard.markets.said import Said
from steelyard.markets.states import MatterKind
from steelyard.markets.told import public_matter, public_paper, published, taken_back
from steelyard.orders.listed.names import load
from steelyard.orders.models import Order
from steelyard.orders.refusals import told_refusals
from tests.cast import member, present
from tests.flows.stories import SCAM, decided, ordered

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter():
    said = Said(authority="An invented regulator", reference="R-7", asked="Private: name your moderators.")
    return keep_matter(present("lena"), "DE", MatterKind.REGULATOR_LETTER, said)


def test_nothing_of_a_matter_is_public_until_somebody_publishes_it_in_words_of_their_own(letter):
    paper = add_paper(present("lena"), letter.ref, "letter.pdf", b"%PDF-1.7 a letter")
    kept = add_paper(present("lena"), letter.ref, "internal.txt", b"Our notes.")
    assert published() == []
    with pytest.raises(NoSuchThing):
        public_paper(paper.ref)
    move_matter(present("lena"), letter.ref, "answer", taken="We named roles.", stance="partly")
    publish(
        present("lena"), letter.ref, asked="How we moderate.", taken="We described it.", papers=[paper.ref]
    )
    (told,) = published(country="de")
    words = told.told
    assert (words.authority, words.asked, words.taken, words.stance) == (
        "An invented regulator", "How we moderate.", "We described it.", "partly",
    )  # fmt: skip
    assert [one.name for one in told.papers] == ["letter.pdf"]
    assert public_paper(paper.ref)[1] == b"%PDF-1.7 a letter"
    with pytest.raises(NoSuchThing):
        public_paper(kept.ref)
    leaf = [leaf for leaf in entries(None) if leaf["type"] == "markets:matter:published"]
    assert [(one["authority_country"], one["verb"]) for one in leaf] == [("DE", "regulator_letter")]


def test_what_is_taken_back_is_gone_with_its_documents(letter):
    paper = add_paper(present("lena"), letter.ref, "letter.pdf", b"%PDF-1.7 a letter")
    publish(present("lena"), letter.ref, asked="How we moderate.", taken="", papers=[paper.ref])
    with pytest.raises(BadInput):
        take_back(present("lena"), letter.ref, because=" ")
    take_back(present("lena"), letter.ref, because="They asked for confidence.")
    assert published() == []
    with pytest.raises(NoSuchThing):
        public_paper(paper.ref)


def test_a_published_matter_that_moves_on_is_told_anew_and_every_version_stays(letter):
    publish(present("lena"), letter.ref, asked="How we moderate.", taken="", papers=[])
    move_matter(present("lena"), letter.ref, "answer", taken="Private: we named roles.", stance="partly")
    publish(present("lena"), letter.ref, asked="How we moderate.", taken="We described it.", papers=[])
    move_matter(present("lena"), letter.ref, "close")
    one = public_matter(letter.ref)
    assert (one.told.state, one.told.stance, one.told.taken) == ("closed", "partly", "We described it.")
    assert [
        [(each.what, each.before, each.after) for each in version.changes] for version in one.history
    ] == [
        [("state", "answered", "closed")],
        [("taken", "", "We described it.")],
        [("stance", "open", "partly"), ("state", "open", "answered")],
        [],
    ]
    assert "Private" not in repr(one), "the position as it was written for ourselves stays inside"
    told = [leaf for leaf in entries(None) if leaf["type"] == "markets:matter:published"]
    assert len(told) == 4


def test_the_same_words_are_not_published_twice(letter):
    publish(present("lena"), letter.ref, asked="How we moderate.", taken="", papers=[])
    with pytest.raises(Refused):
        publish(present("lena"), letter.ref, asked="How we moderate.", taken="", papers=[])


def test_a_matter_that_nobody_published_is_told_by_no_move(letter):
    move_matter(present("lena"), letter.ref, "answer", taken="We named roles.", stance="partly")
    assert (published(), taken_back()) == ([], [])


def test_what_is_taken_back_leaves_its_dates_and_not_a_word_and_can_be_told_again(letter):
    publish(present("lena"), letter.ref, asked="A word that had to go.", taken="", papers=[])
    take_back(present("lena"), letter.ref, because="They asked for confidence.")
    (gone,) = taken_back()
    assert (gone.kind, gone.country) == ("regulator_letter", "DE")
    with pytest.raises(NoSuchThing):
        public_matter(letter.ref)
    publish(present("lena"), letter.ref, asked="Other words.", taken="", papers=[])
    one = public_matter(letter.ref)
    assert "A word that had to go" not in repr(one)
    assert [(version.version, bool(version.taken_back_at)) for version in one.history] == [
        (2, False),
        (1, True),
    ]
    assert taken_back() == []


LIST = b"country,source\nDE,An invented act\n"


@pytest.fixture
def listed():
    return load(
        "states", "states", LIST, source="An invented list", dated=date(2026, 11, 20), actor="steelyard"
    )


@pytest.mark.usefixtures("listed")
def test_a_fine_of_a_listed_state_is_neither_answered_nor_closed_before_counsel_has_looked():
    said = Said(authority="A court", asked="Pay.")
    fine = keep_matter(present("lena"), "DE", MatterKind.FINE, said, amount=Decimal("5"), currency="EUR")
    (line,) = register_of("DE")
    assert [hit.party for hit in line.uncleared] == ["An invented act"]
    for move in ("answer", "close"):
        with pytest.raises(Refused, match="Counsel"):
            move_matter(present("lena"), fine.ref, move, taken="We appeal.", stance="disagree")
    with pytest.raises(Refused):
        clear(present("lena"), fine.ref, frozenset())
    clear(present("lena"), fine.ref, frozenset(hit.cite.fact for hit in line.uncleared))
    assert register_of("DE")[0].uncleared == ()
    assert move_matter(present("lena"), fine.ref, "close").state == "closed"


def test_a_letter_that_names_a_listed_party_is_flagged_and_a_list_that_comes_later_counts(letter):
    assert register_of("DE")[0].listed == ()
    load("states", "states", LIST, source="An invented list", dated=date(2026, 11, 20), actor="steelyard")
    (line,) = register_of("DE")
    assert len(line.listed) == 1
    for handle in ("ada", "adam", "ines"):
        with pytest.raises(NoSuchThing):
            clear(present(handle), letter.ref, frozenset(hit.cite.fact for hit in line.listed))
    with pytest.raises(Refused, match="Counsel"):
        move_matter(present("lena"), letter.ref, "answer", taken="We named roles.", stance="partly")


def test_a_program_is_no_document(letter):
    with pytest.raises(BadInput):
        add_paper(present("lena"), letter.ref, "letter.exe", b"MZ")


def refused(**more):
    ordered("$1", **more)
    order = Order.objects.latest("pk")
    decided("lena", order.bases.get().case, outcome=Outcome.NONE, ground="", words="It lacks its basis.")
    return order


def test_a_refusal_is_told_after_its_delay_with_its_month_and_its_grounds_and_without_names(platform):
    platform.publish("$1", SCAM)
    order = refused(legal_basis="", issuer="court")
    assert (tell_refusals(), told_refusals()) == (0, [])
    with set_clock(now() + timedelta(days=62)):
        assert (tell_refusals(), tell_refusals()) == (1, 0)
    (line,) = told_refusals(country="FR")
    assert (line.country, line.instrument, line.issuer, line.harm) == ("FR", "dsa_9", "court", "scam")
    assert line.month == order.created_at.date().replace(day=1)
    form = next(one for one in line.grounds if one["check"] == "form")
    assert form["sources"] == ["Regulation (EU) 2022/2065, Art. 9: Art. 9(2)(a)(i)"]
    text = repr(line)
    for hidden in ("24/1234", "Tribunal", "memory:", "$1", order.ref, "It lacks its basis"):
        assert hidden not in text
    assert "orders:refusal:told" in [leaf["type"] for leaf in entries(None)]


def test_a_refusal_under_secrecy_joins_only_as_a_correction_once_it_may_be_told(platform):
    platform.publish("$1", SCAM)
    who = member("lena")
    who.roles = ["legal", "secrecy"]
    who.save(update_fields=["roles"])
    order = refused(legal_basis="", secrecy="Enquête en cours.", reference="S-1")
    with set_clock(now() + timedelta(days=62)):
        assert tell_refusals() == 0
        end_secrecy(present("lena"), order.ref, "The inquiry is over.")
        assert tell_refusals() == 0, "the delay runs from the day on which it may be told"
    with set_clock(now() + timedelta(days=124)):
        assert tell_refusals() == 1
    (line,) = told_refusals()
    assert line.correction


def test_the_day_on_which_a_refusal_appears_does_not_tell_the_day_of_the_refusal(platform):
    platform.publish("$1", SCAM)
    for day in (3, 27):
        with set_clock(datetime(2027, 1, day, 12, tzinfo=UTC)):
            refused(legal_basis="", reference=f"R-{day}")
    for after in range(70):
        with set_clock(datetime(2027, 1, 28, 3, tzinfo=UTC) + timedelta(days=after)):
            tell_refusals()
    told_on = {line.told_on for line in told_refusals()}
    assert (len(told_refusals()), told_on) == (2, {date(2027, 3, 3)})
