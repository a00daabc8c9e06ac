"""sigstore's verifier for Node (`@sigstore/verify` from npm). It checks a checkpoint's Ed25519 signature and inclusion
proofs. It knows neither tiles, nor consistency between checkpoints, nor ML-DSA: for those there is Go's client."""

import json
import os
import shutil
import subprocess
import tempfile
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from steelyard.ledger.proof.note import Key
from steelyard.ledger.proof.receipt import Receipt

HERE = Path(__file__).parent / "npm"


@cache
def installed() -> Path:
    """The folder with the package, installed once for each user; without npm or a registry the test is skipped."""
    if not shutil.which("npm"):
        pytest.skip("needs Node and npm")
    folder = Path(tempfile.gettempdir()) / f"steelyard-npm-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    wanted = (HERE / "package.json").read_bytes()
    package = folder / "package.json"
    done = (folder / "node_modules" / "@sigstore" / "verify" / "package.json").exists()
    if not (done and package.exists() and package.read_bytes() == wanted):
        package.write_bytes(wanted)
        command = ["npm", "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund"]
        if subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False).returncode:
            pytest.skip("npm cannot install here")
    return folder


def answers(key: Key, receipts: list[Receipt]) -> list[str]:
    """`ok SIZE` or `no REASON` for each of these proofs."""
    der = Ed25519PublicKey.from_public_bytes(key.public).public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    given: dict[str, Any] = {
        "key": _text(der), "keyId": _text(key.id), "origin": key.name,
        "proofs": [
            {"index": str(one.index), "entry": _text(one.entry), "hashes": [_text(step) for step in one.proof],
             "checkpoint": str(one.checkpoint)}
            for one in receipts
        ],
    }  # fmt: skip
    command = ["node", str(HERE / "check.js"), str(installed())]
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def _text(content: bytes) -> str:
    return b64encode(content).decode()
