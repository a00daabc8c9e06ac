"""The checks of `steelyard doctor`. Each looks and changes nothing."""

import json
import os
import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from steelyard.base.config import config, home
from steelyard.base.errors import SteelyardError

LITTLE_SPACE, TOO_LITTLE_SPACE = 2000, 500  # MB
SILENT_AFTER = 30.0  # seconds; the worker gives a sign of life every five
MOST_SKEW = 2.0
MANY_STAGED = 1000
OTHERS = 0o077


class Grade(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Line:
    """One finding: how bad, what, and what to do."""

    grade: Grade
    what: str
    do: str = ""


def settings() -> Iterator[Line]:
    file = home() / "steelyard.toml"
    c = config()
    facts = {
        "countries served": c.countries,
        "country of establishment": c.established_in,
        "e-mail for authorities": c.authorities.email,
        "emergency telephone": c.authorities.phone,
        "e-mail for users": c.users.email,
        "who is on call": c.on_call,
        "outgoing mail (smtp_url)": c.smtp_url,
    }
    missing = [name for name, value in facts.items() if not value]
    if not file.exists():
        yield Line(Grade.WARN, f"There is no settings file {file}.", "Run `steelyard setup`.")
    if missing:
        yield Line(
            Grade.WARN, f"Not stated: {', '.join(missing)}.", f"Run `steelyard setup`, or edit {file}."
        )
    else:
        yield Line(Grade.OK, "The operator's facts are stated.")


def secrets() -> Iterator[Line]:
    files = [file for file in (home() / "keys").rglob("*") if file.is_file()]
    open_files = [str(file) for file in files if file.stat().st_mode & OTHERS]
    if open_files:
        yield Line(
            Grade.FAIL, f"Others may read {', '.join(open_files)}.", f"chmod 600 {' '.join(open_files)}"
        )
    elif files:
        yield Line(Grade.OK, "Only the owner may read the keys.")


def space() -> Iterator[Line]:
    if not home().exists():
        return
    free = shutil.disk_usage(home()).free // 2**20
    grade = Grade.OK if free > LITTLE_SPACE else Grade.WARN if free > TOO_LITTLE_SPACE else Grade.FAIL
    yield Line(grade, f"{free} MB free under {home()}.", "" if grade == Grade.OK else "Free some space.")


def processes() -> Iterator[Line]:
    file = home() / "run" / "state.json"
    state = json.loads(file.read_text()) if file.exists() else {}
    if not state or not _lives(state["supervisor"]):
        yield Line(Grade.FAIL, f"Nothing serves {home()}.", "Start it: steelyard serve")
        for name, port in {"web_port": config().web_port, "intake_port": config().intake_port}.items():
            if _answers(port):
                do = f"Stop it, or set {name} to another port."
                yield Line(Grade.FAIL, f"Another program listens on port {port}.", do)
        return
    for name, service in state["services"].items():
        log = home() / "log" / f"{name}.log"
        if not service["pid"] or not _lives(service["pid"]):
            yield Line(Grade.FAIL, f"The process “{name}” is down and will be started again.", f"See {log}")
        elif service["restarts"]:
            yield Line(Grade.WARN, f"“{name}” was started again {service['restarts']} times.", f"See {log}")
        elif silent := [port for port in service["ports"] if not _answers(port)]:
            yield Line(Grade.FAIL, f"“{name}” does not answer on port {silent[0]}.", f"See {log}")
        else:
            yield Line(Grade.OK, f"“{name}” runs.")


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def worker() -> Iterator[Line]:
    beat, stopped = home() / "run" / "worker.beat", home() / "run" / "worker.stopped"
    if stopped.exists():
        yield Line(Grade.FAIL, stopped.read_text().strip(), "A person has to look before it may go on.")
    if not beat.exists():
        yield Line(Grade.FAIL, "The worker has given no sign of life.", "Start it: steelyard serve")
        return
    age = time.time() - beat.stat().st_mtime
    if age > SILENT_AFTER:
        do = f"Clocks and letters stand still. See {home() / 'log' / 'worker.log'}"
        yield Line(Grade.FAIL, f"The worker has been silent for {age:.0f} seconds.", do)
    else:
        yield Line(Grade.OK, "The worker gives signs of life.")


def signer() -> Iterator[Line]:
    from steelyard.ledger.signer.client import vkeys

    try:
        names = [key.split("+")[0] for key in map(str, vkeys())]
    except SteelyardError as fault:
        yield Line(Grade.FAIL, f"The signer does not answer: {fault}", "Start it: steelyard serve")
    else:
        yield Line(Grade.OK, f"The signer answers with {len(names)} keys.")


def database() -> Iterator[Line]:
    import psycopg

    try:
        with psycopg.connect(config().database_url or "host=/nowhere", connect_timeout=3) as line:
            row = line.execute("SELECT current_setting('server_version'), rolsuper FROM pg_roles"
                               " WHERE rolname = current_user").fetchone()  # fmt: skip
    except psycopg.Error as fault:
        why = str(fault).strip().splitlines()[-1] if config().database_url else "it was never started here"
        yield Line(Grade.FAIL, f"The database does not answer: {why}", "Start it, or correct database_url.")
        return
    version, super_user = row or ("", False)
    if super_user:
        do = "Use a role that does not own the tables: the ledger's walls do not bind a superuser."
        yield Line(Grade.WARN, "We use the database as its superuser.", do)
    yield Line(Grade.OK, f"The database answers (PostgreSQL {version}).")


def clocks() -> Iterator[Line]:
    from django.db import connection

    from steelyard.base.clock import now

    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        skew = abs((now() - (cursor.fetchone() or [now()])[0]).total_seconds())
    if skew > MOST_SKEW:
        yield Line(Grade.FAIL, f"Our clock and the database's are {skew:.0f} s apart.", "Set both by NTP.")
    else:
        yield Line(Grade.OK, "Both clocks agree.")


def migrations() -> Iterator[Line]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        names = ", ".join(f"{step.app_label} {step.name}" for step, _back in plan[:5])
        yield Line(
            Grade.FAIL, f"The tables are of an older version: {names}.", "Start again: steelyard serve"
        )
    else:
        yield Line(Grade.OK, "The tables are of this version.")


def jobs() -> Iterator[Line]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE status = 'failed'),"
            " count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now())"
            " < now() - interval '5 minutes') FROM procrastinate_jobs"
        )
        failed, late = cursor.fetchone() or (0, 0)
    log = home() / "log" / "worker.log"
    if failed:
        yield Line(Grade.WARN, f"{failed} background jobs have failed for good.", f"See {log}")
    if late:
        yield Line(Grade.FAIL, f"{late} background jobs are late.", f"See {log}")
    if not failed and not late:
        yield Line(Grade.OK, "Background jobs are done in time.")


