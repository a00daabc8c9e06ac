"""`steelyard doctor`: each thing that has to hold, whether it does, and what to do when it does not."""

import json
from collections.abc import Callable, Iterable
from typing import Annotated

import typer

from steelyard.cli.health import Grade, Line


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For machines: one JSON list.")] = False,
) -> None:
    """Say what is well, what is not, and what to do. Ends with 1 when something has failed."""
    lines = [line for check in _checks() for line in _safely(check)]
    if as_json:
        print(json.dumps([{"grade": line.grade, "what": line.what, "do": line.do} for line in lines]))
    else:
        for line in lines:
            print(f"{line.grade:<4}  {line.what}" + (f"\n      {line.do}" if line.do else ""))
    raise typer.Exit(any(line.grade == Grade.FAIL for line in lines))


def _checks() -> Iterable[Callable[[], Iterable[Line]]]:
    from steelyard.cli import health
    from steelyard.cli.health_contacts import contact_points
    from steelyard.cli.health_mail import mail
    from steelyard.cli.health_oncall import on_call
    from steelyard.cli.health_parties import parties
    from steelyard.cli.health_screening import classifiers, stream
    from steelyard.cli.health_statements import statements

    yield health.settings
    yield health.secrets
    yield health.space
    yield health.processes
    yield health.worker
    yield health.signer
    found = list(health.database())
    yield lambda: found
    if any(line.grade == Grade.FAIL for line in found):
        return
    import django

    django.setup()
    yield health.clocks
    yield on_call
    yield health.migrations
    yield health.jobs
    yield health.waiting_posts
    yield stream
    yield classifiers
    yield health.outbox
    yield statements
    yield parties
    yield health.ledger
    yield health.platforms
    yield contact_points
    yield mail


def _safely(check: Callable[[], Iterable[Line]]) -> list[Line]:
    """One broken check must not hide the others."""
    try:
        return list(check())
    except Exception as fault:
        return [Line(Grade.FAIL, f"The check “{check.__name__}” broke: {type(fault).__name__}: {fault}")]
