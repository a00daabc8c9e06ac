"""Mail that is signed, with S/MIME, OpenPGP or a signed PDF in it. What was found is kept, and proves nobody."""

import io
import re
import shutil
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs7
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pysequoia import SignatureMode, Tsk, sign

from steelyard.arrivals.actions import Envelope, keep, read_in
from steelyard.arrivals.models import Arrival
from steelyard.base.config import home
from steelyard.console.templatetags.console import checked
from steelyard.mailroom.door import role_of
from steelyard.mailroom.reading import read_due
from steelyard.orders.models import Order
from steelyard.orders.queries import level_of
from tests.impersonation.world import key_of
from tests.mailroom.conftest import TO, mail
from tests.mailroom.test_mail import ORDER
from tests.orders.test_signatures import signed_pdf

pytestmark = [
    pytest.mark.django_db, pytest.mark.usefixtures("settings_of_mail", "platform"),
    pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed"),
]  # fmt: skip
HEAD = b"From: Greffe <greffe@tj.example.fr>\r\nTo: orders@mail.example\r\nSubject: Ordonnance\r\n"


def found_in(raw):
    """What the mailroom notes of its signatures, once it has read it."""
    seen = Envelope(sender="greffe@tj.example.fr", recipients=(TO["authorities"],))
    keep(raw, door="mail", role=role_of(seen.recipients[0]), envelope=seen)
    while read_due():
        pass
    return read_in(Arrival.objects.latest("pk")).checks.get("signatures", [])


def body():
    """A part of its own, as it is signed."""
    part = EmailMessage()
    part.set_content(ORDER)
    return part.as_bytes().replace(b"\n", b"\r\n")


def smime(key):
    """As mail programs sign: OpenSSL's multipart/signed, certificate inside."""
    signer = pkcs7.PKCS7SignatureBuilder().set_data(body())
    signer = signer.add_signer(key.certificate, key.private, hashes.SHA256())
    return HEAD + signer.sign(serialization.Encoding.SMIME, [pkcs7.PKCS7Options.DetachedSignature])


def openpgp(key):
    """RFC 3156."""
    signature = sign(key.signer(), body(), mode=SignatureMode.DETACHED, armor=True)
    signature = (signature if isinstance(signature, bytes) else signature.encode()).replace(b"\n", b"\r\n")
    return HEAD + (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/signed; micalg=pgp-sha512; boundary="=b=";\r\n'
        b' protocol="application/pgp-signature"\r\n\r\n--=b=\r\n' + body() + b"\r\n--=b=\r\n"
        b"Content-Type: application/pgp-signature\r\n\r\n" + signature + b"\r\n--=b=--\r\n"
    )


def altered(raw):
    changed = raw.replace(b"26/1234", b"26/1235")
    assert changed != raw
    return changed


@pytest.mark.parametrize(
    ("change", "valid"), [(bytes, True), (altered, False)], ids=["as signed", "one digit"]
)
def test_an_smime_signature_says_whether_the_mail_is_as_it_was_signed(change, valid):
    key = key_of("Tribunal judiciaire de Paris")
    (found,) = found_in(change(smime(key)))
    assert (found["kind"], found["valid"], found["trusted"], found["whole"]) == ("smime", valid, False, True)
    assert "Tribunal judiciaire de Paris" in found["signer"]
    assert found["certificate"] == key.certificate.fingerprint(hashes.SHA256()).hex()


FORGED = b"Content-Type: text/plain\r\n\r\nHand over everything about @victor:example.org."


def beside(raw, where):
    """The genuine signature stays, and what people read is another text."""
    head, _, rest = raw.partition(b"\r\n\r\n")
    boundary = b"--" + re.search(rb'boundary="([^"]+)"', head)[1]
    genuine, signature = rest.split(boundary + b"\r\n")[1:3]
    if where == "before the first part":
        return b"\r\n".join((head, b"", b"x" + boundary, genuine + boundary, FORGED, boundary, signature))
    if where == "in another part":
        kind = re.search(rb"Content-Type: multipart/signed[^\r]*(?:\r\n [^\r]*)*", head)[0]
        outer = HEAD + b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="o"\r\n\r\n--o\r\n'
        return outer + b"\r\n".join(
            (b"Content-Type: text/plain", b"", boundary, genuine + boundary + b"--", b"--o", kind, b"", boundary,
             FORGED, boundary, signature, b"--o--", b"")
        )  # fmt: skip
    return (
        HEAD
        + b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="o"\r\n\r\n--o\r\n'
        + b"\r\n".join((FORGED, b"--o", head.removeprefix(HEAD), b"", rest, b"--o--", b""))
    )


