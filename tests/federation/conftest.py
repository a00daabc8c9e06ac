"""Our homeserver and two of other people, federating with each other on this machine; and our gate."""

import asyncio
import shutil
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from steelyard.intake.gate import Gate
from steelyard.intake.refusals import Refusals
from tests.homeserver import Homeserver, need_synapse
from tests.ports import free_port


class Federating(Homeserver):
    """A homeserver that others reach at its own name. `stock`: somebody else's, without our module."""

    def __init__(self, folder: Path, certificate: tuple[Path, Path], *, stock: bool) -> None:
        self.federation_port = free_port()
        self.name, self.stock = f"localhost:{self.federation_port}", stock
        super().__init__(folder, name=self.name)
        file = folder / "synapse" / "homeserver.yaml"
        settings = yaml.safe_load(file.read_text())
        settings["listeners"].append({
            "port": self.federation_port, "type": "http", "tls": True, "bind_addresses": ["127.0.0.1"],
            "resources": [{"names": ["federation"], "compress": False}],
        })  # fmt: skip
        settings |= {
            "federation_verify_certificates": False, "ip_range_whitelist": ["127.0.0.1/32", "::1/128"],
            "tls_certificate_path": str(certificate[0]), "tls_private_key_path": str(certificate[1]),
            "federation_domain_whitelist": None,
        }  # fmt: skip
        if stock:
            settings |= {"modules": [], "app_service_config_files": []}
        file.write_text(yaml.safe_dump(settings))

    def ready(self) -> bool:
        return self.stock or super().ready()


@dataclass
class Three:
    ours: Federating
    bea: Federating
    carl: Federating


def _certificate(folder: Path) -> tuple[Path, Path]:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files


@pytest.fixture(scope="session")
def three() -> Iterator[Three]:
    need_synapse()
    folder = Path(tempfile.mkdtemp(prefix="sy-fed-"))
    certificate = _certificate(folder)
    homes = [folder / name for name in ("a", "b", "c")]
    for home in homes:
        home.mkdir()
    servers = [Federating(home, certificate, stock=home.name != "a") for home in homes]
    stop = _gate_for(servers[0])
    try:
        with ThreadPoolExecutor(3) as at_once:
            list(at_once.map(lambda server: server.start(), servers))
        yield Three(*servers)
    finally:
        for server in servers:
            server.stop()
        stop()
        shutil.rmtree(folder, ignore_errors=True)


def _gate_for(server: Homeserver):  # type: ignore[no-untyped-def]
    """Our gate on its two sockets, without the rest of the intake. Returns what ends it."""
    loop, there = asyncio.new_event_loop(), threading.Event()

    async def serve() -> None:
        gate = Gate(Refusals(server.home / "gate" / "refusals.json"), dict)
        await gate.open(server.home / "run" / "gate.sock", server.control)
        there.set()

    def run() -> None:
        loop.create_task(serve())
        loop.run_forever()

    (server.home / "gate").mkdir()
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert there.wait(30)

    def stop() -> None:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)

    return stop
