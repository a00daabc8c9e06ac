"""`steelyard screen`: JSON Lines in, one verdict line out for each; and training a learned signal."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer
import typer.core

from steelyard.base.errors import BadInput

if TYPE_CHECKING:
    from steelyard.screening.engine import Item, Screen

BATCH = 1000
MAX_LINE = 64 * 1024 * 1024
"""Bytes. A longer line gets an error and is skipped, so that one line cannot fill the memory."""


class FileFirst(typer.core.TyperGroup):
    """`steelyard screen posts.jsonl` means `steelyard screen file posts.jsonl`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["file", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=FileFirst,
    no_args_is_help=True,
    help="Screen a file of posts: `steelyard screen posts.jsonl`; or train a learned signal: "
    "`steelyard screen train decided.jsonl`.",
)


@app.command("file")
def screen_file(
    posts: Annotated[
        Path, typer.Argument(help='JSON Lines: {"id", "text", "surface", "facts"}; “-” reads standard input.')
    ],
    policy: Annotated[
        Path | None, typer.Option(help="A policy folder; the starter policy if left out.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write here, and carry on from where an earlier run stopped.")
    ] = None,
) -> None:
    """One verdict line for each line: {"id", "action", "rules", "signals", "spans"}, or an "error"."""
    from steelyard.screening.engine import STARTER, load_screen

    source = _opened(posts)
    screen = load_screen(policy or STARTER, fast=_many(posts))
    done = _resume(out, screen.version) if out else 0
    target = out.open("ab") if out else sys.stdout.buffer
    size = posts.stat().st_size if str(posts) != "-" else 0
    with _Progress(size) as progress:
        for batch in _batches(source, done):
            target.write(b"".join(line + b"\n" for line in _verdicts(screen, batch)))
            target.flush()
            progress.at(batch[-1][0], sum(len(line) for _, line in batch))


