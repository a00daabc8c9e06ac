"""`steelyard receipt`: check a receipt somebody holds, without its operator and without a database."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steelyard.base.errors import BadInput, NoSuchThing

if TYPE_CHECKING:
    from steelyard.ledger.proof.note import Key
    from steelyard.ledger.proof.submission import Submission

app = typer.Typer(no_args_is_help=True, help="Receipts: check one that you hold.")


@app.callback()
def _group() -> None:
    """Receipts: check one that you hold."""


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="The receipt, as it was handed out (receipt-….json).")],
    key: Annotated[
        list[str] | None, typer.Option("--key", help="A verifier key of the operator; give both of them.")
    ] = None,
    where: Annotated[
        str, typer.Option("--from", help="Address or folder of the operator's ledger, to take the keys from.")
    ] = "",
    proof: Annotated[
        Path | None,
        typer.Option(help="The receipt's .tlog-proof: then its place in the ledger is checked too."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines: one JSON object.")] = False,
) -> None:
    """Say whether a receipt is genuine and unchanged. Exit status 1 when it is not."""
    from steelyard.ledger.proof.note import BadNote
    from steelyard.ledger.proof.submission import (
        NotReceipt,
        OtherContent,
        verify_entered,
        verify_submission,
    )

    keys = _keys(key or [], where)
    try:
        found = verify_submission(_read(file), keys)
        place = verify_entered(found, _read(proof).decode(errors="replace"), keys) if proof else None
    except (NotReceipt, OtherContent, BadNote) as fault:
        if as_json:
            print(json.dumps({"valid": False, "why": str(fault)}))
        else:
            sys.stderr.write(f"This receipt does not verify: {fault}\n")
        raise typer.Exit(1) from fault
    print(json.dumps(_facts(found, place)) if as_json else _told(found, place))


def _facts(found: "Submission", place: int | None) -> dict[str, object]:
    return {"valid": True, **found.body, "digest": found.digest, "ledger_index": place}


def _told(found: "Submission", place: int | None) -> str:
    body = found.body
    lines = [
        "This receipt is genuine and unchanged.",
        f"  service     {body['service']} ({body['address']})",
        f"  reference   {body['ref']}",
        f"  what        {body['what']}, by {body['door']}",
        f"  arrived     {body['received_at']}",
        f"  answer by   {body['answer_by'] or 'without undue delay'}"
        + (f" ({body['clock_source']})" if body["clock_source"] else ""),
        f"  ledger      {'entry ' + str(place) if place is not None else 'not checked: give --proof'}",
    ]
    return "\n".join(lines)


def _keys(given: list[str], where: str) -> "list[Key]":
    from steelyard.ledger.proof.note import BadNote, read_key
    from steelyard.ledger.proof.tiles import Missing, source

    if not given and not where:
        raise BadInput(
            "A receipt is checked against its operator's keys.", "None was given.",
            "Give both with --key, or --from with the address of the operator's ledger.",
        )  # fmt: skip
    try:
        lines = given or source(where).read("vkeys").decode().split()
        return [read_key(line) for line in lines]
    except Missing as fault:
        raise NoSuchThing(
            "No ledger was found there.", str(fault), "Give the address of its folder."
        ) from fault
    except (BadNote, ValueError) as fault:
        raise BadInput(str(fault), do="Copy the keys from the operator's page, each line whole.") from fault


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise NoSuchThing(f"{file} cannot be read.", str(fault.strerror)) from fault
