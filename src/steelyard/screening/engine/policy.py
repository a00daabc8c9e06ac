"""A policy: a folder of YAML files, read into checked and versioned parts.

    policy.yaml        name, owner, about, more facts
    signals/*.yaml     one signal a file: terms, patterns, links or a model, with examples
    rules/*.yaml       lists of rules
    models/*.npz       what learned signals use

The version is a hash over every file, so two machines that screen with the same version read the same words.
"""

import hashlib
from pathlib import Path

import msgspec
import yaml

from steelyard.base.errors import BadInput
from steelyard.screening.engine.behaviour import FACTS
from steelyard.screening.engine.images.lists import KINDS
from steelyard.screening.engine.images.pdq import THRESHOLD
from steelyard.screening.engine.items import Action, Fact, RuleState
from steelyard.screening.engine.places import Place, PolicyProblems, Problem, Sheet, plain_value
from steelyard.screening.engine.rules import HARMS, Rule, named_signals
from steelyard.screening.engine.signals import Example, Hashes, Model, Pattern, Plugin, Signal, Words

STARTER = Path(__file__).parent.parent / "starter"
MAX_LISTED = 300_000
"""Terms of a policy, counted as lines and commas."""
_SIGNAL_PARTS = {"terms", "patterns", "links", "model", "hashes", "plugin", "examples"}
_FACT_KINDS: dict[str, type[Fact]] = {"int": int, "bool": bool, "string": str}


class Policy(msgspec.Struct, frozen=True):
    """A policy as read. `compile_policy` makes it a Screen."""

    name: str
    version: str
    folder: Path
    signals: tuple[Signal, ...]
    rules: tuple[Rule, ...]
    facts: dict[str, type[Fact]]
    owner: str = ""
    about: str = ""


def read_policy(folder: Path) -> tuple[Policy, list[Problem]]:
    """The parts that can be read, and every problem of form. Raises BadInput where there is no policy."""
    if not (folder / "policy.yaml").is_file():
        raise BadInput(
            f"There is no screening policy in {folder.name or folder}.",
            "A policy is a folder with a policy.yaml in it.",
            "Name such a folder, or leave it out to use the starter policy.",
        )
    problems: list[Problem] = []
    contents = {str(path.relative_to(folder)): path.read_bytes() for path in _files(folder)}
    _refuse_what_is_too_long(contents, problems)
    head = _Head(Sheet("policy.yaml", problems), contents["policy.yaml"])
    signals = tuple(
        signal
        for name, content in contents.items()
        if name.startswith("signals/") and (signal := _signal(Sheet(name, problems), content, folder))
    )
    digests = {signal.name: signal.digest for signal in signals}
    rules = tuple(
        rule
        for name, content in contents.items()
        if name.startswith("rules/")
        for rule in _rules(Sheet(name, problems), content, digests)
    )
    _refuse_doubles(signals, rules, problems)
    return Policy(
        head.name, _version(contents), folder, signals, rules, head.facts, head.owner, head.about
    ), problems


def _refuse_what_is_too_long(contents: dict[str, bytes], problems: list[Problem]) -> None:
    """Before it is read: a list of a million terms would take a gigabyte to read and a minute to compile."""
    listed = 0
    for name, content in contents.items():
        if name.endswith(".yaml"):
            listed += content.count(b"\n") + content.count(b",")
            if listed > MAX_LISTED:
                what = f"Up to here this policy lists more than {MAX_LISTED:,} terms. Expected fewer: leave out those"
                problems.append(
                    Problem(Place(name, 1, 1), f"{what} that another one begins, or say them by a pattern.")
                )
                contents[name] = b"{}"


def _files(folder: Path) -> list[Path]:
    wanted = [folder / "policy.yaml", *folder.glob("signals/*.yaml"), *folder.glob("rules/*.yaml")]
    return sorted([*wanted, *folder.glob("models/*.npz")])


