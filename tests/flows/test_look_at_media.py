"""A picture on a hash list is hidden like words that a rule knows; others are looked at and forgotten."""

from pathlib import Path

import pytest

from steelyard.enforcement.connector import SeenMedia
from steelyard.evidence.models import Exhibit
from steelyard.flows.look_at_media import Looked, files_wanted, look_at_media
from steelyard.flows.screen_posts import Screened, screen_posts
from steelyard.screening import policy
from steelyard.screening.engine.images.hashing import hash_media
from steelyard.screening.hashlists import dispute, forget_hash_lists, import_hashes, open_list
from steelyard.screening.models import Finding
from tests.cast import member
from tests.flows.stories import delivered
from tests.screening.images.pictures import blocks, file
from tests.screening.images.test_lists import RULE, SIGNAL

pytestmark = pytest.mark.django_db

PICTURE = file(blocks(480, 500))
LISTED = hash_media(PICTURE)


@pytest.fixture(autouse=True)
def _policy_that_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name, content in {
        "policy.yaml": "policy: small\nowner: Ada\n",
        "signals/listed.yaml": SIGNAL.format(more=""),
        "rules/rules.yaml": RULE.partition("- rule: look")[0],
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    monkeypatch.setattr(policy, "folder", lambda: tmp_path)
    forget_hash_lists()
    yield
    forget_hash_lists()


@pytest.fixture
def campaign():
    opened = open_list(
        member("ines"), "campaign", source="Exchange", terms="For moderation only.", harm="scam",
        policy_ref="terms.scam", because="We take part.",
    )  # fmt: skip
    lines = f"pdq {LISTED.picture.pdq.hex()}\nmd5 {LISTED.md5.hex()}\n".encode()
    import_hashes(member("ines"), "campaign", lines, source="March", because="Monthly.")
    return opened


def posted(platform, id_, content, *, mime="image/png", uri=""):
    uri = uri or f"mxc://home/{id_[1:]}"
    platform.files[uri] = content
    post = platform.publish(id_, "look.png", media=(SeenMedia(uri=uri, mime=mime),))
    looked = look_at_media(platform, [post])
    done = screen_posts("memory", [post], f"batch-{id_}", media=looked.media)
    delivered()
    return looked, done


def test_a_listed_picture_is_hidden_and_its_author_is_told(platform, campaign):
    looked, done = posted(platform, "$listed", file(blocks(480, 500), "JPEG", quality=80))
    assert (len(looked.media["$listed"]), looked.missed) == (1, 0)
    assert done == Screened(1, 1, 1, 0)
    assert platform.hidden == {"$listed"}
    (finding,) = Finding.objects.all()
    assert (finding.rule, finding.signals, finding.harm) == ("no-campaign", ["listed_picture"], "scam")
    ((to, _),) = platform.letters
    assert to == "@uma:home"


def test_another_picture_leaves_no_trace(platform, campaign):
    _, done = posted(platform, "$other", file(blocks(480, 500, 9)))
    assert done == Screened(1, 0, 0, 0)
    assert not Exhibit.objects.exists()


def test_a_disputed_hash_hides_nothing_from_the_next_post_on(platform, campaign):
    dispute(member("ada"), "campaign", "pdq", LISTED.picture.pdq, because="It is a banner of ours.")
    _, done = posted(platform, "$banner", file(blocks(480, 500), "JPEG", quality=80))
    assert done == Screened(1, 0, 0, 0)


def test_a_film_is_known_by_its_bytes_only(platform, campaign):
    looked, done = posted(platform, "$film", PICTURE, mime="video/mp4")
    assert looked.media["$film"][0].picture is None
    assert done.contained == 1


def test_a_file_that_cannot_be_had_stops_nothing(platform, campaign):
    post = platform.publish("$gone", "gone.png", media=(SeenMedia(uri="mxc://home/gone"),))
    assert look_at_media(platform, [post]) == Looked({}, 1)
    platform.down = True
    assert look_at_media(platform, [post]) == Looked({}, 1)
    assert screen_posts("memory", [post], "batch", media={}) == Screened(1, 0, 0, 0)


def test_nothing_is_fetched_while_no_rule_could_say_anything_of_a_file(monkeypatch):
    monkeypatch.setattr(policy, "folder", lambda: policy.STARTER)
    assert not files_wanted()
