"""Our bot in a real room: its owner invites it, moderators use it in their language, and nobody else can."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case, Referral
from steelyard.decisions.models import Decision
from steelyard.decisions.states import Label, Outcome
from steelyard.enforcement.connector import MemberSession, Refused, forget_connectors, register
from steelyard.flows.decide_case import DecisionGiven, decide_case, undo_decision
from steelyard.flows.deliver import deliver_letters, deliver_measures
from steelyard.vault.actions import _key_encryption_key
from tests.cast import present
from tests.homeserver import Homeserver, wait_until
from tests.intake.conftest import Intake

SETTINGS = '[channel_moderators]\nbot = true\nharms = ["spam", "scam"]\n'
OFFER = "Ten thousand followers a day, cheap, write to me"


@pytest.fixture(scope="module", autouse=True)
def _with_a_bot(homeserver: Homeserver) -> Iterator[None]:
    file = homeserver.home / "steelyard.toml"
    before = file.read_text() if file.exists() else None
    file.write_text((before or "") + SETTINGS)
    yield
    file.unlink() if before is None else file.write_text(before)


@pytest.fixture(autouse=True)
def _attached(homeserver: Homeserver, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The test sits in the house of intake: what intake sealed is opened with the same key."""
    register("matrix", homeserver.connected)
    monkeypatch.setenv("STEELYARD_HOME", str(homeserver.home))
    _key_encryption_key.cache_clear()
    yield
    forget_connectors()
    _key_encryption_key.cache_clear()


class Room:
    """A channel of Olga's with Mara as its moderator and our bot in it."""

    def __init__(self, homeserver: Homeserver) -> None:
        self.homeserver, self.call = homeserver, homeserver.connector.wire.call
        self.bot = homeserver.connector.bot()
        self.olga, self.mara, self.uma, self.rhea = map(homeserver.person, ("olga", "mara", "uma", "rhea"))
        self.id = homeserver.channel(self.mara, self.uma, self.rhea)
        body = {"user_id": self.bot}
        self.call("POST", self.path("invite"), token=self.olga.token, json=body)
        levels = self.levels()
        users = {**levels.get("users", {}), self.mara.account: 50, self.bot: 100}
        changed = {**levels, "users": users}
        self.call("PUT", self.path("state/m.room.power_levels/"), token=self.olga.token, json=changed)
        wait_until(lambda: self.id in homeserver.connector.channels_helped())

    def path(self, what: str) -> str:
        return f"/_matrix/client/v3/rooms/{quote(self.id, safe='')}/{what}"

    def levels(self) -> dict[str, Any]:
        return self.call("GET", self.path("state/m.room.power_levels/"), token=self.olga.token)

    def reported(self, text: str = OFFER, harm: str = "spam") -> tuple[str, Referral]:
        """Uma posts it and Rhea reports it."""
        post = self.homeserver.say(self.uma, self.id, text)
        self.homeserver.connector.as_member(self.rhea).report(self.id, post, "Not here", harm=harm)
        mine = Referral.objects.filter(case__subject__native_id=post)
        wait_until(mine.exists)
        return post, mine.select_related("case").get()

    def asks(self, who: MemberSession, words: str, *, there: str = "") -> str:
        """Write a command; the newest thing the bot says to them in private after it, and where that is."""
        seen = self.said_to(who)
        self.homeserver.say(who, there or self.id, words)
        wait_until(lambda: len(self.said_to(who)) > len(seen))
        return self.said_to(who)[-1]

    def chat_of(self, who: MemberSession) -> str:
        """The chat that the bot opened with somebody, entered when it is new; "" while there is none."""
        said = self.call("GET", "/_matrix/client/v3/sync", token=who.token, params={"timeout": "0"})["rooms"]
        for room, told in said.get("invite", {}).items():
            if any(event["sender"] == self.bot for event in told["invite_state"]["events"]):
                self.call("POST", f"/_matrix/client/v3/join/{quote(room, safe='')}", token=who.token, json={})
                return str(room)
        mine = (
            room for room, told in said.get("join", {}).items()
            if room != self.id and any(e["sender"] == self.bot and e["type"] == "m.room.create"
                                       for e in told["state"]["events"] + told["timeline"]["events"])
        )  # fmt: skip
        return next(mine, "")

    def said_to(self, who: MemberSession) -> list[str]:
        chat = self.chat_of(who)
        if not chat:
            return []
        found = reversed(self.homeserver.messages(who, chat))
        return [event["content"]["body"] for event in found if event["sender"] == self.bot]

    def shown(self, who: MemberSession, post: str) -> bool:
        return any(event["event_id"] == post for event in self.homeserver.messages(who, self.id))