def _version(contents: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in contents.items():
        digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


class _Head:
    """policy.yaml."""

    def __init__(self, sheet: Sheet, content: bytes) -> None:
        root = sheet.root(content)
        found = sheet.fields(root, {"policy", "owner"}, {"about", "facts"}) if root else {}
        self.name, self.owner = sheet.text(found.get("policy")), sheet.text(found.get("owner"))
        self.about = sheet.text(found.get("about"))
        self.facts = dict(FACTS)
        for key, value in getattr(found.get("facts"), "value", []):
            if kind := sheet.choice(value, _FACT_KINDS.__getitem__, _FACT_KINDS):
                self.facts[sheet.text(key)] = kind


def _signal(sheet: Sheet, content: bytes, folder: Path) -> Signal | None:
    if (root := sheet.root(content)) is None:
        return None
    found = sheet.fields(root, {"signal", "about"}, _SIGNAL_PARTS)
    name = sheet.text(found.get("signal"))
    if not name.isidentifier() or not name.isascii() or name != name.lower():
        sheet.problem(found.get("signal", root), "Expected a name of small letters, digits and “_”.")
        return None
    match, no_match = _examples(sheet, found.get("examples"))
    if not match and not found.keys() & {"model", "hashes", "plugin"}:
        sheet.problem(
            found.get("examples", root), "Expected at least one example under “match”: it feeds the tests."
        )
    return Signal(
        name=name,
        about=sheet.text(found.get("about")),
        place=sheet.place(root),
        digest=hashlib.sha256(content).hexdigest(),
        words=tuple(words for node in sheet.items(found.get("terms")) if (words := _words(sheet, node))),
        patterns=tuple(p for node in sheet.items(found.get("patterns")) for p in _patterns(sheet, node)),
        links=tuple(sheet.text(node) for node in sheet.items(found.get("links"))),
        model=_model(sheet, found["model"], folder) if "model" in found else None,
        hashes=_hashes(sheet, found["hashes"]) if "hashes" in found else None,
        plugin=_plugin(sheet, found["plugin"]) if "plugin" in found else None,
        match=match,
        no_match=no_match,
    )


def _words(sheet: Sheet, node: yaml.Node) -> Words | None:
    found = sheet.fields(node, {"languages", "words"}, set())
    nodes = sheet.items(found.get("words"))
    if not found or not nodes:
        return None
    terms = tuple(sheet.text(item) for item in nodes)
    for item, term in zip(nodes, terms, strict=True):
        if "*" in term.rstrip("*"):
            sheet.problem(item, f"“{term}” has a * inside. Expected it at the end; write the forms out.")
    return Words(_languages(sheet, found.get("languages")), terms, tuple(sheet.place(item) for item in nodes))


def _patterns(sheet: Sheet, node: yaml.Node) -> list[Pattern]:
    found = sheet.fields(node, {"languages", "expressions"}, set())
    languages = _languages(sheet, found.get("languages"))
    return [
        Pattern(languages, sheet.text(item), _inside(sheet, item))
        for item in sheet.items(found.get("expressions"))
    ]


def _languages(sheet: Sheet, node: yaml.Node | None) -> tuple[str, ...]:
    """ISO 639 codes; an empty list says: whatever the language."""
    codes = tuple(sheet.text(item) for item in sheet.items(node))
    for item, code in zip(sheet.items(node), codes, strict=True):
        if not (2 <= len(code) <= 3 and code.isascii() and code.islower()):
            sheet.problem(
                item, f"“{code}” is no language code. Expected two or three small letters, such as ru."
            )
    return codes


def _model(sheet: Sheet, node: yaml.Node, folder: Path) -> Model | None:
    found = sheet.fields(node, {"file", "threshold"}, {"beside"})
    file = folder / "models" / sheet.text(found.get("file"), "?")
    threshold = sheet.value(found.get("threshold"), float, 0.5)
    if not 0 < threshold < 1:
        sheet.problem(found["threshold"], "Expected a probability between 0 and 1.")
    if file.parent != folder / "models" or not file.is_file():
        sheet.problem(found.get("file", node), "Expected the name of a file in models/.")
        return None
    return Model(file, threshold, sheet.value(found.get("beside"), bool, False))


def _plugin(sheet: Sheet, node: yaml.Node) -> Plugin:
    """A classifier that is not there gives no scores, so the policy stays valid without it."""
    found = sheet.fields(node, {"name", "threshold"}, set())
    threshold = sheet.value(found.get("threshold"), float, 0.5)
    if not 0 < threshold <= 1:
        sheet.problem(found["threshold"], "Expected a score above 0 and up to 1.")
    return Plugin(sheet.text(found.get("name")), threshold)


def _hashes(sheet: Sheet, node: yaml.Node) -> Hashes:
    """Names of hash lists; a list that is not there (yet) matches nothing, so the policy stays valid."""
    found = sheet.fields(node, {"lists"}, {"kinds", "threshold"})
    kinds = tuple(sheet.choice(item, str, KINDS) or "" for item in sheet.items(found.get("kinds")))
    threshold = sheet.value(found.get("threshold"), int, THRESHOLD)
    if not 0 <= threshold <= THRESHOLD:
        sheet.problem(found["threshold"], f"Expected a distance in bits from 0 to {THRESHOLD}.")
    return Hashes(
        tuple(sheet.text(item) for item in sheet.items(found.get("lists"))), kinds or KINDS, threshold
    )


def _examples(sheet: Sheet, node: yaml.Node | None) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    if node is None:
        return (), ()
    found = sheet.fields(node, set(), {"match", "no_match"})
    match, no_match = (sheet.items(found.get(name)) for name in ("match", "no_match"))
    return tuple(_example(sheet, item) for item in match), tuple(_example(sheet, item) for item in no_match)


def _example(sheet: Sheet, node: yaml.Node) -> Example:
    if isinstance(node, yaml.ScalarNode):
        return Example(sheet.text(node), sheet.place(node))
    found = sheet.fields(node, {"text"}, {"surface", "facts", "listed", "scores"})
    facts = {sheet.text(key): plain_value(value) for key, value in getattr(found.get("facts"), "value", [])}
    return Example(
        sheet.text(found.get("text")),
        sheet.place(node),
        sheet.text(found.get("surface"), "public_channel"),
        facts,
        tuple(sheet.text(item) for item in sheet.items(found.get("listed"))),
        {
            sheet.text(key): sheet.value(value, float, 0.0)
            for key, value in getattr(found.get("scores"), "value", [])
        },
    )


def _rules(sheet: Sheet, content: bytes, digests: dict[str, str]) -> list[Rule]:
    root = sheet.root(content)
    return [rule for node in sheet.items(root) if (rule := _rule(sheet, node, digests))]


def _rule(sheet: Sheet, node: yaml.Node, digests: dict[str, str]) -> Rule | None:
    needed = {"rule", "about", "when", "then", "harm", "policy_ref", "state", "owner", "examples"}
    found = sheet.fields(node, needed, {"commercial"})
    then = sheet.choice(found.get("then"), Action, [action for action in Action if action != Action.ALLOW])
    state = sheet.choice(found.get("state"), RuleState, list(RuleState))
    harm = sheet.choice(found.get("harm"), str, HARMS)
    match, no_match = _examples(sheet, found.get("examples"))
    if "examples" in found and not (match and no_match):
        sheet.problem(found["examples"], "Expected examples that must match and examples that must not.")
    if not (then and state and harm and needed <= found.keys()):
        return None
    when = sheet.text(found["when"])
    return Rule(
        name=sheet.text(found["rule"]),
        when=when,
        then=then,
        harm=harm,
        policy_ref=sheet.text(found["policy_ref"]),
        state=state,
        owner=sheet.text(found["owner"]),
        version=_rule_version(when, then, harm, digests),
        place=sheet.place(node),
        when_place=_inside(sheet, found["when"]),
        about=sheet.text(found["about"]),
        commercial=sheet.value(found.get("commercial"), bool, False),
        match=match,
        no_match=no_match,
    )


def _rule_version(when: str, then: str, harm: str, digests: dict[str, str]) -> str:
    """It changes with what the rule finds and does, the words of its signals included; not with its state."""
    named = sorted((name, digests.get(name, "")) for name in named_signals(when))
    return hashlib.sha256(repr((when, then, harm, named)).encode()).hexdigest()[:12]


def _inside(sheet: Sheet, node: yaml.Node) -> Place:
    """Where the condition's own text begins: after the quote, or on the line after a block sign."""
    place = sheet.place(node)
    style = getattr(node, "style", None)
    if style in ("|", ">"):
        return Place(place.file, place.line + 1, 1)
    return Place(place.file, place.line, place.column + (style in ("'", '"')))


def _refuse_doubles(signals: tuple[Signal, ...], rules: tuple[Rule, ...], problems: list[Problem]) -> None:
    for kind, parts in (("signal", signals), ("rule", rules)):
        seen: dict[str, Place] = {}
        for part in parts:
            if part.name in seen:
                problems.append(
                    Problem(part.place, f"The {kind} “{part.name}” is already at {seen[part.name]}.")
                )
            seen.setdefault(part.name, part.place)


__all__ = ["STARTER", "Policy", "PolicyProblems", "read_policy"]
