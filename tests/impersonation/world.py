"""What the directory holds before each case (README.md, *The world*)."""

from dataclasses import dataclass, field
from datetime import timedelta

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from steelyard.base.clock import now
from steelyard.orders.models import Order
from tests import directory
from tests.cast import present
from tests.platform import MemoryPlatform

TABLE = (
    ("paris", "Tribunal judiciaire de Paris", "FR", "court", "tj-paris.justice.example", "+33155550100",
     "+33155550177"),
    ("pj", "Direction nationale de la police judiciaire", "FR", "police", "interieur.example", "+33155550200",
     "+33155550277"),
    ("bka", "Bundeskriminalamt", "DE", "police", "bka.example", "+493055550300", "+493055550377"),
    ("lg", "Landgericht Berlin", "DE", "court", "berlin.example", "+493055550400", "+493055550477"),
    ("fbi", "Federal Bureau of Investigation", "US", "police", "fbi.example", "+12025550150", "+12025550177"),
    ("met", "Metropolitan Police Service", "GB", "police", "met.police.example", "+442079460500", "+442079460577"),
    ("sk", "Следственный комитет", "RU", "police", "sledcom.example", "+74955550600", "+74955550677"),
    ("cert", "Indian Computer Emergency Response Team", "IN", "central", "cert-in.example", "+911155550700",
     "+911155550777"),
    ("mocy", "Δικαστήριο Λευκωσίας", "CY", "court", "courts-cy.example", "+35722555080", "+35722555087"),
)  # fmt: skip
ENROLLED = ("paris", "bka")


HELD = ("subscriber", "identification", "traffic", "content")


class EverythingIsHeld(MemoryPlatform):
    """Whichever account an order names is there, with something of each kind, so that there is something to get."""

    def __init__(self) -> None:
        super().__init__()
        self.manifest = msgspec.structs.replace(self.manifest, discloses=HELD)

    def standing(self):
        """What a member meets there, and what was written to whom."""
        there = (
            self.hidden,
            self.hidden_in,
            self.removed,
            self.labels,
            self.refused,
            self.marks,
            self.closed,
        )
        return [sorted(one) for one in there], len(self.letters), len(self.announced)

    def find(self, link):
        return super().find(f"memory:{link}" if link.startswith("@") else link)

    def held_about(self, account, categories, *, since=None, until=None):
        self.accounts[account] = {one: f"{one} of {account}" for one in HELD}
        return super().held_about(account, categories, since=since, until=until)


@dataclass(frozen=True)
class Key:
    """A signing key and its certificate."""

    private: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def sign(self, file: bytes) -> bytes:
        """A detached CMS signature, in DER."""
        builder = pkcs7.PKCS7SignatureBuilder().set_data(file)
        builder = builder.add_signer(self.certificate, self.private, hashes.SHA256())
        options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
        return builder.sign(serialization.Encoding.DER, options)


@dataclass
class Place:
    """One agency with what belongs to it."""

    row: object
    numbers: list[object]
    key: Key | None = None
    cookie: str = ""
    officer: object = None
    device: object = None


@dataclass
class World:
    platform: EverythingIsHeld
    places: dict[str, Place] = field(default_factory=dict)
    canary: Order | None = None

    def named(self, authority: str, country: str) -> Place | None:
        """Whom the desk would look up for this name: exactly as written, or as a hurried reader sees it."""
        import difflib

        near = [
            (difflib.SequenceMatcher(None, place.row.name.casefold(), authority.casefold()).ratio(), name)
            for name, place in self.places.items()
            if place.row.country == country
        ]
        best = max(near, default=(0, ""))
        return self.places[best[1]] if best[0] > 0.6 else None


def key_of(name: str) -> Key:
    private = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:60])])
    builder = x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(private.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now() - timedelta(days=30)).not_valid_after(
        now() + timedelta(days=365)
    )
    usage = x509.KeyUsage(True, True, *([False] * 7))
    return Key(private, builder.add_extension(usage, critical=True).sign(private, hashes.SHA256()))


def build(platform: EverythingIsHeld) -> World:
    """Through the same actions as the console: looked up by Lena, found again by Lev."""
    world = World(platform)
    for short, name, country, kind, domain, *numbers in TABLE:
        row = directory.agency(name, country, kind)
        directory.entry(row, "domain", domain)
        world.places[short] = Place(row, [directory.entry(row, "number", one) for one in numbers])
    for short in ENROLLED:
        _enrol(world.places[short])
    return world


def _enrol(place: Place) -> None:
    place.row = directory.enrolled(place.row)
    place.key = key_of(place.row.name)
    directory.entry(place.row, "certificate", place.key.pem())
    _officer, token, spoken = directory.first_administrator(place.row)
    presence, place.cookie, place.officer, place.device = directory.with_passkey(token, spoken)
    assert presence.officer.agency == place.row
    assert present("lena").member.pk
