"""`steelyard market COUNTRY`: where the service stands in one country."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from steelyard.flows.look_at_market import Market


def market(
    country: Annotated[str, typer.Argument(help="Two letters, ISO 3166-1.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    language: Annotated[str, typer.Option(help="Language of the words: en, fr or ru.")] = "en",
) -> None:
    """Open orders, cases, fines, red lines, who is there, what serving or leaving changes. Unknown stays unknown."""
    from steelyard.cli.database import need_database

    need_database()
    import msgspec
    from django.utils.translation import override

    from steelyard.flows.look_at_market import look_at_market

    with override(language):
        found = look_at_market(country, language=language)
        if as_json:
            typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
        else:
            _say(found)


def _say(found: "Market") -> None:
    typer.echo(f"{found.name} ({found.country}), {found.at:%Y-%m-%d %H:%M} UTC")
    typer.echo(f"Served: {'unknown' if found.served is None else 'yes' if found.served else 'no'}")
    if found.standing:
        typer.echo(
            f"Leaving: {found.standing.state}, window until {found.standing.window_until or 'unknown'}"
        )
        for step in found.standing.steps:
            typer.echo(f"  {step['platform']}: {step['what']}, {step['state']} {step['error']}".rstrip())
    for orders in found.orders:
        due = f"{orders.next_due:%Y-%m-%d %H:%M} UTC" if orders.next_due else "no clock runs"
        typer.echo(f"Open orders, {orders.instrument}: {orders.open}, first clock: {due}")
    if not found.orders:
        typer.echo("Open orders: none")
    typer.echo(f"Refusals: {found.refusals}; attempts at a red line: {found.red_line_attempts}")
    for what, numbers in (("Open matters", found.matters), ("Fines", found.fines)):
        typer.echo(
            f"{what}: {', '.join(f'{n} {kind}' for kind, n in numbers.items()) or 'none in our register'}"
        )
    for one in found.platforms:
        typer.echo(
            f"On {one.name}: accounts {one.accounts}, public channels {one.channels}. {one.why_not}".rstrip()
        )
    if not found.platforms:
        typer.echo("Accounts: unknown; public channels: unknown (no platform is attached)")
    for title, lines in (("If served", found.if_served), ("If left", found.if_left)):
        typer.echo(f"{title}:")
        for line in lines:
            typer.echo(f"  - {line}")
    for cited in found.rests_on:
        typer.echo(f"[{cited.status}] {cited.what} {cited.value}: {cited.source}")
    typer.echo(found.excludes)
