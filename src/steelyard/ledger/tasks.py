"""What the ledger does by the clock."""

from procrastinate.contrib.django import app


@app.periodic(cron="0 * * * *")
@app.task(queueing_lock="sealed_log", retry=10)
def write_sealed_log(timestamp: int) -> bool:
    """Every hour, whether anything is sealed or not. Safe to run again."""
    from steelyard.ledger.sealing import round_of_the_hour

    return round_of_the_hour()
