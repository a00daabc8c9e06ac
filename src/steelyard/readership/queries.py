"""The numbers beside posts."""

from collections.abc import Sequence

from steelyard.readership.models import PostCount


def shown_for(connector: str, posts: Sequence[str]) -> dict[str, int]:
    """By post, how often it was opened at least; a post of which nothing is said is left out."""
    found = PostCount.objects.filter(connector=connector, post__in=posts, shown__gt=0)
    return dict(found.values_list("post", "shown"))
