"""Asking others to cosign a checkpoint: c2sp.org/tlog-witness, `add-checkpoint`.

A log that shows different people different histories must find a witness that forgets. Only witnesses run by
others count. One that does not answer delays nothing: it is left alone for a minute.

A home whose files, database and signer all went back together, from an older backup, is whole to itself: only a
witness knows better. So each is compared with before anything new is signed, or at its first answer afterwards, and
one that has seen more than we hold stops the log (docs/decisions/0032).
"""

import base64
import logging
import time
from http import HTTPStatus
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from steelyard.base.config import Witness, config
from steelyard.base.errors import BadInput, Broken
from steelyard.ledger.origin import folder
from steelyard.ledger.proof.merkle import consistency_proof
from steelyard.ledger.proof.note import BadNote, Note, Signature, read_key, read_note, verified_by
from steelyard.ledger.proof.tiles import Folder, hash_reader

logger = logging.getLogger(__name__)
PATIENCE = 5  # seconds for an answer
LEAVE_ALONE = 60  # seconds after a failure
_cosigned: dict[str, int] = {}
"""Witness -> the size it cosigned last. Forgotten at each start: then it tells us, and we compare."""
_not_before: dict[str, float] = {}


def compare(note: Note, size: int) -> None:
    """At the start: nobody has seen more of this log than we hold. Raises Broken; one that is away is asked later."""
    _cosigned.clear()
    ask_all(note, size)


def ask_all(note: Note, size: int) -> Note | None:
    """The checkpoint with the cosignatures of the configured witnesses; None when there are none."""
    found = [signature for witness in config().witnesses for signature in _ask(witness, note, size)]
    return Note(note.text, note.signatures + tuple(found)) if found else None


def _ask(witness: Witness, note: Note, size: int) -> list[Signature]:
    if time.monotonic() < _not_before.get(witness.url, 0):
        return []
    try:
        found = cosignatures(witness, note, size)
    except (OSError, BadNote, ValueError) as fault:
        logger.warning("The witness %s did not cosign %d: %s", witness.url, size, fault)
        _not_before[witness.url] = time.monotonic() + LEAVE_ALONE
        return []
    _cosigned[witness.url] = size
    return found


def cosignatures(witness: Witness, note: Note, size: int) -> list[Signature]:
    """What this witness signs of it, verified. Raises OSError, BadNote or ValueError when it does not."""
    try:
        answer = _submit(witness, note, _cosigned.get(witness.url, size), size)
    except HTTPError as fault:
        if fault.code != HTTPStatus.CONFLICT:
            raise
        last = int(fault.read(64))  # it tells the size it knows, and we begin from there
        if last > size:
            why = f"It has cosigned {last} entries already, and we are at {size}."
            raise _contradicted(witness, why) from fault
        answer = _from(witness, note, last, size)
    key = read_key(witness.vkey)
    told = read_note(f"{note.text}\n{answer}").signatures
    found = [each for each in told if (each.name, each.key_id) == (key.name, key.id)]
    if not verified_by(Note(note.text, tuple(found)), [key]):
        raise BadNote("Its answer holds no cosignature by the key we know it by.")
    return found


def _from(witness: Witness, note: Note, last: int, size: int) -> str:
    """Submit from the size that the witness itself named: what it refuses then is another history."""
    try:
        return _submit(witness, note, last, size)
    except HTTPError as fault:
        other_root = fault.code == HTTPStatus.CONFLICT and last == size
        if not other_root and fault.code != HTTPStatus.UNPROCESSABLE_ENTITY:
            raise
        why = f"Our {size} entries do not begin with the {last} that it has cosigned."
        raise _contradicted(witness, why) from fault


def _contradicted(witness: Witness, why: str) -> Exception:
    """Broken until we have once agreed since this start: then nothing of ours can have gone back, and it is wrong."""
    if witness.url in _cosigned:
        return BadNote(why)
    return Broken(
        "The ledger does not go on.",
        f"The witness {witness.url} knows another history of it. {why}",
        "If a backup was restored, restore the newest one: entries are lost that strangers have seen. If the witness "
        "is wrong, take it out of steelyard.toml.",
    )


def _submit(witness: Witness, note: Note, old: int, size: int) -> str:
    proof = consistency_proof(hash_reader(Folder(folder()), size), old, size)
    lines = [f"old {old}", *(base64.b64encode(step).decode() for step in proof), "", str(note)]
    if urlsplit(witness.url).scheme not in ("http", "https"):
        raise BadInput(f"{witness.url} is not the address of a witness.", do="Correct it in steelyard.toml.")
    address = f"{witness.url.rstrip('/')}/add-checkpoint"
    request = Request(address, data="\n".join(lines).encode(), method="POST")  # noqa: S310 (checked above)
    with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 (checked above)
        return str(answer.read(1 << 16).decode())
