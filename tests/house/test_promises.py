"""Promises of the whole codebase. Each list of exceptions says why, and may not outlive its reason."""

import ast
import re

import pytest

from tests.house.source import (
    PACKAGE,
    ROOT,
    calls,
    functions,
    kept_files,
    module_of,
    name,
    names_in,
    python_files,
    text,
    tree,
)

NOT_RECORDED = {
    # A sign-in is a row of its own with its whole life. The public log must not show when staff work.
    "people/actions/sign_ins:start_sign_in",
    "people/actions/sign_ins:complete_sign_in",
    "people/actions/sign_ins:end_sign_in",
    # Remembers that a transaction was seen; what is in it leaves its own entries.
    "screening/actions:first_time",
}
CLOCK = "src/steelyard/base/clock.py"
# Assembled, so that this list does not find itself.
NEVER_WRITTEN = [
    "/" + "work/",
    "/" + "root/",
    "pypi" + r"\.org",
    "files.python" + "hosted",
    "npm" + r"js\.org",
    "--index-" + "url",
    "extra-index-" + "url",
    "Anthro" + "pic",
    "Clau" + "de",
    "Chat" + "GPT",
    "Co" + "pilot",
    r"\bLL" + r"M\b",
    "API key for " + "tests",
]
PHYSICAL = re.compile(
    r"(?:margin|padding|border|inset)-(?:left|right)|(?<![-\w])(?:left|right)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)|border-(?:top|bottom)-(?:left|right)-radius"
)


def recording() -> set[str]:
    """Functions that write a ledger entry, themselves or through one they call."""
    called = {
        f"{module_of(file)}.{f.name}": calls(f, file) for file in python_files() for f in functions(file)
    }
    called |= _handed_on()
    found = {"steelyard.ledger.actions.record"}
    while more := {each for each, used in called.items() if used & found} - found:
        found |= more
    return found


def _handed_on() -> dict[str, set[str]]:
    """A package's `__init__` hands on what its files define."""
    files = [file for file in python_files() if file.name == "__init__.py"]
    return {f"{module_of(file)}.{name}": {whole} for file in files for name, whole in names_in(file).items()}


def changes_state(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """It says of itself that several rows change together."""
    inside = [ast.unparse(part) for part in function.decorator_list]
    inside += [
        ast.unparse(item) for part in ast.walk(function) if isinstance(part, ast.With) for item in part.items
    ]
    return any(words.startswith("transaction.atomic") for words in inside)


def actions() -> dict[str, str]:
    """Each such function: where it is, and its whole name."""
    files = [f for f in python_files() if f.name == "actions.py" or f.parent.name in ("actions", "flows")]
    return {
        f"{file.relative_to(PACKAGE).with_suffix('')}:{function.name}": f"{module_of(file)}.{function.name}"
        for file in files
        if "ledger" not in file.parts and "vault" not in file.parts
        for function in functions(file)
        if changes_state(function)
    }


def test_every_action_that_changes_state_leaves_its_entry_in_the_ledger():
    recorded = recording()
    silent = {place for place, whole in actions().items() if whole not in recorded}
    assert silent == NOT_RECORDED


def test_a_complaint_is_decided_by_a_signed_in_persons_page_and_by_nothing_else():
    """DSA Art. 20(6): no task, no rule and no program with a key gets there."""
    deciding = {
        "steelyard.flows.decide_complaint.decide_complaint": {"src/steelyard/console/views/decisions.py"},
        "steelyard.decisions.actions.close_complaint": {"src/steelyard/flows/decide_complaint.py"},
    }
    found = {
        act: {name(file) for file in python_files() if act in calls(tree(file), file)} for act in deciding
    }
    assert found == deciding


def test_nobody_reads_the_machines_clock_but_the_clock():
    found = [
        f"{name(file)}:{node.lineno}"
        for file in python_files()
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call)
        and re.fullmatch(
            r"(\w+\.)*(datetime\.(now|utcnow|today)|date\.today|timezone\.now)", ast.unparse(node.func)
        )
        and name(file) != CLOCK
    ]
    assert found == []


def test_pages_are_laid_out_for_both_reading_directions():
    files = [f for f in PACKAGE.rglob("*") if f.suffix in (".css", ".html", ".svg") and f.is_file()]
    found = [
        f"{name(file)}: {match.group()}"
        for file in files
        for match in PHYSICAL.finditer(re.sub(r"/\*.*?\*/", "", text(file), flags=re.S))
    ]
    assert files
    assert found == []


@pytest.mark.parametrize("pattern", NEVER_WRITTEN)
def test_nothing_in_the_repository_tells_where_or_how_it_was_made(pattern):
    assert [name(file) for file in kept_files() if re.search(pattern, text(file))] == []


def test_every_room_is_named_in_the_map():
    rooms = {file.parent.name for file in PACKAGE.glob("*/__init__.py")}
    described = set(re.findall(r"^\| `([a-z]+)`", text(ROOT / "docs" / "map.md"), re.M))
    assert described == rooms


def test_every_package_begins_with_a_sentence():
    found = [name(file) for file in PACKAGE.rglob("__init__.py") if not ast.get_docstring(tree(file))]
    assert [file for file in found if "/migrations/" not in file and "/commands/" not in file] == []


def test_every_permission_is_asked_for_somewhere():
    from steelyard.people.permissions import Permission

    asked = {
        node.attr
        for file in python_files()
        if file.name != "permissions.py"
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("Permission", "_P")
    }
    assert {permission.name for permission in Permission} - asked == set()
