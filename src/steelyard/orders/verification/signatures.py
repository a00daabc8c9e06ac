"""Does a file carry a signature that was made with one of these keys, and does it cover all of it?

Keys are those of the directory and nothing else: a chain to some authority that sells certificates proves no authority.
The cryptography is pyHanko's (CMS, PDF) and Sequoia's (OpenPGP).
"""

import asyncio
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from steelyard.base.clock import now
from steelyard.base.errors import Refused
from steelyard.base.errors import gettext_noop as _
from steelyard.people.agencies.models import DirectoryEntry, EntryKind

LARGEST = 10_000_000


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A signature that holds."""

    entry: DirectoryEntry
    kind: str
    """pdf, cms, openpgp"""
    at: str = ""
    """When the signer says it was made; nobody else says so."""


def read_signature(file: bytes, signature: bytes, keys: Sequence[DirectoryEntry]) -> Signed:
    """The signature over `file`: `signature` beside it, or, when that is empty, inside a PDF. Raises Refused."""
    if len(file) > LARGEST or len(signature) > LARGEST:
        raise _none(_("The file is too large to be checked here."))
    try:
        if not signature:
            return _pdf(file, keys)
        if signature.lstrip().startswith(b"-----BEGIN PGP") or signature[:1] in (b"\x88", b"\x89", b"\xc2"):
            return _openpgp(file, signature, keys)
        return _cms(file, signature, keys)
    except Refused:
        raise
    except Exception as fault:  # parsers of hostile files raise whatever they like; none of it is a signature
        raise _none(_("It cannot be read as a signature.")) from fault


def _pdf(file: bytes, keys: Sequence[DirectoryEntry]) -> Signed:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    found = PdfFileReader(io.BytesIO(file)).embedded_signatures
    if not found:
        raise _none(_("The file carries no signature."))
    last = found[-1]
    entry = _key(last.signer_cert.dump(), keys)
    status = asyncio.run(
        async_validate_pdf_signature(last, signer_validation_context=_context(last.signer_cert))
    )
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE or (
        status.modification_level in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)
    )
    if not (status.intact and status.valid and whole):
        raise _changed()
    return Signed(entry=entry, kind="pdf", at=_time(status.signer_reported_dt))


def _cms(file: bytes, signature: bytes, keys: Sequence[DirectoryEntry]) -> Signed:
    from asn1crypto import cms, pem
    from pyhanko.sign.validation import async_validate_detached_cms

    der = pem.unarmor(signature)[2] if pem.detect(signature) else signature
    signed = cms.ContentInfo.load(der)["content"]
    certificate = _signer(signed)
    entry = _key(certificate.dump(), keys)
    status = asyncio.run(
        async_validate_detached_cms(file, signed, signer_validation_context=_context(certificate))
    )
    if not (status.intact and status.valid):
        raise _changed()
    return Signed(entry=entry, kind="cms", at=_time(status.signer_reported_dt))


def _signer(signed: Any) -> Any:
    """The certificate inside that the signature names. One signer only."""
    (info,) = signed["signer_infos"]
    for each in signed["certificates"]:
        if each.chosen.serial_number == info["sid"].chosen["serial_number"].native:
            return each.chosen
    raise _none(_("The signature does not carry its certificate."))


def _context(certificate: Any) -> Any:
    """Trusts this one certificate: that it is the authority's has been looked up by two of ours."""
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(trust_roots=[certificate], allow_fetching=False, moment=now())


def _key(der: bytes, keys: Sequence[DirectoryEntry]) -> DirectoryEntry:
    given = x509.load_der_x509_certificate(der)
    if not given.not_valid_before_utc <= now() <= given.not_valid_after_utc:
        raise _none(_("Its certificate is not valid today."))
    for entry in keys:
        if entry.kind == EntryKind.CERTIFICATE and _same(entry.value, given):
            return entry
    raise _none(_("Its key is not in the directory."))


def _same(pem: str, given: x509.Certificate) -> bool:
    return x509.load_pem_x509_certificate(pem.encode()).fingerprint(SHA256()) == given.fingerprint(SHA256())


def _openpgp(file: bytes, signature: bytes, keys: Sequence[DirectoryEntry]) -> Signed:
    from pysequoia import Cert, Sig, verify

    entries = [one for one in keys if one.kind == EntryKind.OPENPGP]
    certs = [Cert.from_bytes(one.value.encode()) for one in entries]
    usable = [cert for cert in certs if not cert.is_revoked]
    sig = Sig.from_bytes(signature)
    try:
        made = verify(bytes=file, store=lambda _ids: usable, signature=sig)
    except Exception as fault:  # Sequoia has one error for everything
        raise _changed() from fault
    signers = {one.certificate.lower() for one in made.valid_sigs}
    entry = next(
        (one for one, cert in zip(entries, certs, strict=True) if cert.fingerprint.lower() in signers), None
    )
    if entry is None:
        raise _none(_("Its key is not in the directory."))
    return Signed(entry=entry, kind="openpgp", at=_time(sig.created))


def _time(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


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
