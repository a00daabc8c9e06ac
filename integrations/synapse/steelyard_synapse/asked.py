# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is asked of this homeserver, read with care; and whether it can be done at present."""

from typing import Any

from synapse.api.errors import Codes, SynapseError
from synapse.http.servlet import parse_json_object_from_request

from steelyard_synapse.selftest import Trial

BATCH = 500


def events_of(asked: dict[str, Any]) -> list[str]:
    events = asked.get("events")
    if not isinstance(events, list) or not all(isinstance(event, str) for event in events):
        raise SynapseError(400, "events is a list of event ids.", Codes.INVALID_PARAM)
    if len(events) > BATCH:
        raise SynapseError(400, f"At most {BATCH} events in one call.", Codes.TOO_LARGE)
    return list(dict.fromkeys(events))


def texts_of(request: Any, *names: str) -> list[str]:
    asked = parse_json_object_from_request(request)
    found = [asked.get(name) for name in names]
    if not all(map(is_text, found)):
        raise SynapseError(400, f"{', '.join(names)}: each is a text.", Codes.INVALID_PARAM)
    return [str(each) for each in found]


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def must_work(trial: Trial) -> None:
    if trial.state == "pending":
        raise SynapseError(503, "The self-test has not finished yet. Try again in a moment.", Codes.UNKNOWN)
    if trial.state != "passed":
        raise SynapseError(501, f"{trial.what} is switched off: {trial.why}", Codes.UNRECOGNIZED)
