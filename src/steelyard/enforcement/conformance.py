"""What any connector must keep, tried on the platform itself. No Django; runs against a test platform only.

It needs a post that may be touched and, where the manifest offers more, a channel and an account. It leaves
everything as it found it wherever the manifest says that this can be done.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import msgspec

from steelyard.base.errors import Refused, Unreachable
from steelyard.enforcement.connector import (
    Ability,
    Connector,
    Operation,
    PlatformReceipt,
    Reading,
    Sight,
    Target,
)
from steelyard.enforcement.reading_back import seen_by_members, took_effect

MESSAGES = (
    Operation.NOTIFY_ACCOUNT, Operation.POST_ANNOUNCEMENT, Operation.ACKNOWLEDGE_REPORT,
    Operation.REPLY_TO_REPORT,
)  # fmt: skip
BLOCKS = (Operation.BLOCK_CONTENT, Operation.UNBLOCK_CONTENT)
ANSWERS = (Operation.ACKNOWLEDGE_REPORT, Operation.REPLY_TO_REPORT)
SAID = {"label": "test", "text": "A test of the connection.", "reason": "A test of the connection."}
NOWHERE = Target("AQ", kind="country")
"""Antarctica: nobody comes from there while this runs."""
UNKNOWN = Target("steelyard-conformance-no-such-thing", "steelyard-conformance-nowhere")
GONE = {Sight.HIDDEN, Sight.REMOVED}


class Subjects(msgspec.Struct, frozen=True, kw_only=True):
    """What may be touched. What is missing is not tried, and the report says so."""

    post: Target | None = None
    channel: Target | None = None
    closable: Target | None = None
    """A channel whose members may be lost, since closing may cost them their place"""
    account: Target | None = None
    file: Target | None = None
    words: str = ""
    """The post's, for a platform that keeps no copy."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    rule: str
    kept: bool | None
    """None: not tried."""
    why: str = ""


class Broken(AssertionError):
    """A rule of the contract is not kept."""


class NotTried(Exception):
    """There is nothing to try it on, or the manifest does not promise it."""


def check(platform: Connector, subjects: Subjects) -> list[Result]:
    """Each rule in turn. A platform that does not answer breaks the rule it was asked for."""
    return [_result(rule, try_it) for rule, try_it in _rules(platform, subjects)]


def _result(rule: str, try_it: Callable[[], None]) -> Result:
    try:
        try_it()
    except NotTried as why:
        return Result(rule=rule, kept=None, why=str(why))
    except Broken as why:
        return Result(rule=rule, kept=False, why=str(why))
    except (Refused, Unreachable) as fault:
        return Result(rule=rule, kept=False, why=fault.lines())
    except (
        Exception
    ) as fault:  # whatever a connector raises that is neither: exactly what the contract forbids
        return Result(rule=rule, kept=False, why=f"It raised {type(fault).__name__}.")
    return Result(rule=rule, kept=True)


def _rules(platform: Connector, subjects: Subjects) -> Iterator[tuple[str, Callable[[], None]]]:
    one = _Trial(platform, subjects)
    yield (
        "The manifest is complete: each operation once, and each says how it is undone or what is lost.",
        one.manifest,
    )
    yield "Only what the manifest declares is done; the rest is refused.", one.undeclared
    yield "An unknown post is absent: not found, not fetched, not done.", one.unknown
    yield "Links that are not the platform's are nobody's.", one.strange_links
    yield "The same key does the same once.", one.same_key
    yield "What is contained is out of an ordinary member's sight.", one.contained
    yield "What is brought back is identical, byte for byte.", one.restored
    for rule, operation, thing in (
        ("A label can be put on a post and taken away.", Operation.LABEL_ITEM, subjects.post),
        ("A frozen channel takes posts again.", Operation.FREEZE_CHANNEL, subjects.channel),
        ("A channel taken out of the directory can be put back.", Operation.UNLIST_CHANNEL, subjects.channel),
        ("A closed channel can be opened again.", Operation.CLOSE_CHANNEL, subjects.closable),
        ("A muted account can write again.", Operation.MUTE_ACCOUNT, subjects.account),
        ("A limited account can write as often as before.", Operation.LIMIT_ACCOUNT, subjects.account),
        ("A suspended account takes part again.", Operation.SUSPEND_ACCOUNT, subjects.account),
        ("A banned account may come in again.", Operation.BAN_ACCOUNT, subjects.account),
        ("A file taken away is handed out again.", Operation.QUARANTINE_MEDIA, subjects.file),
        ("Newcomers refused from a place are taken again.", Operation.CLOSE_REGISTRATION, NOWHERE),
    ):
        yield rule, partial(one.there_and_back, operation, thing)
    yield "A letter is sent once per key.", one.letter
    yield "A reporter is answered once per key.", one.answer
    yield "Only what the manifest names is handed over, and nothing of nobody.", one.disclosed


