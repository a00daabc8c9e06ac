import pytest

from steelyard.base.errors import Broken, NoSuchThing
from steelyard.evidence.actions import contents, keep, look
from steelyard.evidence.models import Exhibit, Look
from steelyard.ledger.models import Entry
from steelyard.subjects.actions import PostFacts, know_post
from steelyard.vault.actions import destroy
from tests.cast import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    return know_post(PostFacts("memory", "$1", "!market:home", "@uma:home", channel_name="Market"))


def test_the_same_content_is_kept_once_and_an_edit_beside_it(post):
    first = keep(post, b"Earn money", origin="stream")
    assert keep(post, b"Earn money", origin="notice") == first
    edited = keep(post, b"Earn more money", origin="stream")
    assert [contents(exhibit) for exhibit in Exhibit.objects.order_by("pk")] == [
        b"Earn money",
        b"Earn more money",
    ]
    assert first.commitment != edited.commitment
    assert Entry.objects.filter(verb="evidence:exhibit:kept").count() == 2


def test_the_same_words_of_two_people_have_commitments_that_cannot_be_matched(post):
    other = know_post(PostFacts("memory", "$2", "!market:home", "@omar:home"))
    one, two = keep(post, b"Earn money", origin="stream"), keep(other, b"Earn money", origin="stream")
    assert one.commitment != two.commitment


def test_once_the_key_is_erased_nobody_reads_it_again(post):
    exhibit = keep(post, b"Earn money", origin="stream")
    destroy(post.key)
    again = Exhibit.objects.select_related("subject__key").get(pk=exhibit.pk)
    with pytest.raises(NoSuchThing, match="erased"):
        contents(again)
    with pytest.raises(NoSuchThing, match="erased"):
        look(member("ada").ref, again.subject, because="case")
    assert b"Earn money" not in bytes(again.sealed)
    assert again.commitment == exhibit.commitment


def test_a_copy_that_was_moved_to_another_post_does_not_open(post):
    other = know_post(PostFacts("memory", "$2", "!market:home", "@omar:home"))
    exhibit = keep(post, b"Earn money", origin="stream")
    Exhibit.objects.filter(pk=exhibit.pk).update(subject=other)
    with pytest.raises(Broken):
        contents(Exhibit.objects.get(pk=exhibit.pk))


def test_a_look_shows_the_newest_copy_and_leaves_a_line(post):
    keep(post, b"Earn money", origin="stream")
    newest = keep(post, b"Earn more money", origin="stream")
    ada = member("ada")
    assert look(ada.ref, post, because="case 1") == b"Earn more money"
    seen = Look.objects.get()
    assert (seen.exhibit, seen.member, seen.because) == (newest, ada.ref, "case 1")
    assert Entry.objects.filter(verb="evidence:exhibit:looked").count() == 1


def test_what_was_never_seen_has_no_copy(post):
    with pytest.raises(NoSuchThing, match="No copy"):
        look(member("ada").ref, post, because="case")
    assert not Look.objects.exists()
