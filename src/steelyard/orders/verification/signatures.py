"""Does a file carry a signature that was made with one of these keys, and does it cover all of it?

Keys are those of the directory and nothing else: a chain to some authority that sells certificates proves no authority.
Whatever is parsed is parsed in a process of its own (`inside.py`), with limits, in bubblewrap where that is installed.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import msgspec

from steelyard.base.clock import now
from steelyard.base.errors import Refused
from steelyard.base.errors import gettext_noop as _
from steelyard.base.sandbox import available, run_inside
from steelyard.people.agencies.models import DirectoryEntry

LARGEST = 10_000_000
_PROGRAM = Path(__file__).with_name("inside.py")
_TROUBLES = {
    "none": _("The file carries no signature."),
    "no_certificate": _("The signature does not carry its certificate."),
    "certificate_over": _("Its certificate is not valid today."),
    "unknown_key": _("Its key is not in the directory."),
    "unreadable": _("It cannot be read as a signature."),
}


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A signature that holds."""

    entry: DirectoryEntry
    kind: str
    """pdf, cms, openpgp"""
    at: str = ""
    """When the signer says it was made; nobody else says so."""


class _Answer(msgspec.Struct, frozen=True):
    key: int = -1
    kind: str = ""
    at: str = ""
    trouble: str = ""


def read_signature(file: bytes, signature: bytes, keys: Sequence[DirectoryEntry]) -> Signed:
    """The signature over `file`: `signature` beside it, or, when that is empty, inside a PDF. Raises Refused.

    A file that takes too long or too much memory is stopped, and is no signature.
    """
    if len(file) > LARGEST or len(signature) > LARGEST:
        raise _none(_("The file is too large to be checked here."))
    told = {"keys": [{"kind": one.kind, "value": one.value} for one in keys], "moment": now().isoformat()}
    given = {"file": file, "signature": signature, "given.json": json.dumps(told).encode()}
    found = run_inside(_PROGRAM, given, bare=not available())
    try:
        answer = msgspec.convert(found or {"trouble": "unreadable"}, _Answer)
    except msgspec.ValidationError:
        answer = _Answer(trouble="unreadable")
    if answer.trouble == "changed":
        raise _changed()
    if answer.trouble or not 0 <= answer.key < len(keys):
        raise _none(_TROUBLES.get(answer.trouble, _TROUBLES["unreadable"]))
    return Signed(entry=keys[answer.key], kind=answer.kind, at=answer.at)


def _none(why: str) -> Refused:
    return Refused(
        _("This is no signature of the authority."),
        why,
        _("Ask the authority for the signed file, or call it back."),
    )


def _changed() -> Refused:
    return Refused(
        _("The signature does not hold."),
        _("The file was changed after it was signed, or it was signed by somebody else."),
        _("Treat the order as unverified, and tell the authority whose key it claims."),
    )
