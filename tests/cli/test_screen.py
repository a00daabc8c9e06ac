"""The operator screens a file, and no line is lost."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from steelyard.assembly.main import app

LINES = [
    '{"id": "a", "text": "Дoxoд oт 500$ в день, пиши в лс"}'.encode(),
    b'{"id": 2, "text": "hello"}',
    b"not json",
    b"",
    b'{"id": "x"}',
    b'{"text": "no id"}',
    b'{"id": "s", "text": "a\\ud800b"}',
    b'{"id": "u", "text": "\xff\xfe"}',
    b"[1]",
    b'{"id": "last", "text": "t.me/+AbCdEf", "facts": {"first_message": true}}',
]


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    (tmp_path / "posts.jsonl").write_bytes(b"\n".join(LINES))
    return tmp_path / "posts.jsonl"


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_every_line_gets_its_verdict_or_its_error(posts: Path) -> None:
    told = [json.loads(line) for line in run("screen", posts).splitlines()]
    assert [(row["id"], row["action"], "error" in row) for row in told] == [
        ("a", "hold", False),
        (2, "allow", False),
        (None, None, True),
        (None, None, True),
        ("x", None, True),
        (None, None, True),
        ("s", "allow", False),
        ("u", "allow", False),
        (None, None, True),
        ("last", "allow", False),
    ]
    assert all({"id", "action", "rules", "signals", "spans"} <= row.keys() for row in told)
    assert told[2]["error"].startswith("Line 3: This line is not JSON")


@pytest.mark.parametrize("kept", [1, 1500, 10**6])
def test_an_interrupted_run_is_carried_on_where_it_stopped(posts: Path, kept: int) -> None:
    out = posts.with_name("out.jsonl")
    run("screen", posts, "--out", out)
    whole = out.read_bytes()
    out.write_bytes(whole[:kept])
    run("screen", posts, "--out", out)
    assert out.read_bytes() == whole


def test_a_policy_is_checked_and_its_problems_placed(tmp_path: Path) -> None:
    assert "No problems" in run("check")
    assert "learned_spam (fires from" in run("check", "--models")
    (tmp_path / "rules").mkdir()
    (tmp_path / "policy.yaml").write_text("policy: mine\nowner: Ada\n")
    (tmp_path / "rules" / "a.yaml").write_text("- rule: x\n  then: ban\n")
    done = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert done.exit_code == 1
    assert f"{tmp_path}/rules/a.yaml:2:9: “ban” is not possible here." in done.stderr


def test_a_model_is_trained_from_decided_texts(tmp_path: Path) -> None:
    decided = tmp_path / "decided.jsonl"
    rows = [
        {"text": f"{kind} {n}", "harmful": kind == "buy now"}
        for kind in ("buy now", "hello")
        for n in range(25)
    ]
    decided.write_text("\n".join(json.dumps(row) for row in rows))
    told = run("screen", "train", decided, "--out", tmp_path / "m.npz", "--about", "a test")
    assert "of 25 harmful" in told
    assert (tmp_path / "m.npz").is_file()
