"""One small parent: starts the processes of a house in order, keeps them running, stops them in order.

    python -m steelyard.assembly.supervisor                       serve this home
    python -m steelyard.assembly.supervisor with-database CMD...  run CMD while the home's database is up

Children die with it, so that a killed supervisor leaves nothing behind that the next start would meet.
It says what happens on standard output and in `run/state.json`, which `doctor` and the demo read.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from steelyard.assembly.postgres import Cluster, become, own_cluster
from steelyard.assembly.preflight import CannotStart, check_ports, check_space, take_house
from steelyard.assembly.services import Service, items_service, own_services, telegram_service
from steelyard.base.config import config, home, stated
from steelyard.base.errors import SteelyardError
from steelyard.base.files import write_whole
from steelyard.base.platforms import telegram_token_file

READY_WITHIN = 60.0  # seconds
HANGS_AFTER = 60.0
STEADY_AFTER = 30.0  # a process that lived this long starts again at once
LARGE_LOG = 20_000_000
LONG_LIVED = {"MALLOC_ARENA_MAX": "2", "PYTHONUNBUFFERED": "1"}  # arenas per thread cost 60 MB of memory here


class Stopped(Exception):
    """Somebody asked us to stop."""


@dataclass
class Child:
    """A service and its process of the moment."""

    service: Service
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    crashes: int = 0
    not_before: float = 0.0
    starts: int = 0


@dataclass
class House:
    """Everything that runs for one home."""

    folder: Path
    say: "Saying"
    cluster: Cluster | None = None
    server: "subprocess.Popen[bytes] | None" = None
    children: list[Child] = field(default_factory=list)
    ready: bool = False

    def start_database(self) -> None:
        """Our own cluster, unless the settings name another server; then its tables."""
        if not stated().database_url:
            self.cluster = own_cluster(self.folder)
            self.server = self.cluster.launch()
        self.run_once("steelyard.assembly.prepare")
        self.say("database ready")

    def run_once(self, module: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", module], env=self.environment(owner=True), stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL, check=False, preexec_fn=become(None, die_with=signal.SIGKILL),
        )  # fmt: skip
        if done.returncode:
            (self.folder / "log").mkdir(exist_ok=True)
            (self.folder / "log" / "prepare.log").write_bytes(done.stderr)
            last = done.stderr.decode(errors="replace").strip().splitlines() or ["It gave no reason."]
            raise CannotStart("The database could not be prepared.", last[-1][:500])

    def environment(self, *, owner: bool = False) -> dict[str, str]:
        """Serving processes find the role that cannot change tables or rewrite the ledger."""
        found = os.environ | {"STEELYARD_HOME": str(self.folder)}
        found.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.assembly.settings")
        if owner and (url := os.environ.get("STEELYARD_OWNER_DATABASE_URL")):
            found["STEELYARD_DATABASE_URL"] = url
        return found

    def start(self, child: Child) -> None:
        service = child.service
        if service.beat:
            service.beat.unlink(missing_ok=True)
        child.started, child.starts = time.monotonic(), child.starts + 1
        with self._log(service.name) as log:
            child.process = subprocess.Popen(
                service.argv, cwd=service.cwd,
                env=self.environment() | LONG_LIVED if service.env is None else dict(service.env),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=become(None, die_with=signal.SIGKILL),
            )  # fmt: skip

    def _log(self, name: str) -> IO[bytes]:
        file = self.folder / "log" / f"{name}.log"
        file.parent.mkdir(exist_ok=True, mode=0o700)
        with suppress(OSError):
            if file.stat().st_size > LARGE_LOG:
                file.replace(file.with_suffix(".log.1"))
        return file.open("ab")

    def start_all(self, services: list[Service]) -> None:
        """All at once, on whatever cores there are; then wait for each in its order."""
        self._start_those(service for service in services if not service.needs_database)
        self.start_database()
        self._start_those(service for service in services if service.needs_database)
        self.write_state()
        for child in self.children:
            self._wait_for(child)
            self.say(f"{child.service.name} ready")
        self.ready = True
        self.write_state()

    def _start_those(self, services: Iterable[Service]) -> None:
        for service in services:
            child = Child(service)
            self.children.append(child)
            self.start(child)

    def _wait_for(self, child: Child) -> None:
        until = child.started + READY_WITHIN
        while not child.service.ready():
            assert child.process  # noqa: S101 - start() has just set it
            if child.process.poll() is not None or time.monotonic() > until:
                log = self.folder / "log" / f"{child.service.name}.log"
                happened = (
                    "did not become ready" if child.process.poll() is None else "stopped while starting"
                )
                raise CannotStart(
                    f"The process “{child.service.name}” {happened}.", _last_line(log), f"See {log}."
                )
            time.sleep(0.05)

    def watch(self) -> None:
        """Until we are told to stop: what ends or hangs is started again, later each time it fails."""
        while True:
            self._watch_database()
            for child in self.children:
                self._watch(child)
            time.sleep(0.5)

    def _watch_database(self) -> None:
        if self.cluster and self.server and self.server.poll() is not None:
            self.say("the database stopped; starting it again")
            self.server = self.cluster.launch()
            self.write_state()

    def _watch(self, child: Child) -> None:
        moment = time.monotonic()
        if child.process is None:
            if moment >= child.not_before:
                self.start(child)
                self.write_state()
            return
        if _hangs(child):
            child.process.kill()
            child.process.wait()
            self.say(f"{child.service.name} hangs; starting it again")
        if child.process.poll() is None:
            return
        child.crashes = 1 if moment - child.started > STEADY_AFTER else child.crashes + 1
        wait = min(2.0 ** (child.crashes - 1) / 2, 30)
        self.say(f"{child.service.name} ended ({child.process.returncode}); again in {wait:.1f} s")
        child.process, child.not_before = None, moment + wait
        self.write_state()

    def stop(self) -> None:
        """Last started, first stopped; the database last, so that everybody can finish a transaction."""
        for child in reversed(self.children):
            if child.process and child.process.poll() is None:
                child.process.terminate()
        until = time.monotonic() + 8
        for child in reversed(self.children):
            if child.process:
                _wait_or_kill(child.process, until)
        if self.server and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)
            _wait_or_kill(self.server, time.monotonic() + 20)
        (self.folder / "run" / "state.json").unlink(missing_ok=True)

    def write_state(self) -> None:
        state = {
            "supervisor": os.getpid(),
            "ready": self.ready,
            "database": self.server.pid if self.server else None,
            "services": {
                child.service.name: {
                    "pid": child.process.pid if child.process else None,
                    "restarts": child.starts - 1,
                    "ports": list(child.service.ports.values()),
                }
                for child in self.children
            },
        }
        write_whole(self.folder / "run" / "state.json", json.dumps(state, indent=1).encode(), mode=0o600)


class Saying:
    """Progress for whoever watches; nothing when nobody does."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet

    def __call__(self, what: str) -> None:
        if not self.quiet:
            with suppress(BrokenPipeError):
                sys.stdout.write(f"{what}\n")
                sys.stdout.flush()


