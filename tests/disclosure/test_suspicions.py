"""DSA Art. 18: prepared by a person, released by two, sealed to the authority's key; telling the author can wait."""

import io
import json
import zipfile
from datetime import timedelta

import pyrage
import pytest

from steelyard.base.clock import now, set_clock
from steelyard.base.config import config
from steelyard.base.errors import BadInput, NoSuchThing, Refused, SteelyardError
from steelyard.cases.actions import open_or_join
from steelyard.cases.models import Case
from steelyard.cases.states import CaseKind
from steelyard.flows.decide_case import countersign_decision, undo_decision
from steelyard.flows.report_suspicion import (
    EUROPOL,
    SuspicionGiven,
    add_data,
    addressees,
    ask_release,
    drop_suspicion,
    hand_over,
    prepare_suspicion,
    read_suspicions,
    release_suspicion,
    tell_whom_we_delayed,
)
from steelyard.flows.secrecy import end_secrecy, name_person
from steelyard.ledger.models import Entry, SealedEntry
from steelyard.oncall.models import Ring
from steelyard.orders.models import Order
from steelyard.people.agencies.queries import of_country
from steelyard.rulebook.queries import fact
from tests.cast import member, present
from tests.directory import agency
from tests.flows.stories import decided, delivered, noticed, ordered, verified

pytestmark = pytest.mark.django_db
THREAT = "I know where she lives. Tonight at ten."


@pytest.fixture
def case(platform):
    platform.publish("$threat", THREAT)
    noticed("$threat", harm="violence")
    return Case.objects.get()


def prepared(case, **more):
    given = {
        "words": "A threat to kill, with a time and a place.",
        "country": "FR",
        "addressee": "Police nationale",
    }
    given |= more
    if given["country"] == "FR" and not of_country("FR"):
        agency("Police nationale", "FR", "police")
    return prepare_suspicion(present("ada"), case.ref, SuspicionGiven(**given))


def test_the_member_state_concerned_gets_it_sealed_to_its_key_once_two_people_released_it(case):
    row = prepared(case)
    assert Ring.objects.get().urgency == "danger_to_life"
    key = pyrage.x25519.Identity.generate()
    with pytest.raises(SteelyardError):
        ask_release(
            present("ada"), row.ref, str(key.to_public()), "A threat to kill."
        )  # no moderator discloses
    lena = present("lena")
    ask_release(lena, row.ref, str(key.to_public()), "A threat to kill.")
    with pytest.raises(Refused):
        release_suspicion(lena, row.ref)
    release_suspicion(present("lev"), row.ref)
    with pytest.raises(BadInput, match="which way"):
        hand_over(lena, row.ref, " ")
    opened = pyrage.decrypt(hand_over(lena, row.ref, "the portal of the police, 22:10"), [key])
    with zipfile.ZipFile(io.BytesIO(opened)) as package:
        report = json.loads(package.read("report.json"))
        assert package.read("content.txt").decode() == THREAT
    assert (report["member_state_concerned"], report["account"]) == ("FR", "@uma:home")
    assert report["published_at"].endswith("+00:00")
    assert "Art. 18(1)" in report["legal_basis"]


def test_a_lawyer_adds_what_is_held_of_the_account_unread_and_two_people_sign_exactly_that(case):
    row = prepared(case)
    for who in ("ada", "otto"):  # no moderator asks a platform about a person
        with pytest.raises(NoSuchThing):
            add_data(present(who), row.ref, ["subscriber"])
    lena = present("lena")
    with pytest.raises(BadInput, match="what of the account"):
        add_data(lena, row.ref, ["content", "traffic"])
    before = row.digest
    add_data(lena, row.ref, ["subscriber"])
    (line,) = read_suspicions(lena, case.ref).lines
    assert (line.categories, line.addable) == ((("content", True), ("subscriber", True)), ("identification",))
    assert line.row.digest != before
    key = pyrage.x25519.Identity.generate()
    ask_release(lena, row.ref, str(key.to_public()), "A threat to kill.")
    with pytest.raises(BadInput):
        add_data(lena, row.ref, ["identification"])  # what is signed stays what it is
    release_suspicion(present("lev"), row.ref)
    opened = pyrage.decrypt(hand_over(lena, row.ref, "the portal of the police"), [key])
    with zipfile.ZipFile(io.BytesIO(opened)) as package:
        assert json.loads(package.read("subscriber-subscriber.json"))["name"] == "@uma:home"
        assert {one["path"] for one in json.loads(package.read("manifest.json"))["files"]} == {
            "report.json", "content.txt", "subscriber-subscriber.json",
        }  # fmt: skip


def test_the_addressee_is_an_authority_of_that_state_that_the_directory_has(case):
    with pytest.raises(BadInput, match="directory"):
        prepared(case, country="DE", addressee="Polizei")
    agency("Bundeskriminalamt", "DE", "police")
    with pytest.raises(BadInput, match="directory"):
        prepared(case, country="DE", addressee="Polizei")
    assert prepared(case, country="DE", addressee="Bundeskriminalamt").addressee == "Bundeskriminalamt"