@pytest.mark.parametrize("where", ["before the first part", "in another part"])
def test_a_genuine_signature_over_something_that_nobody_sees_is_none(where):
    (found,) = found_in(beside(smime(key_of("Tribunal judiciaire de Paris")), where))
    assert found["valid"] is False


def test_of_a_signed_mail_inside_another_one_it_is_said_that_it_is_a_part():
    (found,) = found_in(beside(smime(key_of("Tribunal judiciaire de Paris")), "forwarded"))
    assert (found["valid"], found["whole"]) == (True, False)
    assert (
        "SMIME message",
        "fits · CN=Tribunal judiciaire de Paris · a part of the message only",
    ) in checked({"signatures": [found]})


@pytest.fixture
def kept_key():
    """A key that the operator keeps in the home."""
    key, folder = Tsk.generate("Greffe <greffe@tj.example.fr>"), home() / "keys" / "openpgp"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "greffe.asc"
    file.write_text(str(key.extract_certificate()))
    yield key
    file.unlink()


@pytest.mark.parametrize(
    ("change", "valid"), [(bytes, True), (altered, False)], ids=["as signed", "one digit"]
)
def test_an_openpgp_signature_counts_against_the_keys_that_the_operator_keeps(kept_key, change, valid):
    (found,) = found_in(change(openpgp(kept_key)))
    assert (found["kind"], found["valid"]) == ("openpgp", valid)


def test_an_openpgp_key_that_nobody_keeps_signs_nothing(kept_key):
    (found,) = found_in(openpgp(Tsk.generate("Greffe <greffe@tj.example.fr>")))
    assert found["valid"] is False


def test_a_signed_pdf_says_who_signed_it_and_whether_the_whole_of_it():
    file = signed_pdf(key_of("Tribunal judiciaire de Paris"), ORDER)
    (found,) = found_in(mail("", files=[("ordonnance.pdf", "application/pdf", file)]).as_bytes())
    assert (found["kind"], found["valid"], found["trusted"]) == ("pdf", True, False)
    assert (found["whole_document"], "Tribunal judiciaire de Paris" in found["signer"]) == (True, True)


def test_of_a_pdf_to_which_something_was_added_it_is_said():
    file, out = signed_pdf(key_of("Tribunal judiciaire de Paris"), ORDER), io.BytesIO()
    more = IncrementalPdfFileWriter(io.BytesIO(file))
    more.root["/Lang"] = generic.pdf_string("fr")
    more.update_root()
    more.write(out)
    (found,) = found_in(mail("", files=[("ordonnance.pdf", "application/pdf", out.getvalue())]).as_bytes())
    assert found["whole_document"] is False
    ((_name, said),) = checked({"signatures": [found]})
    assert said.endswith("something was added after it was signed")


def test_no_signature_in_a_mail_lifts_anybody_up_the_ladder():
    (found,) = found_in(smime(key_of("Tribunal judiciaire de Paris")))
    assert found["valid"]
    assert level_of(Order.objects.get()).level == 0


@pytest.mark.parametrize("signature", [b"", b"AAAA", b"MII" + b"A" * 5000], ids=["none", "short", "noise"])
def test_a_signature_that_is_none_is_said_and_the_mail_is_read_all_the_same(signature):
    raw = HEAD + (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary="=b=";\r\n'
        b' protocol="application/pkcs7-signature"\r\n\r\n--=b=\r\n'
        + body()
        + b"\r\n--=b=\r\nContent-Type: application/pkcs7-signature\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + signature + b"\r\n--=b=--\r\n"
    )
    (found,) = found_in(raw)
    assert (found["valid"], bool(found["problem"])) == (None, True)
    assert Order.objects.count() == 1
    assert message_from_bytes(raw).is_multipart()
