"""Refused before anyone sees it; and when we are down or hang, nobody's post waits for us."""

import hashlib
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from steelyard.base.errors import Refused
from steelyard.enforcement.connector import NotAccepted, Operation, PlatformReceipt, Target, fingerprint
from steelyard.screening.hashlists import import_hashes, open_list, refuse_files, withdraw
from tests.cast import member
from tests.homeserver import Homeserver, wait_until
from tests.intake.conftest import Intake

WHY = {"reason": "This text was removed by a decision.", "case": "CASE-1", "appeal": "http://localhost/en/a"}
HOLDS = 3


def act(homeserver: Homeserver, operation: Operation, about: str) -> PlatformReceipt:
    return homeserver.connector.act(operation, Target(about), key="k", params=WHY)


def refused(homeserver: Homeserver, name: str, room: str, text: str) -> NotAccepted:
    member = homeserver.connector.as_member(homeserver.person(name))
    with pytest.raises(NotAccepted) as caught:
        member.post(room, text, key=text)
    return caught.value


def test_the_author_of_removed_content_is_told_why_it_is_refused(
    homeserver: Homeserver, intake: Intake
) -> None:
    uma = homeserver.person("uma")
    room = homeserver.channel(uma)
    block = fingerprint("Buy my miracle cure")
    assert act(homeserver, Operation.BLOCK_CONTENT, block).inverse == Operation.UNBLOCK_CONTENT
    said = refused(homeserver, "uma", room, "  BUY my miracle  cure ")
    assert (said.why, said.do, said.case) == (WHY["reason"], WHY["appeal"], WHY["case"])
    homeserver.say(uma, room, "I bought no miracle cure")
    act(homeserver, Operation.UNBLOCK_CONTENT, block)
    homeserver.say(uma, room, "Buy my miracle cure")


def test_what_is_refused_is_no_ones_name_either(homeserver: Homeserver, intake: Intake) -> None:
    call, ursel, rhea = homeserver.connector.wire.call, homeserver.person("ursel"), homeserver.person("rhea")
    slogan, handle, room = "Easy money, write to Bob", "easymoneybob", homeserver.channel(ursel, rhea)
    for words in (slogan, handle):
        act(homeserver, Operation.BLOCK_CONTENT, fingerprint(words))
    profile = f"/_matrix/client/v3/profile/{ursel.account}"

    def worn() -> str:
        return str(call("GET", profile, token=rhea.token)["displayname"])

    call("PUT", f"{profile}/displayname", token=ursel.token, json={"displayname": slogan.upper()})
    wait_until(lambda: worn() == "ursel")
    call("PUT", f"{profile}/displayname", token=ursel.token, json={"displayname": "Ursel the baker"})
    member = f"/_matrix/client/v3/rooms/{room}/state/m.room.member/{ursel.account}"
    wait_until(lambda: call("GET", member, token=rhea.token)["displayname"] == "Ursel the baker")
    said = call("GET", f"/_matrix/client/v3/rooms/{room}/messages", token=rhea.token,
                params={"dir": "b", "limit": 100})["chunk"]  # fmt: skip
    names = {event["content"].get("displayname") for event in said if event["type"] == "m.room.member"}
    assert slogan.upper() not in names, "no room ever showed it"

    in_one_room = {"membership": "join", "displayname": slogan}
    other = homeserver.channel()
    ways = (("PUT", f"rooms/{room}/state/m.room.member/{ursel.account}"), ("POST", f"join/{other}"))
    for method, way in ways:
        with pytest.raises(Refused, match="removed by a decision"):
            call(method, f"/_matrix/client/v3/{way}", token=ursel.token, json=in_one_room)
        call(
            method,
            f"/_matrix/client/v3/{way}",
            token=ursel.token,
            json=in_one_room | {"displayname": "Ursel"},
        )

    with pytest.raises(Refused, match="removed by a decision"):
        homeserver.connector.register_member(handle, "Bob", "a password of Bob's")
    topic = [{"type": "m.room.topic", "content": {"topic": slogan}}]
    for body in ({"name": slogan}, {"initial_state": topic}):
        with pytest.raises(Refused):
            call("POST", "/_matrix/client/v3/createRoom", token=ursel.token, json=body)
    assert call("POST", "/_matrix/client/v3/createRoom", token=ursel.token, json={"name": "Bread"})["room_id"]
    for words in (slogan, handle):
        act(homeserver, Operation.UNBLOCK_CONTENT, fingerprint(words))


def test_a_listed_file_is_refused_within_a_second_without_a_word_on_the_list_and_while_we_are_down(
    homeserver: Homeserver, intake: Intake
) -> None:
    uma = homeserver.person("uma")
    listed, other = b"GIF89a the listed picture", b"GIF89a a picture of uma's cat"

    def upload(content: bytes) -> tuple[int, str]:
        answer = httpx.post(
            f"{homeserver.address}/_matrix/media/v3/upload", content=content,
            headers={"Authorization": f"Bearer {uma.token}", "Content-Type": "image/gif"},
        )  # fmt: skip
        return answer.status_code, answer.text

    open_list(
        member("ines"), "known", source="An exchange", terms="For moderation only.", harm="terrorism",
        policy_ref="terms.terrorism", because="We take part.",
    )  # fmt: skip
    refuse_files(member("ines"), "known", refused=True, because="Known material is never kept.")
    line = f"video_sha256 {hashlib.sha256(listed).hexdigest()}\n".encode()
    import_hashes(member("ines"), "known", line, source="March", because="Monthly.")
    wait_until(lambda: homeserver.connector.status()["gate"]["refusals"]["files"] == 1, seconds=2)
    status, said = upload(listed)
    assert status == 400
    assert "known" not in said
    assert "terrorism" not in said
    assert upload(other)[0] == 200
    intake.kill()
    assert upload(listed)[0] == 400
    intake.start()
    withdraw(member("ines"), "known", "sha256", hashlib.sha256(listed).digest(), because="A mistake.")
    wait_until(lambda: homeserver.connector.status()["gate"]["refusals"]["files"] == 0, seconds=5)
    assert upload(listed)[0] == 200