def waiting_posts() -> Iterator[Line]:
    """Posts that a fault of ours kept from being screened: `intake` keeps their ids, one a line."""
    files = (home() / "intake").glob("*-set-aside*")
    waiting = sum(len(file.read_text().split()) for file in files)
    if waiting:
        do = f"They are tried again at the next start. What went wrong: {home() / 'log' / 'intake.log'}"
        yield Line(Grade.WARN, f"{waiting} posts could not be screened by a fault of ours.", do)
    else:
        yield Line(Grade.OK, "No post waits because of a fault of ours.")


def outbox() -> Iterator[Line]:
    from steelyard.base.outbox import backlog, outboxes

    for box in outboxes():
        counted = backlog(box)
        name = str(box._meta.verbose_name_plural)
        if counted["failed"]:
            do = "The other side refused for good: the console’s page “Measures” lists them, to be tried again."
            yield Line(Grade.WARN, f"{counted['failed']} {name} failed.", do)
        if counted["queued"] > MANY_STAGED:
            do = "See the lines about the worker and the platforms."
            yield Line(Grade.WARN, f"{counted['queued']} {name} wait to go out.", do)
        elif not counted["failed"]:
            yield Line(Grade.OK, f"No {name} failed, {counted['queued']} wait to go out.")


def ledger() -> Iterator[Line]:
    from steelyard.ledger.queries import log_state, staged_count

    state, staged = log_state(), staged_count()
    if staged > MANY_STAGED:
        do = "The sequencer or the signer stands still: see the lines above."
        yield Line(Grade.FAIL, f"{staged} ledger entries wait for their place.", do)
    yield Line(
        Grade.OK, f"The ledger has {state.size} entries. `steelyard ledger verify` checks each of them."
    )


def platforms() -> Iterator[Line]:
    """Each attached platform: reachable, and does its gate hold?"""
    from steelyard.enforcement.connector import connector, connectors

    for name in connectors():
        ask = getattr(connector(name), "status", None)
        if ask is None:
            continue
        try:
            told = ask()
        except SteelyardError as fault:
            do = "Posts wait on the platform and arrive when it is back."
            yield Line(Grade.FAIL, f"{name}: {fault}", do)
            continue
        yield _gate(name, told["gate"])
        if told["selftest"]["state"] == "failed":
            do = "Posts can be removed but not hidden. Name the homeserver's version when you report this."
            yield Line(Grade.FAIL, f"{name}: hiding is switched off: {told['selftest']['why']}", do)


def _gate(name: str, gate: dict[str, Any]) -> Line:
    numbers = {what: count for what, count in gate.items() if type(count) is int}
    counted = ", ".join(f"{what.replace('_', ' ')} {count}" for what, count in numbers.items())
    if gate["breaker"] == "open":
        do = "Posts go through unasked until it closes, and are screened as they arrive."
        return Line(Grade.WARN, f"{name}: the gate's breaker is open ({counted}).", do)
    return Line(Grade.OK, f"{name}: the gate holds ({counted}).")
