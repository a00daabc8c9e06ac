"""Our bot for channels' own moderators, in this process's loop: commands in, answers out.

Who may is read from the channel at the moment of the command, on the network and before anything is decided; nothing
about a report is told to somebody who is no moderator there, not even that there is one.
"""

import asyncio
import logging
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.base.errors import NoSuchThing, Refused, SteelyardError, Unreachable
from steelyard.base.wording import day, isolated
from steelyard.decisions.states import Outcome
from steelyard.enforcement.connector import connector, connectors
from steelyard.enforcement.moderated import Asked, Moderated, Powers, Said
from steelyard.flows import channel_moderators as flow
from steelyard.intake.commands import NEEDS_A_CASE, Command, read_command
from steelyard.letters.channel import COMMANDS, command
from steelyard.rulebook.queries import harms

AFTER_TROUBLE = 5.0
MINUTE, A_MINUTE, REMEMBERED = 60.0, 20, 10_000
"""Commands of one account that are answered in a minute, and of how many accounts that is remembered."""
OUTCOMES = {"remove": Outcome.CONTAIN, "keep": Outcome.NONE, "mute": Outcome.MUTE}
InThread = Callable[[Callable[[], Any]], Awaitable[Any]]
_log = logging.getLogger(__name__)


async def help_moderators(folder: Path, on_network: InThread, on_database: InThread) -> None:
    """For ever, for each platform that keeps this part of the contract. Killed, a command is heard again."""
    rounds = [
        _hear(name, platform, folder / f"{name}-moderators-since", on_network, on_database)
        for name in connectors()
        if isinstance(platform := connector(name), Moderated)
    ]
    await asyncio.gather(*rounds)


async def _hear(
    name: str, platform: Moderated, since: Path, on_network: InThread, on_database: InThread
) -> None:
    desk = Desk(name, platform, on_network, on_database)
    while True:
        try:
            await on_network(platform.bot)  # its account is opened at first, which must not hold the loop
            await platform.listen(since, desk.answer)
        except Unreachable:
            pass
        except Exception as fault:  # without what was written
            _log.error("Moderators on %s are not heard: %s", name, type(fault).__name__)
        await asyncio.sleep(AFTER_TROUBLE)


@dataclass(frozen=True)
class Desk:
    name: str
    platform: Moderated
    on_network: InThread
    on_database: InThread
    asked: "defaultdict[str, deque[float]]" = field(default_factory=lambda: defaultdict(deque))
    """When each account asked lately, by this process's own clock"""

    async def answer(self, asked: Asked) -> Said | None:
        """None where nothing is to be said: not every exclamation is for us, and nobody keeps us busy alone."""
        if self._too_often(asked.account):
            return None
        given = read_command(asked.words)
        if given is None:
            return Said(_help("en")) if asked.private else None
        try:
            return Said(await self._do(asked, given))
        except SteelyardError as fault:
            with override(given.language):
                return Said(" ".join(_(line) for line in (fault.what, fault.why, fault.do) if line))

    def _too_often(self, account: str) -> bool:
        moment, times = time.monotonic(), self.asked[account]
        while times and times[0] < moment - MINUTE:
            times.popleft()
        times.append(moment)
        if len(self.asked) > REMEMBERED:
            self.asked.clear()
        return len(times) > A_MINUTE

    async def _do(self, asked: Asked, given: Command) -> str:
        if given.name == "help":
            return _help(given.language)
        if given.name == "rules":
            return await self._rules(asked, given)
        who = flow.Moderator(self.name, asked.account)
        candidates = await self.on_database(partial(_candidates, who, given))
        powers = await self.on_network(partial(self._powers, asked.account, candidates))
        return str(await self.on_database(partial(_act, who, given, powers)))

    def _powers(self, account: str, candidates: Sequence[tuple[str, str]]) -> dict[str, Powers]:
        """Of the channels that a command may be about, those that the account moderates now."""
        found = {channel: self.platform.powers(account, channel, over) for channel, over in candidates}
        return {channel: powers for channel, powers in found.items() if powers.removes}

    async def _rules(self, asked: Asked, given: Command) -> str:
        if asked.private:
            with override(given.language):
                raise Refused(_("Write this in the channel it is about."))
        if given.words:
            powers = await self.on_network(lambda: self.platform.powers(asked.account, asked.channel))
            if not powers.removes:
                with override(given.language):
                    raise NoSuchThing(_("Only a moderator of the channel writes its rules."))
            await self.on_network(lambda: self.platform.write_channel_rules(asked.channel, given.words))
        text = await self.on_network(lambda: self.platform.channel_rules(asked.channel))
        with override(given.language):
            return (
                isolated(text)
                if text
                else _("The channel has written no rules of its own. Ours hold everywhere.")
            )


