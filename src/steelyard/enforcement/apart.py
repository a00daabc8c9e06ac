"""What is the same for every platform that sends us everything itself and lets nobody take part from here."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from steelyard.base.errors import Refused, gettext_noop
from steelyard.enforcement.connector import (
    SETTLED,
    Held,
    MemberSession,
    Membership,
    Operation,
    PlatformReceipt,
    SeenPost,
    SeenReport,
    Target,
)


class Apart(ABC):
    """The part of the contract that needs no asking back; the rest is each platform's own."""

    def act(
        self, operation: Operation, target: Target, *, key: str, params: Mapping[str, Any] | None = None
    ) -> PlatformReceipt:
        return self.act_on_many(operation, [target], key=key, params=params)

    @abstractmethod
    def act_on_many(
        self,
        operation: Operation,
        targets: Sequence[Target],
        *,
        key: str,
        params: Mapping[str, Any] | None = None,
    ) -> PlatformReceipt: ...

    @abstractmethod
    def fetch(self, target: Target) -> SeenPost | None: ...

    def held_about(
        self, account: str, categories: Sequence[str], *, since: date | None = None, until: date | None = None
    ) -> tuple[Held, ...]:
        """Nothing here could be handed over: no manifest of such a platform offers it."""
        return ()

    def posts_after(self, cursor: str, *, settled: timedelta = SETTLED) -> tuple[tuple[str, ...], str]:
        """What is sent to us is sent or kept until it is taken, so there is nothing to catch up."""
        return (), cursor

    def look_up(self, ids: Sequence[str]) -> tuple[SeenPost, ...]:
        found = (self.fetch(Target(each)) for each in ids)
        return tuple(post for post in found if post)

    def reports_after(self, cursor: str) -> tuple[tuple[SeenReport, ...], str]:
        return (), cursor

    def as_member(self, session: MemberSession) -> Membership:
        raise _no_members()

    def register_member(self, name: str, display_name: str, password: str) -> MemberSession:
        raise _no_members()

    def sign_in_member(self, name: str, password: str) -> MemberSession:
        raise _no_members()


def _no_members() -> Refused:
    return Refused(
        gettext_noop("Nobody can take part in this platform from here."),
        do=gettext_noop("Use its own pages."),
    )
