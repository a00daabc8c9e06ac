"""What the operator says beside a post is read in the messenger."""

import pytest

from steelyard.enforcement.connector import Operation, Target, connector

pytestmark = pytest.mark.django_db


def test_a_label_is_read_beside_the_post_and_the_post_is_as_it_was(attached, person):
    uma = attached.person("uma-labels")
    room = attached.channel(uma, alias="disputed-news")
    post = attached.say(uma, room, "The bridge is closed for ever")
    told = {"label": "disputed", "text": "The town denies this."}
    connector("matrix").act(Operation.LABEL_ITEM, Target(post, room), key="l", params=told)
    reader = person("rita-labels").come_in().open("/channels").enters("Disputed-News")
    reader.sees("The bridge is closed for ever")
    line = reader.page.locator(".m-post", has_text="The bridge is closed")
    assert line.get_by_role("note").inner_text() == "The operator says: The town denies this."