def test_a_file_that_a_decision_removed_cannot_be_uploaded_again(
    homeserver: Homeserver, intake: Intake
) -> None:
    uma = homeserver.person("uma")
    files = {"known": b"GIF89a the removed picture", "other": b"GIF89a another picture"}

    def upload(which: str) -> tuple[int, dict[str, str]]:
        answer = httpx.post(
            f"{homeserver.address}/_matrix/media/v3/upload", content=files[which],
            headers={"Authorization": f"Bearer {uma.token}", "Content-Type": "image/gif"},
        )  # fmt: skip
        return answer.status_code, answer.json()

    known = hashlib.sha256(files["known"]).hexdigest()
    act(homeserver, Operation.BLOCK_CONTENT, known)
    assert (upload("known")[0], upload("other")[0]) == (400, 200)
    act(homeserver, Operation.UNBLOCK_CONTENT, known)
    assert upload("known")[0] == 200


def test_a_muted_account_reads_and_does_not_write(homeserver: Homeserver, intake: Intake) -> None:
    uma, rhea = homeserver.person("uma"), homeserver.person("rhea")
    room = homeserver.channel(uma, rhea)
    act(homeserver, Operation.MUTE_ACCOUNT, uma.account)
    assert refused(homeserver, "uma", room, "Let me speak").why == WHY["reason"]
    homeserver.say(rhea, room, "I may speak")
    member = homeserver.connector.as_member(uma)
    assert [post.text for post in member.read_channel(room)] == ["I may speak"]
    act(homeserver, Operation.UNMUTE_ACCOUNT, uma.account)
    homeserver.say(uma, room, "So may I again")


def test_a_frozen_channel_stays_frozen_over_restarts_and_while_we_are_down(
    homeserver: Homeserver, intake: Intake
) -> None:
    uma = homeserver.person("uma")
    room = homeserver.channel(uma)
    frozen = act(homeserver, Operation.FREEZE_CHANNEL, room)
    again = act(homeserver, Operation.FREEZE_CHANNEL, room)
    assert (frozen.done, again.done, again.already) == ((room,), (), (room,))
    intake.kill()
    assert refused(homeserver, "uma", room, "Nobody answers now").why == WHY["reason"]
    intake.start()
    assert refused(homeserver, "uma", room, "They are back").why == WHY["reason"]
    act(homeserver, Operation.UNFREEZE_CHANNEL, room)
    homeserver.say(uma, room, "Thawed")


def test_while_we_are_down_no_post_waits(homeserver: Homeserver, intake: Intake) -> None:
    uma = homeserver.person("uma")
    room = homeserver.channel(uma)
    intake.kill()
    wait_until(lambda: intake.gate()["breaker"] == "open")
    before = intake.gate()
    for number in range(10):
        homeserver.say(uma, room, f"Into the void, {number}")
    after = intake.gate()
    assert {name: after[name] - before[name] for name in ("asked", "held", "passed_unasked")} == {
        "asked": 0, "held": 0, "passed_unasked": 10,
    }  # fmt: skip


@pytest.mark.parametrize("at_once", [1, 8], ids=["one after another", "eight at once"])
def test_while_we_hang_at_most_three_posts_wait_and_then_none(
    homeserver: Homeserver, intake: Intake, at_once: int
) -> None:
    uma = homeserver.person("uma")
    room = homeserver.channel(uma)
    before = intake.gate()
    intake.hang()
    with ThreadPoolExecutor(at_once) as people:
        list(people.map(lambda number: homeserver.say(uma, room, f"Held? {number}"), range(16)))
    after = intake.gate()
    assert (after["held"] - before["held"], after["breaker"]) == (HOLDS, "open")
    assert after["opened"] == before["opened"] + 1
    homeserver.say(uma, room, "This one is not even asked about")
    assert intake.gate()["passed_unasked"] == after["passed_unasked"] + 1

    intake.go_on()
    wait_until(lambda: intake.gate()["breaker"] == "closed")
    act(homeserver, Operation.MUTE_ACCOUNT, uma.account)
    assert refused(homeserver, "uma", room, "Refused again").case == "CASE-1"
    act(homeserver, Operation.UNMUTE_ACCOUNT, uma.account)
    assert intake.gate()["held"] == after["held"], "finding that we are back held nobody's post"


def test_the_change_waits_for_a_gate_that_is_down(homeserver: Homeserver, intake: Intake) -> None:
    from steelyard.base.errors import Unreachable

    intake.kill()
    with pytest.raises(Unreachable):
        act(homeserver, Operation.MUTE_ACCOUNT, "@somebody:localhost")


def test_a_second_intake_for_the_same_home_does_not_take_the_sockets(
    homeserver: Homeserver, intake: Intake
) -> None:
    assert intake.process
    second = subprocess.run(
        intake.process.args, env=intake.env, capture_output=True, text=True, check=False, timeout=60
    )
    assert (second.returncode, second.stderr.splitlines()[-1].split(".")[0]) == (
        1, "Another intake serves this home",
    )  # fmt: skip
    assert intake.gate()["breaker"] == "closed"


def test_asked_to_stop_it_stops(intake: Intake) -> None:
    assert intake.process
    intake.process.send_signal(signal.SIGTERM)
    assert intake.process.wait(60) == 0
