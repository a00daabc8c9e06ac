"""Work that belongs to the house as a whole."""

from procrastinate.contrib.django import app

KILLED_AFTER = 60.0  # seconds without a sign of life from the worker that held the job


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="retry_stalled_jobs", pass_context=False)
async def retry_stalled_jobs(timestamp: int) -> int:
    """A killed worker's jobs stay “doing” for ever unless somebody puts them back. Returns how many."""
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=KILLED_AFTER)
    count = 0
    for job in stalled:
        await app.job_manager.retry_job(job)
        count += 1
    return count
