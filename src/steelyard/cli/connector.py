"""`steelyard connector check`: does a platform keep the contract? For ours and for anybody's."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from steelyard.base.errors import BadInput

if TYPE_CHECKING:
    from steelyard.enforcement.connector import Connector

app = typer.Typer(no_args_is_help=True, help="Check that a platform's connector keeps the contract.")


@app.callback()
def connector_() -> None:
    pass


@app.command()
def check(  # noqa: PLR0917 - typer fills them by name
    name: Annotated[
        str, typer.Argument(help="An attached platform (matrix, telegram, …) or a callback's address.")
    ],
    post: Annotated[
        str, typer.Option(help="Link or identifier of a post that may be hidden and brought back.")
    ] = "",
    channel: Annotated[
        str, typer.Option(help="A channel that may be frozen, taken out of the directory and put back.")
    ] = "",
    closable: Annotated[
        str, typer.Option(help="A channel that may be closed and opened, and may lose its members by it.")
    ] = "",
    account: Annotated[
        str, typer.Option(help="An account that may be muted, limited, suspended and written to.")
    ] = "",
    file: Annotated[str, typer.Option(help="The address of a posted file that may be taken away.")] = "",
    operation: Annotated[
        list[str] | None, typer.Option(help="What the callback declares; repeatable. For an address only.")
    ] = None,
    reads_back: Annotated[bool, typer.Option(help="The callback answers what a member sees.")] = True,
    sees: Annotated[
        list[str] | None,
        typer.Option(help="Of what it answers that: item, channel, account, media; repeatable."),
    ] = None,
) -> None:
    """Try each rule of the contract on a platform that is there for tests, and say which are kept.

    For an address, the secret that signs our messages is read from STEELYARD_SECRET.
    """
    from steelyard.enforcement.conformance import Subjects
    from steelyard.enforcement.conformance import check as try_all
    from steelyard.enforcement.connector import Target

    by_address = name.startswith(("http://", "https://"))
    platform = (
        _at(name, operation, tuple(sees or ["item"]) if reads_back else ()) if by_address else _attached(name)
    )
    subjects = Subjects(
        post=(platform.find(post) or Target(post, channel)) if post else None,
        channel=Target(channel, kind="channel") if channel else None,
        closable=Target(closable, kind="channel") if closable else None,
        account=Target(account, kind="account") if account else None,
        file=Target(file, kind="media") if file else None,
    )
    results = try_all(platform, subjects)
    for one in results:
        mark = {True: "kept     ", False: "BROKEN   ", None: "not tried"}[one.kept]
        print(f"{mark} {one.rule}" + (f"\n          {one.why}" if one.why else ""))
    if any(one.kept is False for one in results):
        raise typer.Exit(1)


def _attached(name: str) -> "Connector":
    import django

    from steelyard.enforcement.connector import connector

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.assembly.settings")
    django.setup()
    return connector(name)


def _at(address: str, operations: list[str] | None, sees: tuple[str, ...]) -> "Connector":
    import django

    from steelyard.enforcement.connector import connector_at

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.assembly.settings")
    django.setup()
    secret = os.environ.get("STEELYARD_SECRET", "")
    if not secret:
        raise BadInput(
            "No secret is given.", do="Put the one your callback checks with into STEELYARD_SECRET."
        )
    declared = operations or ["contain_item", "restore_item"]
    return connector_at(address, declared, sees=sees, secret=secret)
