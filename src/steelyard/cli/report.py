"""`steelyard report`: the published days, and the reports that the law asks for."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from steelyard.transparency.harmonised.period import Period

app = typer.Typer(no_args_is_help=True, help="Published days, and the reports that the law asks for.")
First = Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day, UTC.")]
Last = Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day, UTC.")]
Folder = Annotated[
    Path,
    typer.Option(
        "--out", file_okay=False, writable=True, help="A folder for the files; made where there is none."
    ),
]
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
        msgspec.json.format(
            msgspec.json.encode(draw_up(when, version=0, because="").report), indent=1
        ).decode()
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


@app.command()
def harmonised(first: First, last: Last, out: Folder) -> None:
    """Write the eleven parts of the harmonised report (Regulation (EU) 2024/2835) as CSV, and check them."""
    _ready(first)
    from steelyard.transparency.harmonised.files import write
    from steelyard.transparency.harmonised.period import Period

    period = Period(first.date(), last.date())
    for file in write(period, out):
        typer.echo(file)
    _say(out)
    _unless_over(period)


@app.command()
def yearly(first: First, last: Last, out: Folder) -> None:
    """Write the reports on orders (DSA Art. 15(1)(a)) and on terrorist content (Regulation (EU) 2021/784, Art. 7)."""
    _ready(first)
    from steelyard.transparency.harmonised.period import Period
    from steelyard.transparency.yearly import write_yearly

    period = Period(first.date(), last.date())
    for file in write_yearly(period, out):
        typer.echo(file)
    _unless_over(period)


@app.command()
def check(
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="The folder with the eleven files.")
    ],
) -> None:
    """Check a harmonised report, also after you have filled in what only you know. Ends with 1 when it is wrong."""
    _say(folder)


@app.command()
def statements_again() -> None:
    """Queue again the statements of reasons that the Transparency Database refused, once the cause is removed."""
    _ready(None)
    from steelyard.flows.submit_statements import send_again

    typer.echo(f"{send_again()} statements wait to be sent.")


def _say(folder: Path) -> None:
    from steelyard.transparency.harmonised.check import check as checked

    faults = checked(folder)
    for fault in faults:
        typer.echo(str(fault))
    wrong = sum(not fault.missing for fault in faults)
    typer.echo(f"{wrong} faults; {len(faults) - wrong} facts that only you know are still blank.")
    if wrong:
        raise typer.Exit(1)


def _unless_over(period: "Period") -> None:
    """What is counted before the last day is over will be more."""
    from steelyard.base.clock import now

    if now() < period.over:
        typer.echo(
            f"These are the numbers so far: the period is over after {period.last} (UTC). Write it again then."
        )


def _ready(which: datetime | None) -> date:
    from steelyard.base.clock import now
    from steelyard.cli.database import need_database

    need_database()
    return which.date() if which else now().date()
