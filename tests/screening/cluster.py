"""A real NATS cluster with JetStream: servers as processes that tests kill."""

import subprocess
import sys
from pathlib import Path

from tests.ports import free_port

BINARY = Path(sys.executable).with_name("nats-server")


def _ports(number: int) -> list[int]:
    return [free_port() for _ in range(number)]


class Cluster:
    """`size` servers that know each other."""

    def __init__(self, folder: Path, size: int = 3) -> None:
        ports = _ports(2 * size)
        self.clients, routes = ports[:size], ports[size:]
        self.addresses = tuple(f"nats://127.0.0.1:{port}" for port in self.clients)
        known = ", ".join(f'"nats://127.0.0.1:{port}"' for port in routes)
        self.servers: list[subprocess.Popen[bytes]] = []
        for number, (client, route) in enumerate(zip(self.clients, routes, strict=True)):
            home = folder / str(number)
            home.mkdir(parents=True)
            (home / "nats.conf").write_text(
                f'server_name: n{number}\nlisten: "127.0.0.1:{client}"\n'
                f'jetstream {{ store_dir: "{home}", max_file_store: 1GB, max_memory_store: 64MB }}\n'
                f'cluster {{ name: steelyard, listen: "127.0.0.1:{route}", routes: [{known}] }}\n'
            )
            with (home / "log").open("wb") as log:
                self.servers.append(
                    subprocess.Popen([str(BINARY), "-c", str(home / "nats.conf")], stdout=log, stderr=log)
                )

    def kill(self, number: int) -> None:
        self.servers[number].kill()
        self.servers[number].wait()

    def stop(self) -> None:
        for server in self.servers:
            if server.poll() is None:
                server.terminate()
        for server in self.servers:
            server.wait(60)
