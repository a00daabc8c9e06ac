"""Work by the clock."""

from django.core.management import call_command
from procrastinate.contrib.django import app


@app.periodic(cron="17 3 * * *")
@app.task
def clear_sessions(timestamp: int) -> None:
    """Once a night, forget sessions that have expired."""
    call_command("clearsessions")
