"""`steelyard orders`: assess an order from a file, print the schema of that file, look for bias."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Orders: assess one from a file, look for bias. Stores nothing.")


@app.command()
def schema() -> None:
    """Print the JSON Schema of an order as `assess` reads it."""
    import msgspec

    from steelyard.orders.assessment import Asked

    found = msgspec.json.schema(Asked)
    found["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())


@app.command()
def assess(
    file: Annotated[
        str, typer.Argument(help="A JSON file that keeps to the schema; - reads standard input.")
    ],
    language: Annotated[str, typer.Option(help="Language of the words: en, fr or ru.")] = "en",
) -> None:
    """Assess one order and print every check as JSON: the same code as at the desk. Stores nothing."""
    import django

    django.setup()
    import msgspec
    from django.utils.translation import override

    from steelyard.base.config import config
    from steelyard.base.errors import BadInput
    from steelyard.orders import assessment
    from steelyard.orders.assessment.clocks import seat_of

    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        asked = msgspec.json.decode(content, type=assessment.Asked)
    except OSError as fault:
        raise BadInput(f"{file} cannot be read.", fault.strerror or "", "Name a file.") from fault
    except msgspec.DecodeError as fault:
        raise BadInput(
            "This is no order that we can read.", str(fault), "Compare it with `steelyard orders schema`."
        ) from fault
    with override(language):
        found = assessment.assess(asked, seat=seat_of(config().established_in))
    typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())


@app.command()
def consistency(
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="By the law of this day.")
    ] = None,
    law: Annotated[
        Path | None, typer.Option(help="Another folder of law files; the rulebook's own if left out.")
    ] = None,
    decided: Annotated[
        bool, typer.Option(help="Also on the latest decided orders of this house (needs its database).")
    ] = False,
) -> None:
    """Swap country, language, requester and politics and compare. Ends with 1 when a bias is found."""
    import django

    django.setup()
    import msgspec

    from steelyard.base.clock import now
    from steelyard.flows.compare_orders import compare_decided
    from steelyard.orders.consistency import compare
    from steelyard.rulebook.law import LAW, law_on

    of_the_day = law_on(day.date() if day else now().date(), law or LAW)
    report = compare_decided(of_the_day) if decided else compare(of_the_day)
    typer.echo(msgspec.json.format(msgspec.json.encode(report), indent=1).decode())
    if report.biased:
        raise typer.Exit(1)