def _candidates(who: flow.Moderator, given: Command) -> list[tuple[str, str]]:
    """(channel, account that would be stopped): what a command may be about, before it is known who may."""
    if given.name in NEEDS_A_CASE:
        return flow.channels_of(who, given.about)
    if given.name == "unmute":
        return [(channel, given.about) for channel in flow.muted_channels(who, given.about)]
    return flow.channels_of(who, "")


def _act(who: flow.Moderator, given: Command, powers: dict[str, Powers]) -> str:
    with override(given.language):
        return _ACTS[given.name](who, given, powers)


def _reports(who: flow.Moderator, given: Command, powers: dict[str, Powers]) -> str:
    found = flow.reports_of(who, powers)
    if not found:
        return _("No report waits for you.")
    lines = [_line(one, given.language) for one in found]
    how = _("To read one: %(command)s") % {
        "command": isolated(f"{command('look', given.language)} {found[0].ref}")
    }
    return "\n".join([*lines, "", how])


def _look(who: flow.Moderator, given: Command, powers: dict[str, Powers]) -> str:
    seen = flow.look_at(who, given.about, powers)
    verbs = ("remove", "keep", "mute", "team")
    ways = [f"{command(name, given.language)} {seen.line.ref}" for name in verbs]
    return "\n".join([
        _line(seen.line, given.language),
        _("Written by %(account)s:") % {"account": isolated(seen.author)},
        isolated(seen.text), "",
        _("Then write one of these, with your reason; its author reads it:"), *map(isolated, ways),
    ])  # fmt: skip


def _decide(who: flow.Moderator, given: Command, powers: dict[str, Powers]) -> str:
    if given.name == "mute" and not any(one.mutes for one in powers.values()) and powers:
        raise Refused(
            _("You or our bot may not stop this account here."),
            _("It takes the power to ban, and more of it than the account has."),
        )
    flow.decide_as_moderator(who, given.about, powers, OUTCOMES[given.name], because=given.words)
    return {
        "remove": _("Done. Nobody sees it any more; its author reads your reason and can complain to us."),
        "keep": _("Done. The post stays. Whoever reported it is told, and can ask our own team to look."),
        "mute": _("Done. The post is gone and its author can no longer write here; they read your reason and can "
                  "complain to us."),
    }[given.name]  # fmt: skip


def _hand_on(who: flow.Moderator, given: Command, powers: dict[str, Powers]) -> str:
    flow.hand_on(who, given.about, powers, because=given.words)
    return _("Our own team looks at it now.")


def _unmute(who: flow.Moderator, given: Command, powers: dict[str, Powers]) -> str:
    if not powers:
        raise NoSuchThing(_("No moderator has stopped this account here."))
    for channel in powers:
        flow.let_write_again(who, channel, given.about, because=given.words)
    return _("Done. The account can write again, and is told.")


_ACTS: dict[str, Callable[[flow.Moderator, Command, dict[str, Powers]], str]] = {
    "reports": _reports, "look": _look, "remove": _decide, "keep": _decide, "mute": _decide, "team": _hand_on,
    "unmute": _unmute,
}  # fmt: skip


def _line(one: flow.Waiting, language: str) -> str:
    about = harms()[one.harm].name(language)
    told = {
        "ref": isolated(one.ref), "channel": isolated(one.channel), "about": about, "reports": one.reports,
        "until": f"{day(one.until)}, {one.until:%H:%M} UTC",
    }  # fmt: skip
    return _("%(ref)s · %(channel)s · %(about)s · reports: %(reports)s · until %(until)s") % told


def _help(language: str) -> str:
    with override(language):
        says = {
            "reports": _("what was reported in your channels and waits for you"),
            "look": _("read one of them: its number follows"),
            "remove": _("take the post away: number, then your reason"),
            "keep": _("leave it: number, then your reason"),
            "mute": _("take it away and stop its author from writing in the channel: number, reason"),
            "unmute": _("let somebody write again: account, reason"),
            "team": _("leave it to the platform’s own team: number"),
            "rules": _("the channel’s rules; a moderator writes new ones after it"),
        }
        first = _("I help the moderators of channels. Only they can use what follows; each decision is kept with its "
                  "reason, its author is told, and can complain to the platform.")  # fmt: skip
        lines = [f"{isolated(command(name, language))} — {words}" for name, words in says.items()]
    others = " ".join(command("help", other) for other in COMMANDS["help"] if other != language)
    return "\n".join([first, "", *lines, "", others])
