"""SPF, DKIM, DMARC and ARC with names that are really looked up, in a name server on loopback."""

import base64

import dkim
import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from steelyard.arrivals.actions import Envelope, keep, read_in
from steelyard.arrivals.models import Arrival
from steelyard.flows.read_order import read_order
from steelyard.letters.models import Letter
from steelyard.mailroom import checks
from steelyard.mailroom.checks import check
from steelyard.mailroom.reading import read_due
from steelyard.orders.models import Order
from steelyard.orders.queries import level_of
from tests.cast import present
from tests.mailroom.conftest import TO, mail
from tests.mailroom.names import name_server
from tests.mailroom.test_mail import ORDER

DOMAIN, RELAY = "tribunal.example", "relay.example"
THEIRS, STRANGER = "9.9.9.10", "8.8.4.4"


@pytest.fixture(scope="module")
def keys():
    return {name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in (DOMAIN, RELAY)}


def published(key):
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    text = f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"
    return " ".join(f'"{text[start : start + 200]}"' for start in range(0, len(text), 200))


def secret(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )


@pytest.fixture
def asked(settings_of_mail, monkeypatch):
    """Our mailroom asks this name server."""

    def ask(server):
        wanted = msgspec.structs.replace(settings_of_mail.mailroom, dns=True, name_server=server)
        changed = msgspec.structs.replace(settings_of_mail, mailroom=wanted)
        monkeypatch.setattr("steelyard.mailroom.checks.config", lambda: changed)
        monkeypatch.setattr(checks, "SECONDS", 0.3)

    import dns.resolver

    before = dns.resolver.default_resolver
    yield ask
    dns.resolver.default_resolver = before
    checks._ask.cache_clear()


@pytest.fixture
def names(keys, asked):
    zone = {
        (DOMAIN, "TXT"): '"v=spf1 ip4:9.9.9.0/24 mx -all"', (DOMAIN, "MX"): "10 mx.tribunal.example.",
        ("mx.tribunal.example", "A"): "9.9.8.1",
        (f"one._domainkey.{DOMAIN}", "TXT"): published(keys[DOMAIN]),
        (f"one._domainkey.{RELAY}", "TXT"): published(keys[RELAY]),
        (f"_dmarc.{DOMAIN}", "TXT"): '"v=DMARC1; p=reject; adkim=s"',
    }  # fmt: skip
    with name_server(zone) as server:
        asked(server)
        yield


def written(text="Hello, does your app work on a tablet"):
    raw = mail(text, sender=f"Greffe <greffe@{DOMAIN}>").as_bytes()
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def signed(keys, raw):
    return dkim.sign(raw, b"one", DOMAIN.encode(), secret(keys[DOMAIN])) + raw


def envelope(peer=THEIRS, sender=f"greffe@{DOMAIN}"):
    return Envelope(sender=sender, recipients=(TO["users"],), peer=peer, helo="mx.tribunal.example")


def results(raw, seen):
    found = check(raw, seen)
    assert "problem" not in found, found
    return tuple(found[name] for name in ("spf", "dkim", "dmarc"))


@pytest.mark.parametrize(
    ("peer", "spf"),
    [(THEIRS, "pass"), ("9.9.8.1", "pass"), (STRANGER, "fail")],
    ids=["network", "mx", "stranger"],
)
def test_the_network_that_handed_it_in_is_compared_with_what_the_domain_publishes(peer, spf, names):
    found = check(written(), envelope(peer))
    assert (found["spf"], "problem" in found) == (spf, False)


def test_a_mail_that_is_the_domains_own_in_every_way(keys, names):
    assert results(signed(keys, written()), envelope()) == ("pass", "pass", "pass")


def test_a_signed_mail_by_way_of_a_stranger_keeps_its_signature(keys, names):
    assert results(signed(keys, written()), envelope(STRANGER)) == ("fail", "pass", "pass")


def test_a_forged_mail_fails_all_of_them_is_kept_and_nobody_is_written_to(names, db, platform):
    keep(written(), door="mail", role="users", envelope=envelope(STRANGER))
    while read_due():
        pass
    arrival = Arrival.objects.get()
    assert {read_in(arrival).checks[name] for name in ("spf", "dmarc")} == {"fail"}
    assert arrival.desk
    assert not Letter.objects.filter(kind="arrival_received").exists()


def test_one_word_changed_on_the_way_is_seen(keys, names):
    raw = signed(keys, written()).replace(b"tablet", b"camera")
    assert results(raw, envelope(STRANGER)) == ("fail", "fail", "fail")


def test_a_relay_that_vouches_for_what_it_was_handed_is_recorded(keys, names):
    raw = signed(keys, written())
    said = b"Authentication-Results: relay.example; dkim=pass header.d=tribunal.example\r\n"
    sealed = dkim.arc_sign(said + raw, b"one", RELAY.encode(), secret(keys[RELAY]), b"relay.example")
    assert check(b"".join(sealed) + said + raw, envelope(STRANGER))["arc"] == "pass"
    changed = (b"".join(sealed) + said + raw).replace(b"tablet", b"camera")
    assert check(changed, envelope(STRANGER))["arc"] == "fail"


def test_a_name_server_that_stays_silent_keeps_no_mail_back(asked, db, platform, settings_of_mail):
    with name_server({}, silent=True) as server:
        asked(server)
        keep(written(), door="mail", role="users", envelope=envelope())
        while read_due():
            pass
    found = Arrival.objects.get()
    assert found.desk
    assert "pass" not in read_in(found).checks.values()


def test_all_of_it_passing_lifts_nobody_up_the_ladder_and_is_shown_as_evidence(keys, names, db, platform):
    raw = signed(keys, written(ORDER))
    keep(raw, door="mail", role="users", envelope=envelope())
    while read_due():
        pass
    order = Order.objects.get()
    assert level_of(order).level == 0
    (message,) = read_order(present("lena"), order.ref).messages
    assert [message.read.checks[name] for name in ("spf", "dkim", "dmarc")] == ["pass", "pass", "pass"]
