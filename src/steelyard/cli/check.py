"""`steelyard check`: is this screening policy fit for use, and if not, where exactly."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from steelyard.screening.engine import Policy


def check(
    policy: Annotated[
        Path | None, typer.Argument(help="A policy folder; the starter policy if left out.")
    ] = None,
    models: Annotated[
        bool, typer.Option(help="Show what each learned signal was measured to get right.")
    ] = False,
) -> None:
    """Check a screening policy: every problem with its file, line and column. Ends with 1 when there is one."""
    from steelyard.screening.engine import STARTER, PolicyProblems, load_policy

    folder = policy or STARTER
    try:
        checked = load_policy(folder)
    except PolicyProblems as fault:
        for problem in fault.problems:
            at = problem.place
            sys.stderr.write(f"{folder / at.file}:{at.line}:{at.column}: {problem.what}\n")
        count = len(fault.problems)
        sys.stderr.write(f"{count} problem{'s' * (count != 1)}. Nothing was changed.\n")
        raise typer.Exit(1) from None
    sys.stdout.write(_summary(checked))
    if models:
        sys.stdout.write("".join(_cards(checked)))


def _summary(policy: "Policy") -> str:
    from collections import Counter

    states = Counter(rule.state.value for rule in policy.rules)
    kinds = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    return (
        f"Policy {policy.name}, version {policy.version}: {len(policy.signals)} signals, "
        f"{len(policy.rules)} rules ({kinds}). No problems.\n"
    )


def _cards(policy: "Policy") -> list[str]:
    from steelyard.screening.engine.learned import Weights

    lines = []
    for signal in policy.signals:
        if signal.model:
            card = Weights(signal.model.file).card
            lines.append(f"\n{signal.name} (fires from {signal.model.threshold}): {card['about']}\n")
            lines.append(
                f"trained on {card['trained_on']} from {card['texts']} texts, {card['harmful']} harmful\n"
            )
            lines += [measured_line(row) for row in card["measured"]]
    return lines


def measured_line(row: dict[str, float | str]) -> str:
    """One row of a model's card, for people."""
    return (
        f"  {row['language']:<4} from {row['threshold']}: found {row['found']} of {row['harmful']} harmful, "
        f"and {row['false']} of {row['ordinary']} ordinary ones by mistake\n"
    )