def deliver() -> None:
    while deliver_measures() + deliver_letters():
        pass


def test_a_moderator_reads_decides_and_takes_back_in_their_own_language(
    homeserver: Homeserver, intake: Intake
) -> None:
    room = Room(homeserver)
    post, referral = room.reported()
    ref = referral.case.ref[:5]

    assert "No report waits for you." in room.asks(room.uma, "!reports"), "who is no moderator learns nothing"
    assert "Aucun signalement" in room.asks(room.uma, f"!voir {ref}")
    listed = room.asks(room.mara, "!жалобы")
    assert ref in listed
    assert "жалоб: 1" in listed
    chat = room.chat_of(room.mara)
    read = room.asks(room.mara, f"!показать {ref}", there=chat)
    assert OFFER in read
    assert room.uma.account in read
    assert room.rhea.account not in read
    assert not any(event["sender"] == room.bot for event in homeserver.messages(room.uma, room.id))

    assert "Готово" in room.asks(room.mara, f"!заглушить {ref} Здесь не торгуют.", there=chat)
    deliver()
    made = Decision.objects.get(outcome="contain")
    assert (made.moderators_of and made.moderators_of.native_id, made.decided_by_machine) == (room.id, False)
    assert not room.shown(room.rhea, post)
    assert room.levels()["users"][room.uma.account] == -1
    with pytest.raises(Refused):
        homeserver.say(room.uma, room.id, "May I?")
    letter = homeserver.connector.as_member(room.uma).notices()[-2].text
    assert "Здесь не торгуют." in letter
    assert "who is none of our staff" in letter

    assert "Done." in room.asks(room.mara, f"!unmute {room.uma.account} Sorry said", there=chat)
    deliver()
    assert homeserver.say(room.uma, room.id, "Thank you")

    room.call("PUT", room.path("state/m.room.power_levels/"), token=room.olga.token,
              json={**room.levels(), "users": {room.bot: 100}})  # fmt: skip
    _, second = room.reported("Another offer of followers")
    assert "No report waits for you." in room.asks(room.mara, "!reports", there=chat), "power is read anew"
    assert Case.objects.get(pk=second.case_id).state == "open"


def test_a_label_decided_at_the_desk_is_in_what_every_client_is_handed(
    homeserver: Homeserver, intake: Intake
) -> None:
    uma, rhea = homeserver.person("uma"), homeserver.person("rhea")
    channel = homeserver.channel(uma, rhea)
    post = homeserver.say(uma, channel, "The bridge will never open again, says the mayor")
    homeserver.connector.as_member(rhea).report(channel, post, "The town says otherwise", harm="other")
    mine = Case.objects.filter(subject__native_id=post)
    wait_until(mine.exists)
    ada = present("ada")
    claim_case(ada.member, mine.get().ref)
    given = DecisionGiven(outcome=Outcome.LABEL, ground="terms.scam", words="Not so.", label=Label.DISPUTED)
    made = decide_case(ada, mine.get().ref, given)
    deliver()

    def beside() -> Any:
        path = f"/_matrix/client/v3/rooms/{quote(channel, safe='')}/event/{quote(post, safe='')}"
        found = homeserver.connector.wire.call("GET", path, token=rhea.token)
        return found["unsigned"].get("org.steelyard.label")

    assert beside()["label"] == "disputed"
    assert beside()["text"] == "What this post says is disputed."
    assert "What this post says is disputed." in homeserver.connector.as_member(uma).notices()[-1].text
    undo_decision(present("ben"), made.ref, because="He did say so.")
    deliver()
    assert beside() is None
