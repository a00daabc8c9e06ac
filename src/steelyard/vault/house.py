"""Keys that speak for the house in papers: a certificate each, made on first use, the private half under the KEK."""

import os
import threading
from contextlib import suppress
from datetime import timedelta
from functools import cache

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from steelyard.base.clock import now
from steelyard.base.config import config, home
from steelyard.base.files import write_private
from steelyard.vault.actions import unwrap_file, wrap_file

_LASTS = timedelta(days=5 * 366)


class HouseKey(msgspec.Struct, frozen=True):
    private: bytes
    """PKCS #8, DER"""
    certificate: bytes
    """X.509, DER: self-signed. Whoever checks a paper compares it with the published copy."""


@cache
def house_key(name: str) -> HouseKey:
    """The key called `name` (ECDSA on P-256) with its certificate. Two processes that make it at once keep one."""
    place = f"house-{name}"
    file = home() / "keys" / place
    if not file.exists():
        draft = file.with_name(f".{place}.{os.getpid()}.{threading.get_ident()}")
        write_private(draft, wrap_file(msgspec.msgpack.encode(_make(name)), name=place))
        with suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return msgspec.msgpack.decode(unwrap_file(file.read_bytes(), name=place), type=HouseKey)


def certificate_pem(name: str) -> str:
    """The certificate as others keep it."""
    found = x509.load_der_x509_certificate(house_key(name).certificate)
    return found.public_bytes(serialization.Encoding.PEM).decode()


def _make(name: str) -> HouseKey:
    key, moment = ec.generate_private_key(ec.SECP256R1()), now()
    who = x509.Name([
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, config().service[:64]),
        x509.NameAttribute(NameOID.COMMON_NAME, f"{config().service[:50]}: {name}"),
    ])  # fmt: skip
    use = {"key_cert_sign": False, "crl_sign": False, "key_encipherment": False, "data_encipherment": False,
           "key_agreement": False, "encipher_only": False, "decipher_only": False}  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + _LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, **use), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return HouseKey(private, made.public_bytes(serialization.Encoding.DER))
