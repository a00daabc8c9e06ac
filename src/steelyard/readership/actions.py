"""Once an hour the numbers move. No ledger entry: nothing is decided about anybody, and nobody's acts are in it."""

from collections.abc import Mapping
from datetime import timedelta

from steelyard.base.clock import now
from steelyard.readership.counting import Post
from steelyard.readership.models import PostCount
from steelyard.readership.rounding import rounded

FORGOTTEN = timedelta(days=365)
"""A number that nobody added to for so long is forgotten."""


def move(counted: Mapping[Post, tuple[int, float]]) -> int:
    """Add what an hour brought: openings by post, with the post's lot. Returns how many posts were opened."""
    before = {
        (row.connector, row.post): row
        for row in PostCount.objects.filter(post__in=[post for _, post in counted])
    }
    rows = [_moved(post, *told, before.get(post)) for post, told in counted.items()]
    PostCount.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["connector", "post"],
        update_fields=["opened", "shown", "moved_on"],
        batch_size=500,
    )
    return len(rows)


def forget_old() -> int:
    """Numbers of posts that nobody opens any more. Returns how many."""
    return PostCount.objects.filter(moved_on__lt=now().date() - FORGOTTEN).delete()[0]


def _moved(post: Post, opened: int, lot: float, before: PostCount | None) -> PostCount:
    total = opened + (before.opened if before else 0)
    shown = max(before.shown if before else 0, rounded(total, lot))
    return PostCount(connector=post[0], post=post[1], opened=total, shown=shown, moved_on=now().date())
