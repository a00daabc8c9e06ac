"""A known picture is hidden, sealed, and explained to those who look; nobody outside learns of the list."""

import pytest

from steelyard.evidence.actions import contents, look
from steelyard.evidence.models import Exhibit
from steelyard.flows.look_at_media import files_wanted
from steelyard.flows.screen_posts import screen_posts
from steelyard.ledger.models import Entry
from steelyard.screening.engine.images.hashing import ImageHash, hash_media
from steelyard.screening.hashlists import dispute, forget_hash_lists, import_hashes, open_list
from steelyard.screening.models import Finding
from steelyard.subjects.models import Subject
from tests.cast import member
from tests.flows.stories import delivered
from tests.screening.images.pictures import blocks, file

pytestmark = pytest.mark.django_db

PICTURE = file(blocks(480, 500))
SEEN = hash_media(PICTURE)
assert isinstance(SEEN.picture, ImageHash)
PDQ = SEEN.picture.pdq


@pytest.fixture(autouse=True)
def _nothing_known():
    forget_hash_lists()
    yield
    forget_hash_lists()


def known():
    open_list(
        member("ines"), "terrorism", source="An exchange", terms="For moderation only.", harm="terrorism",
        policy_ref="terms.terrorism", because="We take part.",
    )  # fmt: skip
    near = bytes([PDQ[0] ^ 0b1011, *PDQ[1:]])
    import_hashes(
        member("ines"), "terrorism", f"pdq {near.hex()}\n".encode(), source="March", because="Monthly."
    )


def posted(platform, id_="$picture"):
    post = platform.publish(id_, "look at this")
    return screen_posts("memory", [post], id_, media={id_: (SEEN,)})


def test_nobody_fetches_files_while_every_list_is_empty():
    assert not files_wanted()
    known()
    assert files_wanted()


def test_a_known_picture_is_hidden_and_a_person_learns_which_list_and_how_near(platform):
    known()
    assert posted(platform).contained == 1
    delivered()
    assert platform.hidden == {"$picture"}
    found = Finding.objects.get(rule="known-terrorist-content")
    assert found.notes == ["known_terrorist_content: terrorism, pdq, 3 bits"]
    (_, letter), = platform.letters  # fmt: skip
    assert "pdq" not in letter
    assert "bits" not in letter


def test_the_picture_is_sealed_as_it_was_posted_and_the_words_stay_what_people_read(platform):
    known()
    posted(platform)
    assert PICTURE in [contents(exhibit) for exhibit in Exhibit.objects.all()]
    post = Subject.objects.get(kind="post")
    assert look("ADA", post, because="test") == b"look at this"
    assert not any(PICTURE[:40] in bytes(exhibit.sealed) for exhibit in Exhibit.objects.all())


def test_no_entry_of_the_log_holds_a_hash(platform):
    known()
    posted(platform)
    said = "".join(str(entry.__dict__) for entry in Entry.objects.all())
    assert PDQ.hex()[:20] not in said


def test_a_disputed_hash_hides_nothing_more(platform):
    known()
    near = bytes([PDQ[0] ^ 0b1011, *PDQ[1:]])
    dispute(member("ada"), "terrorism", "pdq", near, because="It is a press photograph.")
    assert posted(platform).contained == 0
