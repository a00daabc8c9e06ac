"""A policy names hash lists; a listed file is seen whatever the text says, and the lists can change under it."""

from typing import Any

import pytest

from steelyard.screening.engine import Action, Item, PolicyProblems, Screen, load_screen
from steelyard.screening.engine.images.exact import ExactSet
from steelyard.screening.engine.images.hashing import ImageHash, MediaHashes, hash_media
from steelyard.screening.engine.images.index import PdqIndex
from steelyard.screening.engine.images.lists import HashLists, HashSet
from tests.screening.engine.conftest import Write, write_policy
from tests.screening.images.pictures import blocks, file, waves

__all__ = ["write_policy"]

SIGNAL = """\
signal: listed_picture
about: A picture of a known campaign.
hashes:
  lists: [campaign]
{more}
"""
RULE = """\
- rule: no-campaign
  about: Takes the campaign's pictures away.
  when: signal.listed_picture
  then: hold
  harm: scam
  policy_ref: terms.scam
  state: live
  owner: Ada
  examples:
    match: [{text: see, listed: [listed_picture]}]
    no_match: [ordinary words]
- rule: look-at-the-unreadable
  about: Asks a person.
  when: signal.picture_unreadable && text.chars > 3
  then: queue
  harm: other
  policy_ref: terms.other
  state: live
  owner: Ada
  examples:
    match: [{text: "four", listed: [listed_picture]}]
    no_match: [ordinary words]
"""
PICTURE = file(blocks(480, 500))


def screen(write_policy: Write, *contents: bytes, more: str = "") -> Screen:
    rule = RULE.partition("- rule: look")[0]
    made = load_screen(write_policy(signals_listed=SIGNAL.format(more=more), rules_listed=rule))
    listed = [hash_media(content) for content in contents]
    pdq = [found.picture.pdq for found in listed if isinstance(found.picture, ImageHash)]
    exact = {"sha256": [found.sha256 for found in listed], "md5": [found.md5 for found in listed]}
    made.hash_lists = HashLists({"campaign": HashSet(pdq=PdqIndex.build(pdq), **exact)})
    return made


def seen(screen: Screen, content: bytes, text: str = "") -> dict[str, Any]:
    (verdict,) = screen.screen([Item("1", text, media=(hash_media(content),))])
    return {"action": verdict.action, "signals": dict(verdict.signals), "notes": verdict.notes}


def test_the_very_file_is_seen_by_every_kind_of_hash(write_policy: Write) -> None:
    assert seen(screen(write_policy, PICTURE), PICTURE) == {
        "action": Action.HOLD,
        "signals": {"picture": 1, "listed_picture": 3},
        "notes": (
            "listed_picture: campaign, pdq, 0 bits",
            "listed_picture: campaign, sha256, 0 bits",
            "listed_picture: campaign, md5, 0 bits",
        ),
    }


def test_a_changed_copy_is_seen_by_its_likeness_and_another_picture_is_not(write_policy: Write) -> None:
    made = screen(write_policy, PICTURE)
    copy = seen(made, file(blocks(480, 500)[::2, ::2], "JPEG", quality=70))
    assert (copy["action"], copy["signals"]) == (Action.HOLD, {"picture": 1, "listed_picture": 1})
    assert seen(made, file(blocks(480, 500, 9)))["action"] == Action.ALLOW


def test_a_large_picture_is_decided_by_the_hash_of_the_whole(write_policy: Write) -> None:
    large = file(blocks(1080, 1920, 2))
    made = screen(write_policy, more="  kinds: [pdq]\n  threshold: 0")
    made.hash_lists = HashLists({"campaign": HashSet(pdq=PdqIndex.build([_whole(large)]))})
    first = hash_media(large)
    assert isinstance(first.picture, ImageHash)
    assert first.picture.pdq != _whole(large)
    assert seen(made, large)["notes"] == ("listed_picture: campaign, pdq, 0 bits",)


def _whole(content: bytes) -> bytes:
    found = hash_media(content).whole()
    assert isinstance(found, ImageHash)
    return found.pdq


def test_a_picture_without_structure_is_like_nothing(write_policy: Write) -> None:
    flat = file(waves(300, 300) // 64)
    made = screen(write_policy, flat, more="  kinds: [pdq]")
    assert seen(made, flat)["action"] == Action.ALLOW


def test_a_list_that_is_not_there_matches_nothing_and_a_new_one_works_at_once(write_policy: Write) -> None:
    made = screen(write_policy)
    assert seen(made, PICTURE)["action"] == Action.ALLOW
    made.hash_lists.sets["campaign"].add("sha256", [hash_media(PICTURE).sha256])
    assert seen(made, PICTURE)["action"] == Action.HOLD
    made.hash_lists = HashLists()
    assert seen(made, PICTURE)["action"] == Action.ALLOW


def test_a_file_that_cannot_be_read_can_be_sent_to_a_person(write_policy: Write) -> None:
    rule = RULE.partition("- rule: look")[2].replace(
        "listed: [listed_picture]", "listed: [picture_unreadable]"
    )
    made = load_screen(write_policy(rules_listed="- rule: look" + rule))
    assert seen(made, b"GIF89a", "look here")["action"] == Action.QUEUE
    assert seen(made, b"GIF89a")["action"] == Action.ALLOW


def test_a_threshold_beyond_the_recommended_one_is_refused_with_its_place(write_policy: Write) -> None:
    with pytest.raises(
        PolicyProblems, match=r"signals/listed\.yaml:5:14: Expected a distance in bits from 0 to 31"
    ):
        screen(write_policy, more="  threshold: 60")


def test_the_same_picture_in_a_post_without_it_is_no_matter(write_policy: Write) -> None:
    made = screen(write_policy, PICTURE)
    verdicts = made.screen(
        [Item("1", "words"), Item("2", "words", media=(hash_media(PICTURE),)), Item("3", "x")]
    )
    assert [verdict.action for verdict in verdicts] == [Action.ALLOW, Action.HOLD, Action.ALLOW]


def test_an_exact_set_takes_in_gives_out_and_counts() -> None:
    values = [bytes([number]) * 32 for number in range(200)]
    some = ExactSet("sha256", values[:100])
    some.add(values[50:])
    assert (len(some), values[150] in some, bytes(31) in some, MediaHashes(b"", b"").sha256 in some) == (
        200, True, False, False,
    )  # fmt: skip
    assert some.remove([values[0], values[150], b"\xff" * 32]) == 2
    assert sorted(some) == sorted(set(values) - {values[0], values[150]})
    many = ExactSet("md5")
    many.add(number.to_bytes(16, "big") for number in range(10_000))
    assert len(many) == 10_000
    assert (77).to_bytes(16, "big") in many
