"""What a person removed is refused when it is posted again; what was wrongly removed may be posted again."""

import hashlib
from datetime import timedelta

import msgspec
import pytest

from steelyard.cases.models import Case
from steelyard.decisions.models import Decision
from steelyard.decisions.states import Outcome
from steelyard.enforcement.connector import Ability, Operation, fingerprint
from steelyard.enforcement.models import Measure
from steelyard.evidence.marks import mark
from steelyard.flows.lift import found_wrong
from tests.flows.stories import SCAM, decided, delivered, noticed, screened

pytestmark = pytest.mark.django_db
BLOCKS = (Operation.BLOCK_CONTENT, Operation.UNBLOCK_CONTENT)


@pytest.fixture
def refusing(platform):
    """The platform of the stories, with a gate."""
    offers = tuple(
        Ability(operation=there, inverse=back, delay=timedelta(0)) for there, back in (BLOCKS, BLOCKS[::-1])
    )
    whole = platform.manifest
    platform.manifest = msgspec.structs.replace(whole, abilities=whole.abilities + offers)
    return platform


def removed(platform, id_, text=SCAM, files=()):
    """`files`: hashed when a partner's line named the post, as `take_up_lines` does."""
    platform.publish(id_, text)
    noticed(id_)
    mark(_case(id_).subject, [("sha256", one) for one in files])
    made = decided("ada", _case(id_), outcome=Outcome.REMOVE)
    delivered()
    return made


def _case(id_):
    return Case.objects.get(subject__native_id=id_)


def test_the_words_and_the_files_of_a_removed_post_are_refused_and_whoever_posts_them_reads_why(refusing):
    picture = hashlib.sha256(b"a picture of a coin").hexdigest()
    made = removed(refusing, "$scam", files=[picture])
    assert set(refusing.blocked) == {fingerprint(SCAM), picture}
    told = refusing.blocked[fingerprint(SCAM)]
    assert told["reason"].startswith(
        "This was removed by a decision and cannot be posted again. The ground: "
    )
    assert "/d/" not in told["appeal"], "the secret link is the author's own"
    assert {row.state for row in Measure.objects.filter(decision=made)} == {"confirmed"}


def test_hiding_refuses_nothing_and_neither_does_a_short_text(refusing):
    removed(refusing, "$short", "Great offer")
    screened(refusing, "$hidden", SCAM)
    delivered()
    assert refusing.blocked == {}


def test_a_removal_that_was_wrong_refuses_no_longer_unless_another_one_of_the_same_stands(refusing):
    first = removed(refusing, "$one")
    second = removed(refusing, "$two")
    assert Decision.objects.filter(outcome=Outcome.REMOVE, state="made").count() == 2
    found_wrong(first, "M-1", because="It was a quotation.", case=None)
    delivered()
    assert set(refusing.blocked) == {fingerprint(SCAM)}
    found_wrong(second, "M-1", because="So was this.", case=None)
    delivered()
    assert refusing.blocked == {}


def test_a_platform_that_cannot_refuse_is_not_asked_to(platform):
    removed(platform, "$scam")
    assert not Measure.objects.filter(operation__in=BLOCKS).exists()
