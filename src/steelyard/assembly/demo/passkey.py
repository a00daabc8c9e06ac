"""A passkey in software, for the demo's cast and the tests: it answers the real doors in WebAuthn.

It always claims that its user was verified (there is nobody to ask): for demos and tests alone.
"""

import json
import os
import struct
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

from steelyard.base.files import write_private

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Key:
    """One credential: who it is for, and how often it signed."""

    relying_party: str
    user: str
    private: ec.EllipticCurvePrivateKey
    count: int = 0
    id: str = field(default_factory=lambda: websafe_encode(os.urandom(32)))


class SoftPasskey:
    """An authenticator with resident ES256 keys, user verification and a signature counter."""

    def __init__(self, origin: str, *, verifies: bool = True) -> None:
        self.origin = origin
        self.verifies = verifies
        """False: behaves like a key without PIN, which staff sign-in has to refuse."""
        self.keys: list[Key] = []

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.create(options)`. Raises LookupError when a key is there already."""
        asked = options["publicKey"]
        known = {each["id"] for each in asked.get("excludeCredentials") or []}
        if known & {key.id for key in self.keys}:
            raise LookupError("This authenticator already has a key for this person.")
        key = Key(asked["rp"]["id"], asked["user"]["id"], ec.generate_private_key(ec.SECP256R1()))
        self.keys.append(key)
        attested = self._authenticator_data(key, ATTESTED) + self._credential_data(key)
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": attested})
        client = self._client_data("webauthn.create", asked["challenge"])
        return _answer(
            key,
            {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(attestation)},
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.get(options)`. Raises LookupError when none is asked for."""
        asked = options["publicKey"]
        allowed = [each["id"] for each in asked.get("allowCredentials") or []]
        key = next(
            (k for k in self.keys if k.relying_party == asked["rpId"] and (not allowed or k.id in allowed)),
            None,
        )
        if key is None:
            raise LookupError("This authenticator has no key for that.")
        key.count += 1
        data = self._authenticator_data(key, 0)
        client = self._client_data("webauthn.get", asked["challenge"])
        signature = key.private.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return _answer(
            key,
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": key.user,
            },
        )

    def save(self, file: Path) -> None:
        """Keep the keys in a file that only its owner reads."""
        rows = [
            {"rp": k.relying_party, "user": k.user, "private": _pem(k), "count": k.count, "id": k.id}
            for k in self.keys
        ]
        write_private(file, json.dumps({"origin": self.origin, "keys": rows}).encode())

    @classmethod
    def load(cls, file: Path) -> "SoftPasskey":
        found = json.loads(file.read_text())
        passkey = cls(found["origin"])
        passkey.keys = [
            Key(row["rp"], row["user"], _private(row["private"]), row["count"], row["id"])
            for row in found["keys"]
        ]
        return passkey

    def _client_data(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _authenticator_data(self, key: Key, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return sha256(key.relying_party.encode()).digest() + struct.pack(">BI", flags, key.count)

    def _credential_data(self, key: Key) -> bytes:
        raw = websafe_decode(key.id)
        public = ES256.from_cryptography_key(key.private.public_key())  # type: ignore[no-untyped-call]
        return bytes(16) + struct.pack(">H", len(raw)) + raw + cbor.encode(dict(public))


def _answer(key: Key, response: dict[str, str]) -> dict[str, Any]:
    return {
        "id": key.id,
        "rawId": key.id,
        "type": "public-key",
        "response": response,
        "clientExtensionResults": {},
    }


def _pem(key: Key) -> str:
    return key.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _private(pem: str) -> ec.EllipticCurvePrivateKey:
    found = serialization.load_pem_private_key(pem.encode(), None)
    if not isinstance(found, ec.EllipticCurvePrivateKey):
        raise TypeError("The file holds a key of another kind.")
    return found
