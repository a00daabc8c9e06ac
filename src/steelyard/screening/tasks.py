"""Screening's work by the clock."""

from procrastinate.contrib.django import app


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="forget_sights")
def forget_old_sights(timestamp: int) -> int:
    """Once an hour: fingerprints of screened posts are deleted when their time is over. Returns how many."""
    from steelyard.screening.actions import forget_sights

    return forget_sights()


@app.periodic(cron="37 * * * *")
@app.task(queueing_lock="forget_samples")
def forget_old_samples(timestamp: int) -> int:
    """Once an hour: days of the sample that are over are erased. Returns how many."""
    from steelyard.screening.sample import forget_samples

    return forget_samples()
