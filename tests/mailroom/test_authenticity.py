"""SPF, DKIM, DMARC and ARC over mail that is really signed; the names are looked up in a zone of the test's own."""

import base64

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from steelyard.arrivals.actions import Envelope
from steelyard.mailroom.checks import NOT_CHECKED, check
from tests.mailroom.conftest import mail

DOMAIN = "tribunal.example"


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def zone(key):
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    records = {
        f"one._domainkey.{DOMAIN}": f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}",
        f"_dmarc.{DOMAIN}": "v=DMARC1; p=reject; adkim=s",
    }

    def answer(name, *_given, **_more):
        name = name.decode() if isinstance(name, bytes) else name
        return records.get(name.rstrip("."))

    return answer


def signed(key, message):
    raw = message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return dkim.sign(raw, b"one", DOMAIN.encode(), secret) + raw


def written():
    return mail("Hello, does your app work on a tablet", sender=f"Greffe <greffe@{DOMAIN}>")


def results(raw, zone):
    found = check(raw, Envelope(sender=f"greffe@{DOMAIN}", peer="127.0.0.1"), zone)
    return {name: found[name] for name in ("spf", "dkim", "dmarc")}


def test_a_signature_that_fits_is_recorded(key, zone, settings_of_mail):
    assert results(signed(key, written()), zone) == {"spf": NOT_CHECKED, "dkim": "pass", "dmarc": "pass"}


def test_one_word_changed_after_signing_is_recorded_as_a_failure(key, zone, settings_of_mail):
    raw = signed(key, written()).replace(b"tablet", b"camera")
    assert results(raw, zone) == {"spf": NOT_CHECKED, "dkim": "fail", "dmarc": "fail"}


def test_an_unsigned_mail_in_the_name_of_a_domain_that_signs_fails_its_policy(zone, settings_of_mail):
    assert results(written().as_bytes(), zone)["dmarc"] == "fail"


def test_a_resolver_that_fails_is_said_and_keeps_nothing_back(key, settings_of_mail):
    def broken(*_given, **_more):
        raise OSError

    found = check(signed(key, written()), Envelope(sender=f"greffe@{DOMAIN}", peer="127.0.0.1"), broken)
    assert found["dkim"] != "pass"
