"""`steelyard orders`: assess an order from a file, print the schema of that file, look for bias."""

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True, help="Orders: assess one from a file, look for bias, load lists of parties."
)


class Spoken(StrEnum):
    """Languages in which an assessment speaks."""

    EN, FR, RU = "en", "fr", "ru"


@app.command()
def schema() -> None:
    """Print the JSON Schema of an order as `assess` reads it."""
    import msgspec

    from steelyard.orders.assessment import Asked
    from steelyard.orders.assessment.schema import with_names

    found = with_names(msgspec.json.schema(Asked))
    found["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())


@app.command()
def assess(
    file: Annotated[
        str, typer.Argument(help="A JSON file that keeps to the schema; - reads standard input.")
    ],
    language: Annotated[Spoken, typer.Option(help="Language of the words.")] = Spoken.EN,
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
    from steelyard.orders.assessment.schema import as_written

    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        asked = msgspec.json.decode(content, type=assessment.Asked)
    except OSError as fault:
        raise BadInput(f"{file} cannot be read.", fault.strerror or "", "Name a file.") from fault
    except msgspec.DecodeError as fault:
        raise BadInput(
            "This is no order that we can read.", str(fault), "Compare it with `steelyard orders schema`."
        ) from fault
    with override(language.value):
        found = assessment.assess(as_written(asked), seat=seat_of(config().established_in))
    typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())


@app.command()
def parties(
    file: Annotated[Path, typer.Argument(help="The list, as its publisher gives it.")],
    kind: Annotated[
        str, typer.Option(help="eu: CSV of the Union; un: XML of the United Nations; states: country,source.")
    ],
    source: Annotated[str, typer.Option(help="Who publishes it, in words that counsel can quote.")],
    name: Annotated[str, typer.Option(help="What it is called here; a list of that name is replaced.")] = "",
    dated: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its day, where the file gives none.")
    ] = None,
) -> None:
    """Load a list of parties or embargoed States: orders that touch one wait for counsel. None is shipped."""
    from steelyard.cli.database import need_database

    need_database()
    from steelyard.base.errors import BadInput
    from steelyard.orders.listed.names import load

    try:
        content = file.read_bytes()
    except OSError as fault:
        raise BadInput(f"{file} cannot be read.", fault.strerror or "", "Name a file.") from fault
    row = load(
        name or kind, kind, content, source=source, dated=dated.date() if dated else None, actor="steelyard"
    )
    typer.echo(f"{row.name}: {row.names.count()} names, of {row.dated}, SHA-256 {row.digest}")


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