def _hangs(child: Child) -> bool:
    if not child.service.beat or time.monotonic() - child.started < HANGS_AFTER:
        return False
    try:
        return time.time() - child.service.beat.stat().st_mtime > HANGS_AFTER
    except OSError:
        return True


def _wait_or_kill(process: "subprocess.Popen[bytes]", until: float) -> None:
    try:
        process.wait(max(until - time.monotonic(), 0.1))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _last_line(log: Path) -> str:
    with suppress(OSError):
        lines = log.read_bytes()[-4000:].decode(errors="replace").strip().splitlines()
        return lines[-1][:500] if lines else ""
    return ""


def _stop_on_signals() -> None:
    def stop(_number: int, _frame: object) -> None:
        # A second signal must not cut the orderly stop short.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Stopped

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


def services_for(folder: Path, extra: list[str]) -> list[Service]:
    found = own_services(folder, config().bind, config().web_port, config().intake_port)
    if config().platforms:
        found.append(items_service(config().items_port))
    if telegram_token_file().exists():
        found.append(telegram_service(folder))
    if "synapse" in extra:
        from steelyard.assembly.synapse import prepare

        port = config().synapse_port
        beside = prepare(folder, config(), port=port)
        found.append(replace(beside, ports={"synapse_port": port}, needs_database=False))
    return found


def serve(folder: Path, *, extra: list[str], quiet: bool) -> None:
    """Run a house until a signal. Raises SteelyardError when it cannot start."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = take_house(folder)
    services = services_for(folder, extra)
    ports = {name: port for service in services for name, port in service.ports.items()}
    check_space(folder)
    # Free by now, or held by children that a killed start left a moment ago.
    check_ports(config().bind, ports, patience=2)
    house = House(folder, Saying(quiet=quiet))
    try:
        house.start_all(services)
        house.say(f"serving {config().public_url}")
        house.watch()
    finally:
        house.stop()
        lock.close()


def with_database(folder: Path, command: list[str]) -> int:
    """Run `command` with the home's database up; if the house is running already, beside it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    house = House(folder, Saying(quiet=True))
    try:
        lock = take_house(folder, briefly=True)
    except CannotStart:
        return subprocess.run(command, env=house.environment(), check=False).returncode
    try:
        check_space(folder)
        house.start_database()
        return subprocess.run(command, env=house.environment(), check=False).returncode
    finally:
        house.stop()
        lock.close()


def main() -> int:
    _stop_on_signals()
    try:
        if sys.argv[1:2] == ["with-database"]:
            return with_database(home(), sys.argv[2:])
        parser = argparse.ArgumentParser(prog="steelyard serve")
        parser.add_argument("--with", dest="extra", action="append", default=[], choices=["synapse"])
        parser.add_argument("--quiet", action="store_true")
        options = parser.parse_args()
        serve(home(), extra=options.extra, quiet=options.quiet)
    except Stopped:
        return 0
    except SteelyardError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
