"""Runs in a process of its own: a file and a signature that anybody may have sent, against keys of the directory.

Nothing of Steelyard is here. The cryptography is pyHanko's (CMS, PDF) and Sequoia's (OpenPGP); the answer is one JSON
object: which key signed, or what the trouble is.
"""

# What its libraries hand out has no types.
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

import asyncio
import io
import json
import sys
from datetime import datetime
from pathlib import Path


class Trouble(Exception):
    """No signature of one of these keys; its word is the answer."""


def check(file, signature, keys, moment):
    """{key: number, kind: pdf | cms | openpgp, at}. Raises Trouble, or whatever a parser raises."""
    if not signature:
        return pdf(file, keys, moment)
    if signature.lstrip().startswith(b"-----BEGIN PGP") or signature[:1] in (b"\x88", b"\x89", b"\xc2"):
        return openpgp(file, signature, keys)
    return detached(file, signature, keys, moment)


def pdf(file, keys, moment):
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    found = PdfFileReader(io.BytesIO(file)).embedded_signatures
    if not found:
        raise Trouble("none")
    last = found[-1]
    key = holder(last.signer_cert.dump(), keys, moment)
    status = asyncio.run(
        async_validate_pdf_signature(last, signer_validation_context=trusting(last.signer_cert, moment))
    )
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE or (
        status.modification_level in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)
    )
    if not (status.intact and status.valid and whole):
        raise Trouble("changed")
    return {"key": key, "kind": "pdf", "at": told(status.signer_reported_dt)}


def detached(file, signature, keys, moment):
    from asn1crypto import cms, pem
    from pyhanko.sign.validation import async_validate_detached_cms

    der = pem.unarmor(signature)[2] if pem.detect(signature) else signature
    signed = cms.ContentInfo.load(der)["content"]
    certificate = signer(signed)
    key = holder(certificate.dump(), keys, moment)
    status = asyncio.run(
        async_validate_detached_cms(file, signed, signer_validation_context=trusting(certificate, moment))
    )
    if not (status.intact and status.valid):
        raise Trouble("changed")
    return {"key": key, "kind": "cms", "at": told(status.signer_reported_dt)}


def signer(signed):
    """The certificate inside that the signature names. One signer only."""
    (info,) = signed["signer_infos"]
    for each in signed["certificates"]:
        if each.chosen.serial_number == info["sid"].chosen["serial_number"].native:
            return each.chosen
    raise Trouble("no_certificate")


def trusting(certificate, moment):
    """Trusts this one certificate: that it is the authority's has been looked up by two of ours."""
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(trust_roots=[certificate], allow_fetching=False, moment=moment)


def holder(der, keys, moment):
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256

    given = x509.load_der_x509_certificate(der)
    if not given.not_valid_before_utc <= moment <= given.not_valid_after_utc:
        raise Trouble("certificate_over")
    for number, one in enumerate(keys):
        if one["kind"] == "certificate":
            known = x509.load_pem_x509_certificate(one["value"].encode())
            if known.fingerprint(SHA256()) == given.fingerprint(SHA256()):
                return number
    raise Trouble("unknown_key")


def openpgp(file, signature, keys):
    from pysequoia import Cert, Sig, verify

    certs = {
        number: Cert.from_bytes(one["value"].encode())
        for number, one in enumerate(keys)
        if one["kind"] == "openpgp"
    }
    usable = [cert for cert in certs.values() if not cert.is_revoked]
    sig = Sig.from_bytes(signature)
    try:
        made = verify(bytes=file, store=lambda _ids: usable, signature=sig)
    except Exception as fault:  # Sequoia has one error for everything
        raise Trouble("changed") from fault
    signers = {one.certificate.lower() for one in made.valid_sigs}
    for number, cert in certs.items():
        if cert.fingerprint.lower() in signers:
            return {"key": number, "kind": "openpgp", "at": told(sig.created)}
    raise Trouble("unknown_key")


def told(moment):
    return moment.isoformat() if moment else ""


def main() -> None:
    sys.path.append(sys.argv[1])
    given = json.loads(Path("given.json").read_text())
    file, signature = (Path(name).read_bytes() for name in ("file", "signature"))
    try:
        answer = check(file, signature, given["keys"], datetime.fromisoformat(given["moment"]))
    except Trouble as trouble:
        answer = {"trouble": str(trouble)}
    except Exception:  # parsers of hostile files raise whatever they like; none of it is a signature
        answer = {"trouble": "unreadable"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