class _Trial:
    def __init__(self, platform: Connector, subjects: Subjects) -> None:
        self._platform, self._subjects, self._manifest = platform, subjects, platform.manifest

    def manifest(self) -> None:
        offered = [ability.operation for ability in self._manifest.abilities]
        _need(len(offered) == len(set(offered)), "An operation is declared twice.")
        _need(bool(self._manifest.connector and self._manifest.platform), "It has no name.")
        for ability in self._manifest.abilities:
            self._undone(ability, set(offered))

    def _undone(self, ability: Ability, offered: set[Operation]) -> None:
        _need(ability.batch >= 1, f"{ability.operation} takes no target.")
        if ability.inverse is not None:
            _need(ability.inverse in offered, f"{ability.operation} is undone by what is not offered.")
        elif ability.operation not in MESSAGES:
            _need(
                bool(ability.limits), f"{ability.operation} cannot be undone and does not say what is lost."
            )
        if ability.operation == Operation.CONTAIN_ITEM and ability.inverse is None:
            _need(not ability.alone, "A rule may do alone what cannot be undone.")

    def undeclared(self) -> None:
        missing = next((each for each in Operation if not self._manifest.offers(each)), None)
        if missing is None:
            raise NotTried("It declares everything.")
        try:
            self._act(missing, UNKNOWN)
        except Refused:
            return
        raise Broken(f"It did {missing}, which it does not declare.")

    def unknown(self) -> None:
        with_reading = self._manifest.reads_back
        if with_reading:
            _need(self._platform.probe(UNKNOWN).sight != Sight.VISIBLE, "It sees what is not there.")
            _need(self._platform.fetch(UNKNOWN) is None, "It fetched what is not there.")
        if self._manifest.offers(Operation.REMOVE_ITEM):
            try:
                done = self._act(Operation.REMOVE_ITEM, UNKNOWN).done
            except Refused:
                return
            _need(not done, "It says that it removed what is not there.")
        elif not with_reading:
            raise NotTried("It neither reads back nor removes.")

    def strange_links(self) -> None:
        for link in ("https://elsewhere.invalid/p/1", "", "no link at all"):
            _need(self._platform.find(link) is None, f"It found {link!r}.")

    def same_key(self) -> None:
        there, back, post = self._pair(Operation.CONTAIN_ITEM, self._subjects.post)
        key = _key()
        first, again = self._act(there, post, key), self._act(there, post, key)
        self._act(back, post)
        for receipt in (first, again):
            _need(post.id in (*receipt.done, *receipt.already), "Its receipt does not name the post.")
            _need((receipt.key, receipt.operation) == (key, there), "Its receipt is about something else.")

    def contained(self) -> None:
        there, back, post = self._read_pair()
        self._act(there, post)
        seen = self._platform.probe(post).sight
        self._act(back, post)
        _need(seen in GONE, f"A member still sees it as: {seen}.")

    def restored(self) -> None:
        there, back, post = self._read_pair()
        before = self._platform.probe(post)
        self._act(there, post)
        self._act(back, post)
        after = self._platform.probe(post)
        _need(before.sight == Sight.VISIBLE, "The post was not visible at the start.")
        _need(bool(before.content_hash), "It states no content hash, so nothing can be compared.")
        _need(after == before, "What came back is not what was taken away.")

    def there_and_back(self, operation: Operation, target: Target | None) -> None:
        there, back, thing = self._pair(operation, target)
        before = self._looked(thing)
        for each in (there, there, back):
            receipt = self._act(each, thing, params=SAID)
            _need(thing.id in (*receipt.done, *receipt.already), f"Its receipt of {each} does not name it.")
            if before and seen_by_members(each):
                seen = self._platform.probe(thing)
                _need(took_effect(each, seen), f"After {each} a member sees it as: {seen.words()}.")
        _need(self._looked(thing) == before, "A member does not find it as it was before.")

    def _looked(self, thing: Target) -> Reading | None:
        return self._platform.probe(thing) if self._manifest.shows(thing) else None

    def letter(self) -> None:
        account = self._subjects.account
        if account is None or not self._manifest.offers(Operation.NOTIFY_ACCOUNT):
            raise NotTried("No account was named, or it writes to nobody.")
        self._once(Operation.NOTIFY_ACCOUNT, account, {"language": "en"})

    def answer(self) -> None:
        account, offered = self._subjects.account, [one for one in ANSWERS if self._manifest.offers(one)]
        if account is None or not offered:
            raise NotTried("No account was named, or it answers no reporter.")
        report = Target("conformance-report", kind="report")
        for operation in offered:
            self._once(operation, report, {"language": "en", "reporter": account.id})

    def _once(self, operation: Operation, target: Target, said: Mapping[str, Any]) -> None:
        key, words = _key(), {"text": "A test of the connection. Nothing has happened.", **said}
        receipts = [self._act(operation, target, key, words) for _ in range(2)]
        _need(receipts[0].reference == receipts[1].reference, "The same key has two references.")

    def disclosed(self) -> None:
        account, offered = self._subjects.account, self._manifest.discloses
        if account is None or not offered:
            raise NotTried("No account was named, or it hands nothing over.")
        _need(not self._platform.held_about(UNKNOWN.id, offered), "It hands over what nobody has.")
        for category in offered:
            held = self._platform.held_about(account.id, [category])
            others = {one.category for one in held} - {category}
            _need(not others, f"Asked for {category}, it handed over: {', '.join(sorted(others))}.")

    def _read_pair(self) -> tuple[Operation, Operation, Target]:
        if not self._manifest.reads_back:
            raise NotTried("It declares that it cannot be read back: its receipts are believed.")
        return self._pair(Operation.CONTAIN_ITEM, self._subjects.post)

    def _pair(self, operation: Operation, target: Target | None) -> tuple[Operation, Operation, Target]:
        if target is None:
            raise NotTried("Nothing was named to try it on.")
        if not self._manifest.offers(operation):
            raise NotTried(f"It does not declare {operation}.")
        inverse = self._manifest.ability(operation).inverse
        if inverse is None:
            raise NotTried(f"It declares that {operation} cannot be undone.")
        return operation, inverse, target

    def _act(
        self, operation: Operation, target: Target, key: str = "", params: Mapping[str, Any] | None = None
    ) -> PlatformReceipt:
        return self._platform.act(operation, target, key=key or _key(), params=params)


def _need(kept: bool, otherwise: str) -> None:
    if not kept:
        raise Broken(otherwise)


def _key() -> str:
    return "conformance-" + secrets.token_hex(8)
