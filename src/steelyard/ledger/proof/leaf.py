"""What one public entry says, and the commitments that tie it to a private record without telling it.

A commitment is HMAC-SHA256 with a fresh 32-byte salt over the record's canonical JSON (RFC 8785). Whoever is
given record and salt can check it; without the salt it says nothing, not even to somebody who guesses right.
"""

import hashlib
import hmac
import json
from typing import Any

FIELDS = frozenset(
    {"v", "id", "type", "hour", "harm", "verb", "surface", "source", "ground", "instrument"}
    | {"authority_country", "reversal", "digest", "by", "case_commit", "body_commit"}
)


def commitment(salt: bytes, canonical_record: bytes) -> str:
    """The commitment to `canonical_record`, as the leaf holds it: hexadecimal."""
    return hmac.digest(salt, canonical_record, hashlib.sha256).hex()


def commits_to(commit: str, salt: bytes, canonical_record: bytes) -> bool:
    """Whether a leaf's `commit` is the one made from this record with this salt."""
    return hmac.compare_digest(commit, commitment(salt, canonical_record))


def read_leaf(entry: bytes) -> dict[str, Any]:
    """An entry as a dictionary. Raises ValueError when it is not one of ours."""
    leaf = json.loads(entry)
    if not isinstance(leaf, dict) or set(leaf) != FIELDS:
        raise ValueError("The entry does not have the fields of a ledger leaf.")
    return leaf