@app.command()
def replay(
    against: Annotated[Path, typer.Option(help="The policy folder to try.")],
    sample: Annotated[
        bool, typer.Option(help="Also on the sealed sample of the stream, if there is one.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """What another policy would have done with what was found: by language and surface. Decides nothing."""
    from steelyard.cli.database import need_database
    from steelyard.screening.engine import load_screen

    screen = load_screen(against)  # its faults are told before the database is asked for
    need_database()
    import msgspec

    from steelyard.flows.replay import replay as over_the_past

    told = over_the_past(screen, sample=sample)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    else:
        sys.stdout.write(_shown(told))


def _shown(told: Any) -> str:
    head = ("language", "surface", "posts", "newly contained", "no longer", "newly asked", "no longer asked")
    rows = [
        (each.language or "?", each.surface, each.posts, each.newly_contained, each.no_longer_contained,
         each.newly_asked, each.no_longer_asked)
        for each in told.lines
    ]  # fmt: skip
    shown = [f"Policy {told.policy}, tried on {told.posts} posts; the words of {told.gone} are erased.\n"]
    shown += ["  ".join(str(cell).ljust(15) for cell in row).rstrip() + "\n" for row in (head, *rows)]
    shown += [f"{rule}: {was} then, {now} now\n" for rule, (was, now) in told.rules.items() if was != now]
    shown += [f"Treated otherwise: {', '.join(told.changed)}\n"] if told.changed else []
    return "".join(shown)


@app.command()
def train(
    decided: Annotated[
        Path, typer.Argument(help='JSON Lines: {"text", "harmful": true or false, "language"}.')
    ],
    out: Annotated[Path, typer.Option(help="Where the model goes, such as POLICY/models/spam.npz.")],
    about: Annotated[str, typer.Option(help="What it learned from; shown beside its figures.")],
) -> None:
    """Train a learned signal from decided texts and show what it gets right before anybody uses it."""
    from steelyard.base import clock
    from steelyard.cli.check import measured_line
    from steelyard.screening.engine.training import Decided, save, train

    examples = []
    for number, line in _lines(_opened(decided), 0):
        row = _row(line)
        if not isinstance(row.get("text"), str) or not isinstance(row.get("harmful"), bool):
            raise BadInput(
                f"Line {number} of {decided.name} is no decided text.",
                "It needs “text” (a string) and “harmful” (true or false).",
                "Correct that line and train again.",
            )
        examples.append(Decided(row["text"], row["harmful"], str(row.get("language", ""))))
    trained = train(examples, about=about, on=f"{clock.now():%Y-%m-%d}")
    save(trained, out)
    sys.stdout.write("".join(measured_line(row) for row in trained.card["measured"]))


MANY = 20_000_000
"""Bytes from which compiling first is worth its seconds."""


def _many(file: Path) -> bool:
    return str(file) != "-" and file.exists() and file.stat().st_size > MANY


def _opened(file: Path) -> BinaryIO:
    if str(file) == "-":
        return sys.stdin.buffer
    try:
        return file.open("rb")
    except OSError as fault:
        raise BadInput(f"{file} cannot be read.", f"{fault.strerror}.", "Name a JSON Lines file.") from fault


def _lines(source: BinaryIO, skip: int) -> Iterator[tuple[int, bytes]]:
    """(number from 1, line) after the first `skip`; of a line that is too long, only its beginning."""
    number = 0
    while line := source.readline(MAX_LINE):
        number += 1
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = source.readline(MAX_LINE)
        if number > skip:
            yield number, line


def _batches(source: BinaryIO, skip: int) -> Iterator[list[tuple[int, bytes]]]:
    """Up to BATCH lines, fewer where they are long."""
    batch: list[tuple[int, bytes]] = []
    size = 0
    for number, line in _lines(source, skip):
        batch.append((number, line))
        size += len(line)
        if len(batch) >= BATCH or size > MAX_LINE // 8:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _row(line: bytes) -> dict[str, Any]:
    """One line as a mapping. Bytes that are no UTF-8 become U+FFFD; lone surrogates pass. Raises BadInput."""
    import json

    if len(line) >= MAX_LINE:
        raise BadInput(f"This line is longer than {MAX_LINE} bytes.")
    try:
        row = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as fault:
        raise BadInput(f"This line is not JSON: {fault}.") from None
    if not isinstance(row, dict):
        raise BadInput("Expected one JSON object on this line.")
    return row


def _verdicts(screen: "Screen", batch: list[tuple[int, bytes]]) -> list[bytes]:
    """One line for each, in order: a line that cannot be screened says why instead of vanishing."""
    import msgspec

    from steelyard.screening.engine import Item

    answers: list[dict[str, Any]] = []
    items: list[tuple[int, Item]] = []
    for number, line in batch:
        answer: dict[str, Any] = {"id": None, "action": None, "rules": [], "signals": {}, "spans": []}
        try:
            row = _row(line)
            answer["id"] = row.get("id")
            items.append((len(answers), _item(row)))
        except BadInput as fault:
            answer["error"] = f"Line {number}: {fault}"
        answers.append(answer)
    for (place, _), verdict in zip(items, screen.screen([item for _, item in items]), strict=True):
        told = msgspec.to_builtins(verdict)
        answers[place] = told | {"id": answers[place]["id"]}
    return [_encoded(answer) for answer in answers]


def _item(row: dict[str, Any]) -> "Item":
    from steelyard.screening.engine import Item

    text, facts = row.get("text"), row.get("facts", {})
    if not isinstance(row.get("id"), str | int) or isinstance(row.get("id"), bool):
        raise BadInput("Expected an “id”: a string or a whole number.")
    if not isinstance(text, str):
        raise BadInput("Expected a “text”: a string.")
    if not isinstance(facts, dict):
        raise BadInput("Expected “facts” to be an object.")
    return Item(str(row["id"]), text, str(row.get("surface", "public_channel")), facts)


def _encoded(answer: dict[str, Any]) -> bytes:
    import json

    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")


def _resume(out: Path, version: str) -> int:
    """How many lines an earlier run has answered. A half-written last line is taken back."""
    import json

    if not out.exists():
        return 0
    content = out.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        with out.open("r+b") as opened:
            opened.truncate(len(whole))
    earlier = {json.loads(line).get("policy", version) for line in whole.splitlines()[:50]}
    if earlier - {version}:
        raise BadInput(
            f"{out.name} was begun with another policy.",
            f"It holds verdicts of {', '.join(sorted(earlier - {version}))}; this policy is {version}.",
            "Name another --out, or remove that file.",
        )
    return whole.count(b"\n")


class _Progress:
    """A bar on standard error where somebody looks at it; nothing otherwise."""

    def __init__(self, size: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        columns = (BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
        self._bar = Progress(*columns, console=console, disable=not console.is_terminal)
        self._task = self._bar.add_task("0 screened", total=size or None)
        self._count = 0

    def __enter__(self) -> "_Progress":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
        sys.stderr.write(f"{self._count} screened\n")

    def at(self, count: int, advance: int) -> None:
        self._count = count
        self._bar.update(self._task, advance=advance, description=f"{count} screened")
