"""By the clock."""

from procrastinate.contrib.django import app


@app.periodic(cron="50 1 * * *")
@app.task(queueing_lock="forget_old_counts", retry=3)
def forget_old_counts(timestamp: int) -> int:
    """Each night: numbers of posts that nobody opened for a year. Safe to run again."""
    from steelyard.readership.actions import forget_old

    return forget_old()
