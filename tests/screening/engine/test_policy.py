"""A policy person who makes a mistake is told where, and of all mistakes at once."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steelyard.base.errors import BadInput
from steelyard.screening.engine import PolicyProblems, load_policy
from tests.screening.engine.conftest import RULE, SIGNAL, Write


def problems(folder: Path) -> list[str]:
    with pytest.raises(PolicyProblems) as caught:
        load_policy(folder)
    return [str(problem) for problem in caught.value.problems]


def test_the_starter_policy_has_no_problems() -> None:
    policy = load_policy()
    assert len(policy.rules) > 10
    assert len(policy.version) == 16


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("signal.greting", "rules/rules.yaml:3:15: undeclared reference to 'signal.greting'"),
        (
            "hits.greeting == 'two'",
            "rules/rules.yaml:3:23: found no matching overload for '_==_' applied to '(int, string)'",
        ),
        ("hits.greeting", "rules/rules.yaml:3:9: Expected a condition (bool), not int."),
        ("signal.greeting &&", "rules/rules.yaml:3:27: Syntax error: mismatched input '<EOF>'"),
        (
            "text.chars > 3",
            "rules/rules.yaml:3:9: Expected at least one signal: a rule is evaluated only when one fired.",
        ),
        ("signal.greeting && facts.age > 3", "rules/rules.yaml:3:33: undeclared reference to 'facts.age'"),
    ],
)
def test_a_bad_condition_is_told_with_its_place(write_policy: Write, when: str, told: str) -> None:
    found = problems(write_policy({"when": when}))
    assert any(problem.startswith(told) for problem in found), found


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("(?=a)b", "signals/x.yaml:5:20: Expected a plain group"),
        ("a[а-я]b", "signals/x.yaml:5:21: Letters have no ranges here"),
        ("^abc", "signals/x.yaml:5:20: “^” is not possible"),
        ("a{1,900}", "signals/x.yaml:5:21: A repeat counts to 200 at most."),
        (r"\bfoo", "signals/x.yaml:5:20: “\\b” is not possible"),
        ("a(b", "signals/x.yaml:5:20: Missing close parenthesis"),
        ("((a{1,200}b?){1,200}c){1,200}", "signals/x.yaml:5:20: "),
        ("x*", "signals/x.yaml:5:20: Pattern matches empty buffer"),
    ],
)
def test_a_bad_pattern_is_told_with_its_place(write_policy: Write, expression: str, told: str) -> None:
    signal = "signal: x\nabout: X.\npatterns:\n  - languages: []\n"
    signal += f"    expressions: ['{expression}']\nexamples:\n  match: [x]\n"
    found = problems(write_policy({}, signals_x=signal))
    assert any(problem.startswith(told) for problem in found), found


def test_a_star_inside_a_term_is_told_because_it_would_match_nothing(write_policy: Write) -> None:
    starred = "signal: x\nabout: X.\nterms:\n  - {languages: [], words: [good* day]}\n"
    starred += "examples:\n  match: [good]\n"
    found = problems(write_policy({}, signals_x=starred))
    assert any(problem.startswith("signals/x.yaml:4:29: “good* day” has a *") for problem in found)


def test_every_problem_is_told_at_once(write_policy: Write) -> None:
    broken = RULE.format(name="greets", when="signal.nobody", then="ban", state="alive")
    found = problems(
        write_policy({}, {"when": "signal.nobody"}, rules_more=broken, signals_bad="signal: [\n")
    )
    assert [problem.split(": ")[0] for problem in found] == [
        "rules/more.yaml:4:9",
        "rules/more.yaml:7:10",
        "rules/rules.yaml:12:3",
        "rules/rules.yaml:14:15",
        "signals/bad.yaml:2:1",
    ], found


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("words: [привет]", "wordz: [привет]"), "signals/greeting.yaml:5:5: Unknown field “wordz”."),
        (("[ru]", "[russian]"), "signals/greeting.yaml:4:17: “russian” is no language code."),
        (
            ("match: [привет]", "match: [до свидания]"),
            "signals/greeting.yaml:7:11: This example should match the signal",
        ),
        (("[пока]", "[ну привет]"), "signals/greeting.yaml:8:14: This example should not match the signal"),
        (("signal: greeting", "signal: Gr-eeting"), "signals/greeting.yaml:1:9: Expected a name"),
    ],
)
def test_a_bad_signal_is_told_with_its_place(write_policy: Write, change: tuple[str, str], told: str) -> None:
    found = problems(write_policy({}, signals_greeting=SIGNAL.replace(*change)))
    assert any(problem.startswith(told) for problem in found), found


def test_a_learned_signal_may_not_take_a_post_away(write_policy: Write) -> None:
    starter = Path(load_policy().folder)
    folder = write_policy({"when": "signal.learned && signal.greeting", "then": "hold"})
    (folder / "models" / "spam.npz").write_bytes((starter / "models" / "spam.npz").read_bytes())
    model = "signal: learned\nabout: L.\nmodel: {file: spam.npz, threshold: 0.5}\n"
    (folder / "signals" / "learned.yaml").write_text(model)
    assert any("may queue, label or count, not hold" in problem for problem in problems(folder))


def test_a_broken_model_is_told(write_policy: Write) -> None:
    folder = write_policy(
        {}, signals_learned="signal: learned\nabout: L.\nmodel: {file: m.npz, threshold: 0.5}\n"
    )
    (folder / "models" / "m.npz").write_bytes(b"PK\x03\x04 not a model")
    assert any("m.npz is no model of ours" in problem for problem in problems(folder))


def test_a_folder_without_a_policy_is_refused_kindly(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no screening policy"):
        load_policy(tmp_path)


def test_the_version_follows_the_words_and_a_rule_s_version_only_its_own(write_policy: Write) -> None:
    before = load_policy(write_policy({}))
    again = load_policy(write_policy({}))
    wider = load_policy(
        write_policy({}, signals_greeting=SIGNAL.replace("[привет]", "[привет, здравствуй]", 1))
    )
    other = load_policy(write_policy({}, signals_other=SIGNAL.replace("greeting", "other")))
    promoted = load_policy(write_policy({"state": "shadow"}))
    assert before.version == again.version
    assert len({before.version, wider.version, other.version, promoted.version}) == 4
    assert (
        before.rules[0].version
        == other.rules[0].version
        == promoted.rules[0].version
        != wider.rules[0].version
    )


broken = st.sampled_from([SIGNAL, RULE]).flatmap(
    lambda text: st.integers(0, len(text)).map(lambda at: text[:at] + "{[:" + text[at:])
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(["signals_f", "rules_f"]), content=st.text(max_size=80) | broken)
def test_whatever_a_file_holds_the_loader_answers_with_problems_or_a_policy(
    write_policy: Write, kind: str, content: str
) -> None:
    folder = write_policy({})
    (folder / kind.partition("_")[0] / "f.yaml").write_bytes(content.encode("utf-8", "surrogatepass"))
    try:
        assert load_policy(folder).name == "small"
    except PolicyProblems as told:
        assert told.problems  # noqa: PT017 (either answer is right; a third would fail)
    finally:
        (folder / kind.partition("_")[0] / "f.yaml").unlink()
