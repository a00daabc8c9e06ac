"""Hands out a notice to whoever holds its link."""

from steelyard.base.identifiers import fingerprint
from steelyard.notices.models import Notice
from steelyard.people.access import nothing_here


def notice_behind(token: str) -> Notice:
    """The notice whose receipt's link carries `token`. Raises NoSuchThing."""
    found = Notice.objects.select_related("key").filter(follow_token=fingerprint(token)).first()
    if found is None:
        raise nothing_here()
    return found
