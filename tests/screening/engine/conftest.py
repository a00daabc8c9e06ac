"""The starter policy, compiled once, and small policies written on the spot."""

from collections.abc import Callable
from pathlib import Path

import pytest

from steelyard.screening.engine import Screen, load_screen
from steelyard.screening.engine.findings import Finder

Write = Callable[..., Path]

SIGNAL = """\
signal: greeting
about: A word of greeting.
terms:
  - languages: [ru]
    words: [привет]
examples:
  match: [привет]
  no_match: [пока]
"""
RULE = """\
- rule: {name}
  about: Greets.
  when: {when}
  then: {then}
  harm: spam
  policy_ref: terms.spam
  state: {state}
  owner: Ada
  examples:
    match: [привет]
    no_match: [пока]
"""


@pytest.fixture(scope="session")
def starter() -> Screen:
    return load_screen()


@pytest.fixture
def write_policy(tmp_path: Path) -> Write:
    """Write a policy folder: the greeting signal, and the rules and files named."""

    def write(*rules: dict[str, str], **files: str) -> Path:
        folder = tmp_path / "policy"
        for name in ("signals", "rules", "models"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "policy.yaml").write_text("policy: small\nowner: Ada\n")
        (folder / "signals" / "greeting.yaml").write_text(SIGNAL)
        plain = {"name": "greets", "when": "signal.greeting", "then": "hold", "state": "live"}
        (folder / "rules" / "rules.yaml").write_text("".join(RULE.format(**plain | rule) for rule in rules))
        for name, content in files.items():
            kind, _, rest = name.partition("_")
            (folder / kind / f"{rest}.yaml").write_text(content)
        return folder

    return write


@pytest.fixture(scope="module")
def finders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Finder, Finder]:
    """Of the same policy: compiled, and not."""
    from tests.screening.engine.test_sieve import WORDS

    folder = tmp_path_factory.mktemp("policy")
    (folder / "signals").mkdir()
    (folder / "policy.yaml").write_text("policy: words\nowner: Ada\n")
    (folder / "signals" / "listed.yaml").write_text(WORDS)
    return load_screen(folder, fast=True)._finder, load_screen(folder)._finder