def test_nothing_of_it_stands_in_the_public_log(case):
    row = prepared(case)
    assert not Entry.objects.filter(verb__startswith="disclosure:suspicion").exists()
    assert SealedEntry.objects.filter(verb="disclosure:suspicion:prepared", about_ref=row.ref).count() == 1


def test_where_no_member_state_can_be_identified_it_is_for_the_state_of_establishment_or_europol(case):
    assert addressees("")[-1] == EUROPOL
    assert EUROPOL not in addressees("FR")
    with pytest.raises(BadInput, match="Member State"):
        prepared(case, country="US")
    with pytest.raises(BadInput, match="Europol"):
        prepared(case, country="", addressee="An office abroad")
    assert prepared(case, country="", addressee=EUROPOL).addressee == EUROPOL
    assert config().service


def test_telling_the_author_waits_for_the_day_and_then_they_get_the_reasons(platform, case):
    day = now().date() + timedelta(days=5)
    with pytest.raises(BadInput, match="and why"):
        prepared(case, tell_after=day)
    prepared(case, tell_after=day, why_wait="The police ask for five days.")
    decided("ada", case, ground="terms.violence", words="A threat.")
    delivered()
    assert (platform.hidden, platform.letters) == ({"$threat"}, [])
    assert tell_whom_we_delayed() == 0
    with set_clock(now() + timedelta(days=6)):
        assert (tell_whom_we_delayed(), tell_whom_we_delayed()) == (1, 0)
        delivered()
    assert "/d/" in platform.letters[0][1]


def test_what_is_undone_before_that_day_is_told_on_that_day_and_not_before(platform, case):
    day = now().date() + timedelta(days=5)
    prepared(case, tell_after=day, why_wait="The police ask for five days.")
    made = decided("ada", case, ground="terms.violence", words="A threat.")
    undo_decision(present("ben"), made.ref, because="A line from a song.")
    delivered()
    assert (platform.hidden, platform.letters) == (set(), [])
    with set_clock(now() + timedelta(days=6)):
        assert tell_whom_we_delayed() == 1
        delivered()
        assert tell_whom_we_delayed() == 0
    (_to, reasons), (_to, wrong) = platform.letters
    assert "/d/" in reasons
    assert "We are sorry" in wrong


def test_what_they_were_told_of_before_the_delay_they_hear_the_end_of_at_once(platform, case):
    made = decided("ada", case, ground="terms.violence", words="A threat.")
    prepared(case, tell_after=now().date() + timedelta(days=5), why_wait="The police ask for five days.")
    undo_decision(present("ben"), made.ref, because="A line from a song.")
    delivered()
    assert "We are sorry" in platform.letters[-1][1]


def test_what_turns_out_to_be_no_suspicion_is_dropped_and_the_author_told(platform, case):
    row = prepared(case, tell_after=now().date() + timedelta(days=5), why_wait="Until we know.")
    decided("ada", case, ground="terms.violence", words="A threat.")
    drop_suspicion(present("lena"), row.ref, "It is a line of a song.")
    delivered()
    assert len(platform.letters) == 1


def test_the_day_of_a_suspicion_tells_nothing_of_an_order_under_secrecy_and_its_end_tells_no_suspicion(
    platform, case
):
    day = now().date() + timedelta(days=5)
    prepared(case, tell_after=day, why_wait="The police ask for five days.")
    lena = member("lena")
    lena.roles = ["legal", "secrecy"]
    lena.save(update_fields=["roles"])
    ordered("$threat", secrecy="Enquête en cours.", reference="S-1")
    order = Order.objects.get()
    member("lev")
    name_person(present("lena"), order.ref, "lev", "The second person.")
    verified(Case.objects.get(bases__order=order))
    proposed = decided("lena", Case.objects.get(bases__order=order), ground="law.dsa_9")
    countersign_decision(present("lev"), proposed.ref)
    with set_clock(now() + timedelta(days=6)):
        assert tell_whom_we_delayed() == 1
        delivered()
        assert platform.letters == [], "the order is still secret"
        lasting = now().date() + timedelta(days=5)
        later = prepared(case, tell_after=lasting, why_wait="Five more.")
        end_secrecy(present("lena"), order.ref, "The judge has ended it.")
        delivered()
        assert platform.letters == [], "they ask for five more days"
        drop_suspicion(present("lena"), later.ref, "It is a line of a song.")
        delivered()
    assert len(platform.letters) == 1


def test_what_is_done_to_their_account_for_it_waits_for_the_same_day(platform, case):
    day = now().date() + timedelta(days=5)
    prepared(case, tell_after=day, why_wait="The police ask for five days.")
    case.subject.refresh_from_db()
    account = open_or_join(
        CaseKind.FINDING,
        case.subject.author,
        harm="violence",
        clock=fact("house.notice_decided", now().date()),
    )
    proposed = decided("ada", account, ground="terms.violence", words="Threats.")
    countersign_decision(present("lev"), proposed.ref)
    delivered()
    assert platform.letters == []
    with set_clock(now() + timedelta(days=6)):
        assert tell_whom_we_delayed() == 1
        delivered()
    assert len(platform.letters) == 1
