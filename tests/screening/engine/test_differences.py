"""What a changed policy changes is told in words, before it is put in force."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from steelyard.assembly.main import app
from steelyard.screening.engine import PolicyProblems, load_policy
from steelyard.screening.engine.differences import differences
from steelyard.screening.engine.policy import MAX_LISTED, Policy
from tests.screening.engine.conftest import SIGNAL, Write


def written(write_policy: Write, *rules: dict[str, str], **files: str) -> Policy:
    return load_policy(write_policy(*rules, **files))


def test_a_policy_changes_nothing_against_itself(write_policy: Write) -> None:
    assert differences(written(write_policy, {}), written(write_policy, {})) == []


def test_what_came_went_and_changed_is_told_by_name(write_policy: Write) -> None:
    more = (
        SIGNAL.replace("greeting", "farewell")
        .replace("привет", "пока")
        .replace("no_match: [пока]", "no_match: [да]")
    )
    old = written(write_policy, {"state": "shadow"}, {"name": "old"}, signals_farewell=more)
    wider = SIGNAL.replace("[привет]", "[привет, здравствуй, добрый день]", 1)
    new = written(
        write_policy, {"when": "signal.greeting && hits.greeting < 9"}, {"name": "new", "then": "queue"},
        signals_greeting=wider, signals_farewell=more.replace("[пока]", "[прощай]").replace("[ru]", "[uk]"),
    )  # fmt: skip
    assert differences(old, new) == [
        "rule greets: state shadow -> live",
        "rule greets: when signal.greeting -> signal.greeting && hits.greeting < 9",
        "rule new: new, live, queue when signal.greeting",
        "rule old: gone",
        "signal farewell: 1 term (ru) fewer: пока",
        "signal farewell: 1 term (uk) more: прощай",
        "signal farewell: 1 example (match) more: прощай",
        "signal farewell: 1 example (match) fewer: пока",
        "signal greeting: 2 terms (ru) more: добрый день, здравствуй",
    ]


def test_a_long_list_is_named_in_part(write_policy: Write) -> None:
    old = written(write_policy, {})
    words = ", ".join(["привет", *(f"слово{chr(1072 + n)}" for n in range(14))])
    new = written(write_policy, {}, signals_greeting=SIGNAL.replace("words: [привет]", f"words: [{words}]"))
    (line,) = differences(old, new)
    assert line.startswith("signal greeting: 14 terms (ru) more: словоа, словоб, ")
    assert line.endswith(" and 4 others")


def test_the_command_tells_the_changes_or_the_problems_of_either(write_policy: Write, tmp_path: Path) -> None:
    folder = write_policy({"then": "queue"})
    done = CliRunner().invoke(app, ["check", str(folder), "--against", str(folder)])
    assert (done.exit_code, "version" in done.stdout, done.stdout.endswith("0 changes.\n")) == (0, True, True)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "policy.yaml").write_text("policy: [\n")
    done = CliRunner().invoke(app, ["check", str(folder), "--against", str(tmp_path / "broken")])
    assert done.exit_code == 1
    assert f"{tmp_path}/broken/policy.yaml:" in done.stderr


@pytest.mark.parametrize("line", ["    - слово{}\n", "слово{}, "])
def test_a_list_of_a_million_terms_is_refused_before_it_takes_the_memory(
    write_policy: Write, line: str
) -> None:
    listed = "".join(map(line.format, range(1_000_000)))
    words = f"\n{listed}" if line.endswith("\n") else f" [{listed}]\n"
    folder = write_policy(
        {}, signals_zlong=SIGNAL.replace(" [привет]\n", words, 1).replace("greeting", "zlong")
    )
    with pytest.raises(PolicyProblems) as caught:
        load_policy(folder)
    told = [str(problem) for problem in caught.value.problems]
    assert any(
        each.startswith("signals/zlong.yaml:1:1: Up to here") and f"{MAX_LISTED:,}" in each for each in told
    )
