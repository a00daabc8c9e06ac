"""What each operation of the contract is on a homeserver with our module in it."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from steelyard.base.errors import Refused, Unreachable
from steelyard.enforcement.connector import Operation, Reading, Sight, Target
from steelyard.enforcement.connectors.matrix import accounts
from steelyard.enforcement.connectors.matrix.closing import Closing
from steelyard.enforcement.connectors.matrix.files import Files
from steelyard.enforcement.connectors.matrix.gate import tell_gate
from steelyard.enforcement.connectors.matrix.manifest import LIMIT
from steelyard.enforcement.connectors.matrix.stream import Stream
from steelyard.enforcement.connectors.matrix.wire import Absent, Wire

LISTS = {
    Operation.FREEZE_CHANNEL: ("channels", True),
    Operation.UNFREEZE_CHANNEL: ("channels", False),
    Operation.MUTE_ACCOUNT: ("accounts", True),
    Operation.UNMUTE_ACCOUNT: ("accounts", False),
    Operation.BLOCK_CONTENT: ("content", True),
    Operation.UNBLOCK_CONTENT: ("content", False),
    Operation.LIMIT_ACCOUNT: ("limited", True),
    Operation.UNLIMIT_ACCOUNT: ("limited", False),
    Operation.BAN_ACCOUNT: ("banned", True),
    Operation.UNBAN_ACCOUNT: ("banned", False),
}
LANGUAGE = "org.steelyard.language"
Params = Mapping[str, Any]


class Asked(NamedTuple):
    operation: Operation
    targets: Sequence[Target]
    key: str
    params: Params

    @property
    def target(self) -> Target:
        return self.targets[0]

    @property
    def ids(self) -> list[str]:
        return [target.id for target in self.targets]

    def told(self, *names: str) -> dict[str, str]:
        return {name: str(self.params.get(name, "")) for name in names}

    def in_language(self) -> dict[str, str]:
        """Says in which language it is, so that a client can show each reader their own."""
        language = self.told("language")["language"]
        return {LANGUAGE: language} if language else {}

    def changed(self, changed: bool) -> Params:
        return {"done" if changed else "already": [self.target.id]}

    def missing(self) -> Params:
        return {"missing": [self.target.id]}


class Doing:
    def __init__(
        self,
        wire: Wire,
        stream: Stream,
        operator: accounts.OwnAccount,
        control: Path,
        look: Callable[[Target], Reading],
    ) -> None:
        """`look` reads as an ordinary member does."""
        self._wire, self._stream, self._operator, self._control = wire, stream, operator, control
        self._look = look
        self._closing = Closing(wire, operator, stream.tell, stream.ask)
        self._how = {
            Operation.CONTAIN_ITEM: self._hide,
            Operation.RESTORE_ITEM: self._restore,
            Operation.REMOVE_ITEM: self._remove,
            Operation.LABEL_ITEM: self._label,
            Operation.UNLABEL_ITEM: self._label,
            Operation.QUARANTINE_MEDIA: lambda asked: self._files().quarantine(asked.ids),
            Operation.RELEASE_MEDIA: lambda asked: self._files().release(asked.ids),
            Operation.ERASE_MEDIA: self._erase,
            Operation.NOTIFY_ACCOUNT: self._notify,
            Operation.ACKNOWLEDGE_REPORT: self._notify,
            Operation.REPLY_TO_REPORT: self._notify,
            Operation.POST_ANNOUNCEMENT: self._announce,
            Operation.CLOSE_CHANNEL: self._close,
            Operation.REOPEN_CHANNEL: self._reopen,
            Operation.UNLIST_CHANNEL: self._list,
            Operation.RELIST_CHANNEL: self._list,
            Operation.SUSPEND_ACCOUNT: self._suspend,
            Operation.UNSUSPEND_ACCOUNT: self._suspend,
            Operation.CLOSE_REGISTRATION: self._registration,
            Operation.OPEN_REGISTRATION: self._registration,
        }

    def carry_out(self, asked: Asked) -> Params:
        """Returns which targets are done, already so, missing, and the homeserver's own reference."""
        return self._how.get(asked.operation, self._refuse_from_now_on)(asked)

    def _hide(self, asked: Asked) -> Params:
        """Posts, with the files that their authors put into them."""
        found = self._stream.tell("hide", {"events": asked.ids, **asked.told("case")})
        self._files().quarantine(found["files"])
        return found

    def _restore(self, asked: Asked) -> Params:
        """The files first: asked again after a fault in between, the posts still tell which they are."""
        self._files().release(self._stream.tell("files", {"events": asked.ids, "freed": True})["files"])
        return self._stream.tell("restore", {"events": asked.ids})

    def _remove(self, asked: Asked) -> Params:
        """The files first: a post that is removed does not tell any more which they were."""
        self._files().quarantine(self._stream.tell("files", {"events": asked.ids})["files"])
        found = self._stream.tell("redact", {"events": asked.ids, **asked.told("reason")})
        if found["refused"] and not found["done"]:
            raise Refused("The homeserver did not let us remove this.", "; ".join(found["refused"].values()))
        return {**found, "reference": " ".join(found["redactions"])}

    def _erase(self, asked: Asked) -> Params:
        """Believed when an ordinary member is handed none of them."""
        noted = self._stream.tell("files", {"events": asked.ids, "noted": True})["files"]
        gone = self._files().erase(noted)
        still = [uri for uri in gone if self._handed_out(uri)]
        if still:
            raise Unreachable(f"A member is still handed {len(still)} of the files.", do="It is tried again.")
        return {"done" if gone else "already": asked.ids, "reference": " ".join(gone)}

    def _handed_out(self, uri: str) -> bool:
        return self._look(Target(uri, kind="media")).sight == Sight.VISIBLE

    def _label(self, asked: Asked) -> Params:
        label = asked.told("label", "text", "case") if asked.operation is Operation.LABEL_ITEM else None
        return self._stream.tell("label", {"events": asked.ids, "label": label})

    def _files(self) -> Files:
        return Files(self._wire, self._operator.token())

    # Channels.

    def _close(self, asked: Asked) -> Params:
        room = self._stream.room_now(asked.target.id)
        if not room.get("known"):
            return asked.missing()
        words = "\n\n".join(filter(None, asked.told("reason", "case", "appeal").values()))
        return asked.changed(self._closing.close(asked.target.id, str(room.get("name", "")), words))

    def _reopen(self, asked: Asked) -> Params:
        if not self._stream.room_now(asked.target.id).get("known"):
            return asked.missing()
        return asked.changed(self._closing.reopen(asked.target.id))

    def _list(self, asked: Asked) -> Params:
        if not self._stream.room_now(asked.target.id).get("known"):
            return asked.missing()
        listed = asked.operation is Operation.RELIST_CHANNEL
        said = self._stream.tell("listing", {"room": asked.target.id, "listed": listed})
        return asked.changed(bool(said["changed"]))

    # Accounts.

    def _suspend(self, asked: Asked) -> Params:
        wanted, token = asked.operation is Operation.SUSPEND_ACCOUNT, self._operator.token()
        account = quote(asked.target.id, safe="")
        try:
            known = self._wire.call("GET", f"/_synapse/admin/v2/users/{account}", token=token)
        except Absent:
            return asked.missing()
        if bool(known.get("suspended")) == wanted:
            return asked.changed(False)
        path = f"/_synapse/admin/v1/suspend/{account}"
        self._wire.call("PUT", path, token=token, json={"suspend": wanted})
        return asked.changed(True)

    def _notify(self, asked: Asked) -> Params:
        """To an account; of a report, to whoever made it."""
        to = asked.target.id if asked.target.kind != "report" else asked.told("reporter")["reporter"]
        said = self._wire.call(
            "PUT",
            f"/_synapse/admin/v1/send_server_notice/{_transaction(asked.key)}",
            token=self._operator.token(),
            json={"user_id": to, "content": _message(asked.params)},
        )
        return {"done": [asked.target.id], "reference": said["event_id"]}

    def _announce(self, asked: Asked) -> Params:
        token = self._operator.token()
        room = accounts.join(self._wire, token, asked.target.channel or asked.target.id)
        said = self._wire.call(
            "PUT",
            f"/_matrix/client/v3/rooms/{quote(room, safe='')}/send/m.room.message/{_transaction(asked.key)}",
            token=token,
            json=_message(asked.params) | asked.in_language(),
        )
        return {"done": [asked.target.id], "reference": said["event_id"]}

    def _registration(self, asked: Asked) -> Params:
        closed = asked.operation is Operation.CLOSE_REGISTRATION
        said = self._stream.tell("registrations", {"country": asked.target.id, "closed": closed})
        return asked.changed(bool(said["changed"]))

    def _refuse_from_now_on(self, asked: Asked) -> Params:
        which, put = LISTS[asked.operation]
        told: dict[str, Any] = {**asked.told("reason", "case", "appeal")}
        if asked.operation is Operation.LIMIT_ACCOUNT:
            told["every"] = int(asked.params.get("every") or LIMIT.total_seconds())
        change = {"list": which, "id": asked.target.id, "refuse": told if put else None}
        return asked.changed(tell_gate(self._control, change))


def case_of(targets: Sequence[Target]) -> str:
    """Theirs, where it is the same for all."""
    cases = {target.case for target in targets}
    return cases.pop() if len(cases) == 1 else ""


def _message(params: Params) -> dict[str, str]:
    plain = {"msgtype": "m.text", "body": str(params["text"])}
    if not params.get("html"):
        return plain
    return {**plain, "format": "org.matrix.custom.html", "formatted_body": str(params["html"])}


def _transaction(key: str) -> str:
    """A transaction id of fixed length, whatever the key: the same key is the same message."""
    return "steelyard-" + hashlib.sha256(key.encode()).hexdigest()[:40]
