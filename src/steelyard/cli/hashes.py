"""`steelyard hashes`: hash lists from files. Nothing here says whether a file is listed."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True, help="Hash lists: open, take in, hand on, refuse at upload.")
Handle = Annotated[str, typer.Option("--as", help="Your handle: who did it stands in the log.")]
Name = Annotated[str, typer.Argument(help="The list's name.")]
Because = Annotated[str, typer.Option(help="Why, in a sentence; kept in the log.")]


def _member(handle: str) -> Any:
    from steelyard.cli.database import need_database

    need_database()
    from steelyard.people.queries import member_at_the_machine

    return member_at_the_machine(handle)


@app.command("list")
def list_(handle: Handle) -> None:
    """Each list with its source and how many hashes are in force, disputed and refused at upload."""
    member = _member(handle)
    from steelyard.screening.access import hash_lists_for

    for line in hash_lists_for(member):
        refused = ", refused at upload" if line.row.refused else ""
        print(
            f"{line.row.name}: {line.in_force} in force, {line.disputed} disputed{refused}; {line.row.source}"
        )


@app.command("open")
def open_(  # noqa: PLR0917 - the command line names each of them
    name: Name,
    handle: Handle,
    source: Annotated[str, typer.Option(help="Who gives it.")],
    terms: Annotated[str, typer.Option(help="Its terms of use.")],
    harm: Annotated[str, typer.Option(help="The harm, as the rulebook calls it.")],
    policy_ref: Annotated[str, typer.Option(help="The rule of the terms, as in terms.spam.")],
    because: Because,
) -> None:
    """Open an empty list."""
    member = _member(handle)
    from steelyard.screening.hashlists import open_list

    open_list(member, name, source=source, terms=terms, harm=harm, policy_ref=policy_ref, because=because)


@app.command("import")
def import_(
    name: Name,
    file: Annotated[Path, typer.Argument(help="CSV, lines or JSON of the threatexchange library.")],
    handle: Handle,
    source: Annotated[str, typer.Option(help="Where this file comes from.")],
    because: Because,
) -> None:
    """Take a file in, whole or not at all."""
    member = _member(handle)
    from steelyard.base.errors import BadInput
    from steelyard.screening.hashlists import import_hashes

    try:
        content = file.read_bytes()
    except OSError as fault:
        raise BadInput(f"{file} cannot be read.", fault.strerror or "", "Name a file.") from fault
    counts = import_hashes(member, name, content, source=source, because=because)
    print(f"{counts['new']} new, {counts['changed']} changed, {counts['skipped']} of other kinds")


@app.command("export")
def export_(name: Name, file: Annotated[Path, typer.Argument()], handle: Handle, because: Because) -> None:
    """Write a list as CSV, readable by you alone."""
    member = _member(handle)
    from steelyard.base.files import write_private
    from steelyard.screening.hashlists import export_hashes

    write_private(file, export_hashes(member, name, because=because).encode())


@app.command()
def refuse(
    name: Name, handle: Handle, because: Because, off: Annotated[bool, typer.Option("--off")] = False
) -> None:
    """Have files exactly on a list refused before they are kept; --off ends that."""
    member = _member(handle)
    from steelyard.screening.hashlists import refuse_files

    refuse_files(member, name, refused=not off, because=because)


def _moved(move: str) -> Callable[..., None]:
    def moved(
        name: Name,
        kind: Annotated[str, typer.Argument(help="pdq, sha256 or md5")],
        value: Annotated[str, typer.Argument(help="The hash, hexadecimal.")],
        handle: Handle,
        because: Because,
    ) -> None:
        member = _member(handle)
        from steelyard.base.errors import BadInput
        from steelyard.screening import hashlists

        try:
            content = bytes.fromhex(value)
        except ValueError:
            raise BadInput("This is no hash.", "It is not hexadecimal.", "Copy it from its source.") from None
        getattr(hashlists, move)(member, name, kind, content, because=because)

    moved.__doc__ = f"{move.capitalize()} one hash."
    return moved


for _move in ("dispute", "confirm", "reject", "withdraw"):
    app.command(_move)(_moved(_move))
