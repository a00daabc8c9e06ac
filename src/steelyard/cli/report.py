"""`steelyard report`: the published days."""

from datetime import date, datetime
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Published days: read one, publish one.")
Day = Annotated[datetime | None, typer.Argument(formats=["%Y-%m-%d"], help="The day, UTC. Default: today.")]


@app.command()
def day(
    which: Day = None,
    version: Annotated[int, typer.Option(help="An earlier version; 0 is the newest.")] = 0,
) -> None:
    """Print a published day as JSON, byte for byte as on the public site."""
    when = _ready(which)
    from steelyard.transparency.queries import day as published
    from steelyard.transparency.queries import file_of

    content, _ = file_of(when, published(when, version).version, "report.json")
    typer.echo(content.decode())


@app.command()
def count(which: Day = None) -> None:
    """Count a day from the ledger and print it, without publishing anything."""
    when = _ready(which)
    import msgspec

    from steelyard.transparency.actions import draw_up

    typer.echo(
        msgspec.json.format(msgspec.json.encode(draw_up(when, version=0, because="")), indent=1).decode()
    )


@app.command()
def publish(
    which: Day = None,
    because: Annotated[str, typer.Option(help="Why a day that was published is corrected.")] = "",
) -> None:
    """Publish a day, or a corrected version of it. The same numbers are published once."""
    when = _ready(which)
    from steelyard.flows.publish_day import publish_day

    row = publish_day(when, because=because)
    typer.echo(f"{row.day} version {row.version}, SHA-256 {row.digest}")


def _ready(which: datetime | None) -> date:
    from steelyard.base.clock import now
    from steelyard.cli.database import need_database

    need_database()
    return which.date() if which else now().date()
