# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Synapse module: asks the gate before a post is accepted, hides and restores, hands reports on.

It holds no policy. What it decides alone is what it was told to refuse (`refusals`); everything else it
asks over a Unix socket, briefly, and lets pass when no answer comes.
"""

import hashlib
import logging
import time
from pathlib import Path
from typing import Any

from synapse.events import EventBase
from synapse.module_api import NOT_SPAM, ModuleApi, errors

from steelyard_synapse.bans import Bans
from steelyard_synapse.deliveries import Deliveries
from steelyard_synapse.directory import Directory
from steelyard_synapse.files import Files
from steelyard_synapse.gate import Gate
from steelyard_synapse.hiding import Hiding
from steelyard_synapse.labels import Labels
from steelyard_synapse.names import Names
from steelyard_synapse.ops import Parts, serve_ops
from steelyard_synapse.places import Places
from steelyard_synapse.refusals import Refusals, edited, fingerprint, words_of
from steelyard_synapse.selftest import SelfTest
from steelyard_synapse.trial import PROBE

logger = logging.getLogger(__name__)

SHORTEST_TOKEN = 32
ASKED_ABOUT = {"m.room.message", "m.room.topic", "m.room.name", "m.sticker", "m.reaction", "m.room.encrypted"}


class SteelyardModule:
    """Configuration: `gate_socket` and `token_file` (paths), `exempt` (user ids never refused).

    `country_database` (a path, may be left out): see `places`.
    """

    def __init__(self, config: dict[str, Any], api: ModuleApi) -> None:
        self.api = api
        self.exempt = frozenset(config["exempt"])
        self.refusals = Refusals()
        self.hiding = Hiding(api)
        self.gate = Gate(api._hs.get_reactor(), config["gate_socket"], self.refusals)
        self.places = Places(api, config["country_database"])
        self.directory = Directory(api, self.hiding)
        self.selftest = SelfTest(api, self.hiding)
        api.register_spam_checker_callbacks(
            check_event_for_spam=self.check_event,
            check_media_file_for_spam=self.check_media,
            user_may_publish_room=self.directory.may_publish,
        )
        Bans(api, self.refusals, self.exempt)
        self.selftest.names = Names(api, self.refusals, self.gate, self.places, self.exempt)
        parts = Parts(
            hiding=self.hiding,
            gate=self.gate,
            selftest=self.selftest,
            places=self.places,
            directory=self.directory,
            files=Files(api),
            deliveries=Deliveries(api),
            labels=Labels(api),
            policy_server=self._policy_server(),
            exempt=self.exempt,
        )
        serve_ops(api, config["token"], parts)
        self.gate.connect()
        self.selftest.start()

    def _policy_server(self) -> Any:
        """None where this Synapse lacks what it is made of: the homeserver must start all the same."""
        try:
            from steelyard_synapse.policy_server import PolicyServer

            found = PolicyServer(self.api, self.hiding, self.selftest, self.check_event)
        except (ImportError, AttributeError) as missing:
            logger.warning("Steelyard is no policy server here: %s", missing)
            return None
        self.selftest.sign = found.try_it
        return found

    @staticmethod
    def parse_config(config: dict[str, Any]) -> dict[str, Any]:
        """Read the secret from its file, so that it is in no configuration that people paste."""
        token = Path(config["token_file"]).read_text().strip()
        if len(token) < SHORTEST_TOKEN:
            raise ValueError(f"steelyard: the token file holds fewer than {SHORTEST_TOKEN} characters.")
        return {
            "token": token,
            "gate_socket": config["gate_socket"],
            "exempt": list(config.get("exempt", ())),
            "country_database": str(config.get("country_database", "")),
        }

    async def check_event(self, event: EventBase) -> Any:
        """Before an event is accepted. Returns NOT_SPAM or (FORBIDDEN, what its author is told)."""
        if event.type == PROBE:
            met = self.refusals.met_by(event.room_id, event.sender)
            return errors.Codes.FORBIDDEN, {"steelyard": {"probe": met}}
        if event.type not in ASKED_ABOUT or event.sender in self.exempt or self.selftest.is_own(event):
            return NOT_SPAM
        words = words_of(event.type, event.content)
        reason = self.refusals.applies(event.room_id, event.sender, fingerprint(words))
        reason = reason or self.refusals.too_soon(event.sender, time.monotonic())
        reason = reason or await self._edits_hidden(event) or await self._asked(event, words)
        return (errors.Codes.FORBIDDEN, {"steelyard": reason}) if reason else NOT_SPAM

    async def check_media(self, file: Any, info: Any) -> Any:
        """Before a file is kept: its bytes against the fingerprints we were told to refuse."""
        if not (self.refusals.content or any(self.refusals.files.values())):
            return NOT_SPAM
        digest, older = hashlib.sha256(), hashlib.md5(usedforsecurity=False)

        def take(chunk: bytes) -> None:
            digest.update(chunk)
            older.update(chunk)

        await file.write_chunks_to(take)
        reason = self.refusals.content.get(digest.hexdigest())
        if reason is None and self.refusals.listed(digest.digest(), older.digest()):
            reason = {"reason": "This file cannot be shared here."}  # no word on any list
        return (errors.Codes.FORBIDDEN, {"steelyard": reason}) if reason else NOT_SPAM

    async def _edits_hidden(self, event: EventBase) -> dict[str, str] | None:
        """A hidden post must not come back by being edited."""
        target = edited(event.content)
        if not target or not await self.hiding.is_hidden(target):
            return None
        return {"reason": "The post this edits has been hidden.", "case": "", "appeal": ""}

    async def _asked(self, event: EventBase, words: str) -> dict[str, str] | None:
        answer = await self.gate.ask(
            {
                "event": event.event_id, "room": event.room_id, "sender": event.sender, "type": event.type,
                "text": words, "state": event.is_state(),
            }
        )  # fmt: skip
        return answer.get("refuse") if answer else None
