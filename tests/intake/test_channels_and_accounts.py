"""A channel or an account reported in Matrix: two people decide, the gate refuses, undoing lets speak again."""

from collections.abc import Iterator

import pytest

from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case
from steelyard.decisions.models import Decision
from steelyard.decisions.states import Outcome
from steelyard.enforcement.connector import NotAccepted, forget_connectors, register
from steelyard.enforcement.models import Measure
from steelyard.flows.decide_case import DecisionGiven, countersign_decision, decide_case, undo_decision
from steelyard.flows.deliver import deliver_letters, deliver_measures
from steelyard.vault.actions import _key_encryption_key
from tests.cast import present
from tests.homeserver import Homeserver, wait_until
from tests.intake.conftest import Intake


@pytest.fixture(autouse=True)
def _attached(homeserver: Homeserver, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The test sits in the house of intake: what intake sealed is opened with the same key."""
    register("matrix", homeserver.connected)
    monkeypatch.setenv("STEELYARD_HOME", str(homeserver.home))
    _key_encryption_key.cache_clear()
    yield
    forget_connectors()
    _key_encryption_key.cache_clear()


def report(homeserver: Homeserver, path: str, subject: str) -> Case:
    rhea = homeserver.person("rhea")
    body = {"reason": "Every post here is a fraud", "harm": "scam"}
    homeserver.connector.wire.call("POST", f"/_matrix/client/v3/{path}", token=rhea.token, json=body)
    reported = Case.objects.filter(kind="notice", subject__native_id=subject)
    wait_until(reported.exists)
    return reported.get()


def restrict(case: Case) -> Decision:
    """Ada proposes, Ben signs, the worker goes round."""
    ada = present("ada")
    claim_case(ada.member, case.ref)
    given = DecisionGiven(outcome=Outcome.CONTAIN, ground="terms.scam", words="Nothing but fraud.")
    made = countersign_decision(present("ben"), decide_case(ada, case.ref, given).ref)
    deliver()
    assert [row.state for row in Measure.objects.all()] == ["confirmed"]
    return made


def deliver() -> None:
    while deliver_measures() + deliver_letters():
        pass


def written_to(homeserver: Homeserver, name: str) -> str:
    member = homeserver.connector.as_member(homeserver.person(name))
    return "\n".join(post.text for post in member.notices())


def test_a_reported_channel_is_closed_and_its_owner_hears(homeserver: Homeserver, intake: Intake) -> None:
    uma, rhea = homeserver.person("uma"), homeserver.person("rhea")
    room = homeserver.channel(uma, rhea)
    name = homeserver.connector.channel(room)
    assert name is not None
    assert name.owner == homeserver.person("olga").account
    case = report(homeserver, f"rooms/{room}/report", room)
    assert (case.subject.kind, case.subject.native_id, case.subject.name) == ("channel", room, name.name)

    made = restrict(case)
    with pytest.raises(NotAccepted) as refusal:
        homeserver.connector.as_member(uma).post(room, "May I?", key="k1")
    assert refusal.value.why.startswith("This channel takes no new posts.")
    assert "/d/" not in refusal.value.do
    assert "We have closed your channel to new posts." in written_to(homeserver, "olga")

    undo_decision(present("lena"), made.ref, because="A campaign.")
    deliver()
    homeserver.connector.as_member(uma).post(room, "Thank you", key="k2")
    assert "Your channel is open to new posts again." in written_to(homeserver, "olga")


def test_a_reported_account_is_stopped_and_reads_why(homeserver: Homeserver, intake: Intake) -> None:
    uma, rhea = homeserver.person("uma"), homeserver.person("rhea")
    room = homeserver.channel(uma, rhea)
    case = report(homeserver, f"users/{uma.account}/report", uma.account)
    assert (case.subject.kind, case.subject.native_id) == ("account", uma.account)

    made = restrict(case)
    with pytest.raises(NotAccepted) as refusal:
        homeserver.connector.as_member(uma).post(room, "May I?", key="k3")
    assert "/d/" in refusal.value.do
    homeserver.connector.as_member(rhea).post(room, "I may", key="k4")
    assert refusal.value.do in written_to(homeserver, "uma")

    undo_decision(present("lena"), made.ref, because="Stolen account.")
    deliver()
    homeserver.connector.as_member(uma).post(room, "Back", key="k5")


def test_what_was_removed_is_refused_from_anybody_also_while_we_are_down(
    homeserver: Homeserver, intake: Intake
) -> None:
    uma, rhea = homeserver.person("uma"), homeserver.person("rhea")
    room = homeserver.channel(uma, rhea)
    words = f"Send me ten coins of chapter {room[1:9]} and I will send you a hundred back tonight"
    post = homeserver.say(uma, room, words)
    ada, case = present("ada"), report(homeserver, f"rooms/{room}/report/{post}", post)
    claim_case(ada.member, case.ref)
    given = DecisionGiven(outcome=Outcome.REMOVE, ground="terms.scam", words="A fraud.")
    countersign_decision(present("ben"), decide_case(ada, case.ref, given).ref)
    deliver()
    for alive in (True, False):
        if not alive:
            intake.kill()
        with pytest.raises(NotAccepted) as refusal:
            homeserver.connector.as_member(rhea).post(room, f"  {words.upper()}", key=f"again-{alive}")
        assert refusal.value.why.startswith("This was removed by a decision and cannot be posted again.")
        homeserver.connector.as_member(rhea).post(room, f"Is this a fraud? {words}", key=f"ask-{alive}")
    intake.start()
