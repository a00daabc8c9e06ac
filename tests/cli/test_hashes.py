"""The operator takes hash lists in and hands them on, and is told what went wrong in words."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from steelyard.assembly.main import app
from steelyard.base.errors import BadInput, NoSuchThing
from steelyard.ledger.models import Entry
from steelyard.screening.hashlists import forget_hash_lists
from tests.cast import member

pytestmark = pytest.mark.django_db
PDQ, SHA = "0f" * 32, "ab" * 32
OPEN = (
    "--source", "Exchange of platforms", "--terms", "For moderation only.", "--harm", "scam",
    "--policy-ref", "terms.scam",
)  # fmt: skip


@pytest.fixture(autouse=True)
def campaign() -> Iterator[None]:
    forget_hash_lists()
    member("ines")
    run("open", "campaign", *OPEN)
    yield
    forget_hash_lists()


def run(command: str, *arguments: object, who: str = "ines") -> str:
    said = ["hashes", command, *map(str, arguments), "--as", who]
    said += [] if command == "list" else ["--because", "We take part in the exchange."]
    done = CliRunner().invoke(app, said, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def take(file: Path, content: str) -> str:
    file.write_text(content)
    return run("import", "campaign", file, "--source", "file of March")


def test_a_file_goes_in_and_comes_out_again(tmp_path: Path) -> None:
    told = take(tmp_path / "in.txt", f"pdq {PDQ}\nvideo_sha256 {SHA}\nurl https://example.org\n")
    assert told == "2 new, 0 changed, 1 of other kinds\n"
    assert run("list") == "campaign: 2 in force, 0 disputed; Exchange of platforms\n"
    run("export", "campaign", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").stat().st_mode & 0o077 == 0
    rows = list(csv.reader((tmp_path / "out.csv").open()))
    assert {row[1:3] == ["pdq", PDQ] or row[1:3] == ["video_sha256", SHA] for row in rows[1:]} == {True}
    assert take(tmp_path / "again.csv", (tmp_path / "out.csv").read_text()).startswith("0 new")
    assert Entry.objects.filter(verb="screening:hash_list:exported").count() == 1


def test_a_hash_is_disputed_and_withdrawn_from_the_command_line(tmp_path: Path) -> None:
    take(tmp_path / "in.txt", f"pdq {PDQ}\nvideo_sha256 {SHA}\n")
    run("dispute", "campaign", "pdq", PDQ, who=member("ada").handle)
    assert run("list").startswith("campaign: 1 in force, 1 disputed")
    run("withdraw", "campaign", "sha256", SHA)
    assert run("list").startswith("campaign: 0 in force, 1 disputed")
    run("refuse", "campaign")
    assert "refused at upload" in run("list")


def test_what_cannot_be_taken_says_why(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        run("import", "campaign", tmp_path / "none", "--source", "nowhere")
    with pytest.raises(BadInput):
        take(tmp_path / "in.txt", f"pdq {PDQ}\npdq not-a-hash\n")
    assert run("list").startswith("campaign: 0 in force")
    with pytest.raises(BadInput, match="no hash"):
        run("dispute", "campaign", "pdq", "xyz", who=member("ada").handle)
    with pytest.raises(NoSuchThing):
        run("export", "other", tmp_path / "out.csv")
