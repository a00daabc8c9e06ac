"""Level 4: a file that the authority signed, as a PDF or beside it with CMS or OpenPGP; and what is none."""

import io

import pytest
from cryptography.hazmat.primitives import serialization
from pysequoia import SignatureMode, Tsk, sign

from steelyard.base.errors import Refused
from steelyard.orders.models import Order
from steelyard.orders.queries import level_of
from steelyard.orders.verification import actions as ladder
from steelyard.orders.verification import signatures
from tests.cast import present
from tests.directory import agency, entry
from tests.flows.stories import ordered
from tests.impersonation.world import key_of
from tests.mailroom.files import pdf

pytestmark = pytest.mark.django_db
PAPER = "Ordonnance 24/1234\nmemory:$1"


@pytest.fixture
def order(platform):
    ordered("$1")
    return Order.objects.get()


def known(kind, value):
    return entry(agency(), kind, value)


def checked(order, file, signature=b"", **more):
    return ladder.check_signature(present("lena"), order.ref, file, signature, **more)


def signed_pdf(key, text=PAPER):
    """Signed as PDF programs do it, by pyHanko."""
    from asn1crypto import keys, x509
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    private = key.private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(key.certificate.public_bytes(serialization.Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(private), cert_registry=SimpleCertificateStore(),
    )  # fmt: skip
    out = io.BytesIO()
    signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf(text))),
        signers.PdfSignatureMetadata(field_name="Signature"), signer=signer, output=out,
    )  # fmt: skip
    return out.getvalue()


def test_a_pdf_that_the_authority_signed_stands_on_the_fourth_rung(order):
    key = key_of("Tribunal judiciaire de Paris")
    known("certificate", key.pem())
    file = signed_pdf(key)
    with pytest.raises(Refused, match="does not say what this order says"):
        checked(order, file)  # nobody has read the pages
    checked(order, file, says_the_same=True)
    assert level_of(order).level == 4


def test_a_pdf_with_a_page_more_than_was_signed_is_none(order):
    key = key_of("Tribunal judiciaire de Paris")
    known("certificate", key.pem())
    changed = signed_pdf(key).replace(b"/Count 1", b"/Count 2")
    with pytest.raises(Refused, match=r"does not hold|no signature of the authority"):
        checked(order, changed, says_the_same=True)
    assert level_of(order).level == 0


def test_a_pdf_signed_with_a_key_of_the_same_name_is_none(order):
    known("certificate", key_of("Tribunal judiciaire de Paris").pem())
    with pytest.raises(Refused, match="not in the directory"):
        checked(order, signed_pdf(key_of("Tribunal judiciaire de Paris")), says_the_same=True)


@pytest.mark.parametrize("armor", [True, False])
def test_a_file_signed_with_the_authoritys_openpgp_key_stands_on_the_fourth_rung(order, armor):
    tsk = Tsk.generate("Greffe <greffe@tj-paris.example>")
    known("openpgp", str(tsk.extract_certificate()))
    file = PAPER.encode()
    signature = sign(tsk.signer(), file, mode=SignatureMode.DETACHED, armor=armor)
    checked(order, file, signature)
    assert level_of(order).level == 4
    with pytest.raises(Refused, match="does not hold"):
        checked(order, file + b" ", signature)


def test_an_openpgp_key_that_nobody_looked_up_signs_for_nobody(order):
    known("openpgp", str(Tsk.generate("Greffe <greffe@tj-paris.example>").extract_certificate()))
    file, other = PAPER.encode(), Tsk.generate("Greffe <greffe@tj-paris.example>")
    with pytest.raises(Refused):
        checked(order, file, sign(other.signer(), file, mode=SignatureMode.DETACHED))


@pytest.mark.parametrize("installed", [True, False], ids=["bubblewrap", "limits only"])
def test_a_detached_cms_signature_is_read_with_bubblewrap_and_without(order, monkeypatch, installed):
    if not installed:
        monkeypatch.setattr(signatures, "available", lambda: False)
    key = key_of("Tribunal judiciaire de Paris")
    known("certificate", key.pem())
    checked(order, PAPER.encode(), key.sign(PAPER.encode()))
    assert level_of(order).level == 4


@pytest.mark.parametrize("file", [b"%PDF-1.7\n" + b"[" * 200_000, b"%PDF-1.7", b"", b"\x00" * 1000])
def test_whatever_takes_a_parser_down_takes_nothing_else_along(order, file):
    with pytest.raises(Refused, match="no signature of the authority"):
        checked(order, file, says_the_same=True)
