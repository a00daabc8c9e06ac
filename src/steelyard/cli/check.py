"""`steelyard check`: is this screening policy, or the rulebook, fit for use, and if not, where exactly."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from steelyard.screening.engine import Policy


def check(
    what: Annotated[
        str,
        typer.Argument(
            metavar="[POLICY | rulebook]",
            help="A policy folder (the starter policy if left out), or the word rulebook: the facts of law.",
        ),
    ] = "",
    models: Annotated[
        bool, typer.Option(help="Show what each learned signal was measured to get right.")
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option(metavar="POLICY", help="Show what changes against that policy, in force or older."),
    ] = None,
) -> None:
    """Check a screening policy: every problem with its file, line and column. Ends with 1 if so.

    `check rulebook` proves that every fact of law has a source and a status, every clock an article, every
    rule a test. A folder of that name is meant by ./rulebook.
    """
    if what == "rulebook":
        _rulebook()
        return
    policy = Path(what) if what else None
    from steelyard.screening.engine import STARTER

    checked = _checked(policy or STARTER)
    sys.stdout.write(_summary(checked))
    if models:
        sys.stdout.write("".join(_cards(checked)))
    if against:
        sys.stdout.write(_changes(_checked(against), checked))


def _checked(folder: Path) -> "Policy":
    from steelyard.screening.engine import PolicyProblems, load_policy

    try:
        return load_policy(folder)
    except PolicyProblems as fault:
        for problem in fault.problems:
            at = problem.place
            sys.stderr.write(f"{folder / at.file}:{at.line}:{at.column}: {problem.what}\n")
        count = len(fault.problems)
        sys.stderr.write(f"{count} problem{'s' * (count != 1)}. Nothing was changed.\n")
        raise typer.Exit(1) from None


def _changes(old: "Policy", new: "Policy") -> str:
    from steelyard.screening.engine.differences import differences

    found = differences(old, new)
    head = f"Against {old.name}, version {old.version}: {len(found)} change{'s' * (len(found) != 1)}.\n"
    return head + "".join(f"  {line}\n" for line in found)


def _rulebook() -> None:
    from steelyard.rulebook.proving import counted, problems

    wrong = problems()
    for line in wrong:
        sys.stderr.write(f"{line}\n")
    if wrong:
        sys.stderr.write(f"{len(wrong)} problem{'s' * (len(wrong) != 1)}.\n")
        raise typer.Exit(1)
    found = counted()
    sys.stdout.write(
        f"The rulebook is whole: {sum(found.values())} statements of law. {found['verified']} were read in the "
        f"primary text, {found['secondary']} in a secondary source; {found['memory']} rest on memory and wait "
        f"for a lawyer; {found['house']} are the service's own rules.\n"
    )


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
