"""`steelyard ledger`: check the log, prove an entry, see where it stands."""

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steelyard.base.errors import BadInput, NoSuchThing
from steelyard.cli.database import need_database

if TYPE_CHECKING:
    from steelyard.ledger.proof.checkpoint import Checkpoint
    from steelyard.ledger.proof.note import Key
    from steelyard.ledger.proof.verify import Report

app = typer.Typer(
    no_args_is_help=True, help="The tamper-evident log: check it, prove an entry, see its state."
)

Where = Annotated[
    str, typer.Option("--from", help="Address or folder of a log. Without it: the log of this home.")
]
Keys = Annotated[
    list[str] | None, typer.Option("--key", help="A verifier key of that log; give each of them.")
]
Seen = Annotated[
    Path | None,
    typer.Option(
        dir_okay=False,
        writable=True,
        help="A file with the checkpoint kept from before: the log must still begin with it. Updated when all is well.",
    ),
]


@app.command()
def verify(where: Where = "", key: Keys = None, seen: Seen = None) -> None:
    """Check every entry, tile and signature. Exit status 1, and the place, when something differs."""
    report = _remote(where, key or [], seen) if where else _local()
    if report.ok:
        signed = " and ".join(report.signed_by)
        sys.stdout.write(
            f"The ledger {report.origin} is whole.\n"
            f"  entries     {report.size}, each hashed again\n"
            f"  root        {report.root.hex()}\n"
            f"  tiles       {report.tiles}, each computed again\n"
            f"  signatures  {signed}\n"
            + (
                ""
                if where
                else "  database    every entry, private record, checkpoint and published day compared\n"
            )
        )
        return
    sys.stderr.write(f"The ledger {report.origin or where} does not verify.\n")
    for fault in report.faults:
        sys.stderr.write(f"  {fault.place}: {fault.what}\n")
    sys.exit(1)


def _local() -> "Report":
    need_database()
    from steelyard.ledger.audit import audit
    from steelyard.transparency.audit import audit_days

    report = audit(_progress())
    return replace(report, faults=(*report.faults, *audit_days()))


def _remote(where: str, keys: list[str], seen: Path | None) -> "Report":
    """Needs no database, no settings and no Django: what a stranger runs."""
    from steelyard.ledger.proof.note import BadNote, read_key
    from steelyard.ledger.proof.verify import verify

    try:
        known = [read_key(key) for key in keys] or _stated_keys(where)
    except (BadNote, ValueError) as fault:
        raise BadInput(str(fault), do="Copy the keys from the operator's page, each line whole.") from fault
    report = verify(where, known, earlier=_read_seen(seen), tell=_progress())
    if report.ok and seen:
        _keep_seen(seen, report.checkpoint)
    return report


def _keep_seen(file: Path, checkpoint: str) -> None:
    try:
        file.write_text(checkpoint, encoding="utf-8")
    except OSError as fault:
        why = f"{file}: {fault.strerror}."
        do = "Name a file in a folder that you can write to."
        raise BadInput("The log is whole, but its checkpoint could not be kept.", why, do) from fault


def _stated_keys(where: str) -> "list[Key]":
    from steelyard.ledger.proof.note import read_key
    from steelyard.ledger.proof.tiles import Missing, source

    try:
        keys = [read_key(line) for line in source(where).read("vkeys").decode().split()]
    except Missing as fault:
        raise NoSuchThing(
            f"No log was found at {where}.",
            f"It has no verifier keys ({fault}).",
            "Give the address of the ledger itself, such as https://example.org/ledger, or a folder with its files.",
        ) from fault
    sys.stderr.write("The keys are the log's own word. Compare them with those published elsewhere:\n")
    for key in keys:
        sys.stderr.write(f"  {key!s:.100}\n")
    return keys


def _read_seen(file: Path | None) -> "Checkpoint | None":
    from steelyard.ledger.proof.checkpoint import read_checkpoint
    from steelyard.ledger.proof.note import BadNote

    if file is None or not file.exists():
        return None
    try:
        return read_checkpoint(file.read_text(encoding="utf-8"))
    except BadNote as fault:
        raise BadInput(f"{file} is not a checkpoint.", str(fault)) from fault


@app.command()
def prove(what: Annotated[str, typer.Argument(metavar="REF|INDEX")]) -> None:
    """Print the .tlog-proof of an entry, by its reference or its place in the log."""
    need_database()
    from steelyard.base.identifiers import read_ref
    from steelyard.ledger.queries import log_state, proof_at, proof_of

    index = re.fullmatch("[0-9]{1,18}", what)
    if not index and not read_ref(what):
        raise BadInput(
            f"{what} is neither the reference of an entry nor a place in the log.",
            "A reference has 26 letters and digits; places are counted from 0.",
            "Take the reference from the case’s history, or the `id` of the entry in the log.",
        )
    found = proof_at(int(what)) if index else proof_of(read_ref(what))
    if found is None:
        raise NoSuchThing(
            "The published log has no such entry.",
            f"It has {log_state().size} entries, the first at place 0. A new one waits for the next checkpoint; the "
            "reference of a case, an order or a receipt is none of an entry.",
            "Look at `steelyard ledger status`, and try again in a few seconds.",
        )
    sys.stdout.write(found)


@app.command()
def status() -> None:
    """Where the log stands, and what waits to enter it."""
    need_database()
    from steelyard.ledger.queries import log_state, staged_count

    state = log_state()
    sys.stdout.write(
        f"{state.origin}\n  published  {state.size} entries, root {state.root.hex()}\n"
        f"  waiting    {staged_count()} entries\n"
    )


def _progress() -> Callable[[int], None]:
    """A count on the terminal while a long check runs; nothing in a log file."""
    if not sys.stderr.isatty():
        return lambda _: None
    from rich.console import Console

    line = Console(stderr=True)

    def tell(done: int) -> None:
        if done % (1 << 14) == 0:
            line.print(f"{done} entries", end="\r")

    return tell
