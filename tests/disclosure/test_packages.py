"""Data leaves the house sealed, by two people, for a sender who is known, and every touch of it is written down."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pyrage
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steelyard.base.clock import now, set_clock
from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.base.states import next_state
from steelyard.disclosure.actions import download, expire_packages
from steelyard.disclosure.models import Package
from steelyard.disclosure.states import MOVES, PackageState
from steelyard.flows.disclose import (
    ask_release,
    collect,
    decline_package,
    link_for,
    release_package,
    withdraw_package,
)
from steelyard.flows.follow import matter_for
from steelyard.flows.move_order import withdraw_order
from steelyard.ledger.queries import entries
from steelyard.letters.answers.actions import answer_of
from steelyard.letters.models import OrderAnswer
from steelyard.orders.models import Order
from steelyard.orders.verification import actions as ladder
from tests.cast import present
from tests.directory import SWITCHBOARD, agency, entry
from tests.flows.stories import SCAM, confirmed, ordered

pytestmark = pytest.mark.django_db
KEY = pyrage.x25519.Identity.generate()
TO = str(KEY.to_public())


@pytest.fixture
def post(platform):
    platform.publish("$1", SCAM)
    return platform


def an_emergency(**more):
    """A verified emergency: called back by Lena, released by Lev, its law confirmed."""
    given_ = {
        "instrument": "emergency", "data": ("subscriber",), "emergency": "A life is in danger.",
        "issuer": "police", "contact": "greffe@tj-paris.example", "demand": "Who is the account?",
    }  # fmt: skip
    receipt = ordered("$1", **{**given_, **more})
    order = Order.objects.latest("pk")
    line = entry(agency(), "number", SWITCHBOARD)
    ladder.call_back(present("lena"), order.ref, line.ref, spoke_with="Mme Duval", because="It is theirs.")
    ladder.release(present("lev"), order.ref, because="It is clear.")
    for basis in order.bases.select_related("case"):
        confirmed("lena", basis.case)
    return order, receipt


def asked_for(order, categories=("subscriber",), to=TO):
    package = collect(present("lena"), order.ref, categories)
    return ask_release(present("lena"), package.ref, to, because="The danger is real.")


def test_two_people_release_it_the_authority_opens_it_and_each_file_has_its_hash(post):
    order, receipt = an_emergency()
    package = asked_for(order)
    release_package(present("lev"), package.ref)
    sealed = download(link_for(receipt.follow_token, package.ref))
    assert b"@uma:home" not in sealed
    files = zipfile.ZipFile(io.BytesIO(pyrage.decrypt(sealed, [KEY])))
    manifest = json.loads(files.read("manifest.json"))
    (line,) = manifest["files"]
    content = files.read(line["path"])
    assert json.loads(content)["name"] == "@uma:home"
    assert line["sha256"] == hashlib.sha256(content).hexdigest()
    assert (manifest["categories"], manifest["not_held"]) == (["subscriber"], [])
    custody = [(step["what"], step["by"]) for step in json.loads(files.read("custody.json"))]
    assert custody == [("collected", "desk"), ("asked", "desk"), ("released", "second")]
    assert Order.objects.get().state == "executed"
    assert answer_of(OrderAnswer.objects.get()).effects[0].outcome == "disclosed"


def test_the_one_who_asked_cannot_release_it(post):
    order, _ = an_emergency()
    package = asked_for(order)
    with pytest.raises(Refused):
        release_package(present("lena"), package.ref)
    assert Package.objects.get().encrypted is None


def test_an_emergency_without_a_call_back_releases_nothing_whoever_agrees(post):
    ordered(
        "$1", instrument="emergency", data=("subscriber",), emergency="A life is in danger.", issuer="police"
    )
    order = Order.objects.get()
    for basis in order.bases.select_related("case"):
        confirmed("lena", basis.case)
    package = collect(present("lena"), order.ref, ("subscriber",))
    with pytest.raises(Refused, match="Nothing may be handed over"):
        ask_release(present("lena"), package.ref, TO, because="Urgent.")
    assert Package.objects.get().state == "collected"


def test_what_was_verified_a_minute_ago_is_asked_again_at_the_release(post):
    order, _ = an_emergency()
    package = asked_for(order)
    order.verifications.update(voided_at=now(), voided_because="mistake")
    with pytest.raises(Refused, match="Nothing may be handed over"):
        release_package(present("lev"), package.ref)


def test_only_categories_that_the_checks_allow_can_be_collected(post):
    order, _ = an_emergency(data=("subscriber", "content", "encrypted_content"))
    for beyond in (("content", "encrypted_content"), ("traffic",), ()):
        with pytest.raises(BadInput):
            collect(present("lena"), order.ref, beyond)
    assert not Package.objects.exists()


def test_a_withdrawn_order_releases_nothing(post):
    order, _ = an_emergency()
    package = asked_for(order)
    withdraw_order(present("lena"), order.ref, "By telephone.")
    with pytest.raises(Refused):
        release_package(present("lev"), package.ref)


def test_a_declined_package_goes_back_and_can_be_asked_for_again(post):
    order, _ = an_emergency()
    package = asked_for(order)
    decline_package(present("lev"), package.ref, "The wrong account.")
    assert Package.objects.get().state == "collected"
    ask_release(present("lena"), package.ref, TO, because="It is the right one.")
    assert release_package(present("lev"), package.ref).state == "released"


def test_a_link_works_once_and_a_new_one_ends_the_one_before(post):
    order, receipt = an_emergency()
    package = release_package(present("lev"), asked_for(order).ref)
    first = link_for(receipt.follow_token, package.ref)
    second = link_for(receipt.follow_token, package.ref)
    with pytest.raises(NoSuchThing):
        download(first)
    download(second)
    with pytest.raises(NoSuchThing):
        download(second)
    late = link_for(receipt.follow_token, package.ref)
    with set_clock(now() + timedelta(minutes=11)), pytest.raises(NoSuchThing):
        download(late)


def test_the_authority_sees_each_touch_and_never_who_on_our_side(post):
    order, receipt = an_emergency()
    package = release_package(present("lev"), asked_for(order).ref)
    download(link_for(receipt.follow_token, package.ref))
    (seen,) = matter_for(receipt.follow_token).packages
    assert [(touch.what, touch.by) for touch in seen.touches] == [
        ("collected", "desk"), ("asked", "desk"), ("released", "second"), ("linked", "authority"),
        ("downloaded", "authority"),
    ]  # fmt: skip


def test_somebody_elses_link_does_not_reach_it(post):
    order, _ = an_emergency()
    package = release_package(present("lev"), asked_for(order).ref)
    with pytest.raises(NoSuchThing):
        link_for("another", package.ref)


def test_when_it_expires_or_is_withdrawn_its_content_is_destroyed(post):
    order, receipt = an_emergency()
    package = release_package(present("lev"), asked_for(order).ref)
    with set_clock(now() + timedelta(days=15)):
        assert (expire_packages(), expire_packages()) == (1, 0)
        with pytest.raises(NoSuchThing):
            link_for(receipt.follow_token, package.ref)
    row = Package.objects.select_related("key").get()
    assert (row.state, row.sealed, row.encrypted, row.key.wrapped) == ("expired", None, None, None)


def test_a_package_can_be_withdrawn_before_anybody_fetched_it(post):
    order, receipt = an_emergency()
    package = release_package(present("lev"), asked_for(order).ref)
    withdraw_package(present("lena"), package.ref)
    with pytest.raises(NoSuchThing):
        link_for(receipt.follow_token, package.ref)


def test_a_key_that_is_none_is_refused_before_anybody_is_asked(post):
    order, _ = an_emergency()
    package = collect(present("lena"), order.ref, ("subscriber",))
    for wrong in ("", "age1abc", "ssh-ed25519 nonsense", "-----BEGIN PGP PUBLIC KEY BLOCK-----"):
        with pytest.raises(BadInput):
            ask_release(present("lena"), package.ref, wrong, because="The danger is real.")


def test_what_the_platform_does_not_hold_stands_in_the_manifest_as_not_held(post):
    post.accounts["@uma:home"].pop("identification")
    order, _ = an_emergency(data=("subscriber", "identification"))
    package = release_package(present("lev"), asked_for(order, ("subscriber", "identification")).ref)
    assert package.not_held == ["identification"]
    assert Order.objects.get().state == "partly"


def test_nothing_of_the_content_stands_in_the_public_log(post):
    order, _ = an_emergency()
    release_package(present("lev"), asked_for(order).ref)
    assert "uma" not in json.dumps(list(entries(None)))
    assert [leaf["by"] for leaf in entries(None) if leaf["type"] == "disclosure:package:released"] == ["two"]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted({move for move, _ in MOVES})), max_size=12))
def test_no_way_through_the_table_releases_a_package_that_nobody_asked_for(steps):
    state, asked = PackageState.COLLECTED, False
    for step in steps:
        try:
            state = next_state(MOVES, step, state)
        except Refused:
            continue
        asked = asked or step == "ask"
        assert state != PackageState.RELEASED or asked


def test_an_order_that_is_taken_back_takes_back_what_nobody_fetched_yet(post):
    order, receipt = an_emergency()
    package = release_package(present("lev"), asked_for(order).ref)
    link = link_for(receipt.follow_token, package.ref)
    withdraw_order(present("lena"), order.ref, "By telephone.")
    with pytest.raises(NoSuchThing):
        download(link)
    with pytest.raises(NoSuchThing):
        link_for(receipt.follow_token, package.ref)
    row = Package.objects.select_related("key").get()
    assert (row.state, row.encrypted, row.key.wrapped) == ("withdrawn", None, None)


def test_a_forgery_that_is_found_out_after_the_release_fetches_nothing(post):
    order, receipt = an_emergency()
    package = release_package(present("lev"), asked_for(order).ref)
    link = link_for(receipt.follow_token, package.ref)
    call = order.verifications.get(step="call_back")
    ladder.take_back(present("lena"), order.ref, call.ref, because="It was not the court.")
    with pytest.raises(NoSuchThing):
        download(link)
    with pytest.raises(NoSuchThing):
        link_for(receipt.follow_token, package.ref)


def test_that_a_call_back_has_run_out_since_keeps_nobody_from_what_was_released(post):
    order, receipt = an_emergency()
    package = release_package(present("lev"), asked_for(order).ref)
    with set_clock(now() + timedelta(days=13)):
        assert download(link_for(receipt.follow_token, package.ref))
