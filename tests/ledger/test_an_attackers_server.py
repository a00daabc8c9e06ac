"""Whoever serves the log is an attacker, and the stranger has only the command: whatever is altered is refused by name.

A real HTTP server stands between, with the log's own files, older ones, or its own, and its keys where it stole them.
"""

import shutil
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typer.testing import CliRunner

from steelyard.assembly.main import app
from steelyard.ledger.proof.tiles import LARGEST
from tests.ledger.parts import build, new_keys

NAME = "example.org/ledger"
KEYS, THIEF = new_keys(NAME), new_keys(NAME)
ENTRY = [b'{"number":%d}' % number + b" " * 200 for number in range(600)]


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """The log at 300 and at 600 entries; one whose past was rewritten; one of the attacker's own keys."""
    root = tmp_path_factory.mktemp("logs")
    rewritten = [*ENTRY[:77], b"something else", *ENTRY[78:]]
    for name, entries, keys in [
        ("earlier", ENTRY[:300], KEYS), ("log", ENTRY, KEYS), ("fork", rewritten, KEYS), ("own", rewritten, THIEF),
    ]:  # fmt: skip
        build(root / name, entries, keys=keys)
        (root / name / "vkeys").write_text("".join(f"{key}\n" for key in keys.public()))
    return root


@contextmanager
def attacker(answer):
    """A server that gives each path whatever `answer` says: bytes, or a status."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            given = answer(self.path.removeprefix("/"))
            self.send_response(given if isinstance(given, int) else 200)
            content = b"" if isinstance(given, int) else given
            self.send_header("Content-Length", str(len(content) + kept_back))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    kept_back = getattr(answer, "kept_back", 0)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def file(folder, path):
    return (folder / path).read_bytes() if (folder / path).is_file() else 404


def verified(address, seen=None, keys=KEYS):
    """What the command says to a stranger who kept the log's keys, and perhaps a checkpoint from before."""
    given = [part for key in keys.public() for part in ("--key", str(key))] if keys else []
    more = ["--seen", str(seen)] if seen else []
    ran = CliRunner().invoke(app, ["ledger", "verify", "--from", address, *given, *more])
    return ran.exit_code, ran.stderr


@pytest.fixture
def seen(logs, tmp_path):
    """The checkpoint that the stranger kept at 300 entries."""
    return shutil.copy(logs / "earlier" / "checkpoint", tmp_path / "seen")


def test_the_honest_log_is_whole_and_the_kept_checkpoint_moves_on(logs, seen):
    with attacker(lambda path: file(logs / "log", path)) as address:
        assert verified(address, seen) == (0, "")
    assert (seen).read_bytes() == (logs / "log" / "checkpoint").read_bytes()


def swapped(logs):
    """The genuine files under another checkpoint."""

    def under(checkpoint):
        return lambda path: checkpoint if path == "checkpoint" else file(logs / "log", path)

    genuine = (logs / "log" / "checkpoint").read_bytes()
    return {
        "one that the attacker signed": (under(file(logs / "own", "checkpoint")), "has no signature by the Ed25519"),
        "one of a rewritten past, signed with stolen keys": (
            under(file(logs / "fork", "checkpoint")), "the whole log was replaced, or the checkpoint",
        ),
        "one with another size": (under(genuine.replace(b"\n600\n", b"\n599\n")), "checkpoint: "),
        "one of another log": (under(genuine.replace(b"example.org", b"example.com")), "checkpoint: "),
        "no checkpoint at all": (under(b"<html>Try again later</html>"), "checkpoint: "),
    }  # fmt: skip


@pytest.mark.parametrize("which", range(5))
def test_a_checkpoint_that_was_swapped_is_refused(logs, which):
    answer, said = list(swapped(logs).values())[which]
    with attacker(answer) as address:
        code, told = verified(address)
    assert (code, said in told) == (1, True), told


def stale(logs, name):
    """The newest checkpoint over files as they were at 300 entries, or over what is worse."""
    old, new = logs / "earlier", logs / "log"

    def from_before(path):
        return file(new if path == "checkpoint" else old, path)

    def one_from_before(path):  # the unfinished tile of 300 in place of the full one, as a bad cache keeps it
        return file(old, "tile/0/001.p/44") if path == "tile/0/001" else file(new, path)

    def entries_from_before(path):
        return file(old, "tile/entries/001.p/44") if path == "tile/entries/001" else file(new, path)

    def forked_tiles(path):
        return file(logs / "fork" if path.startswith("tile/") else new, path)

    def changing(path):  # the genuine log while the checkpoint is asked for, another one afterwards
        return file(new if path == "checkpoint" else logs / "own", path)

    return {
        "all tiles from before": (from_before, "tile/0/001: It cannot be read: tile/0/001: HTTP 404."),
        "one tile from before": (one_from_before, "tile/0/001: It has 1408 bytes where 8192 belong."),
        "entries from before": (entries_from_before, "tile/entries/001: It holds 44 entries where 256 belong."),
        "tiles of a rewritten past": (forked_tiles, "the whole log was replaced, or the checkpoint"),
        "a log that changes while it is read": (changing, "the whole log was replaced, or the checkpoint"),
    }[name]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["all tiles from before", "one tile from before", "entries from before", "tiles of a rewritten past",
     "a log that changes while it is read"],
)  # fmt: skip
def test_tiles_that_are_stale_or_of_another_log_are_refused_and_named(logs, name):
    answer, said = stale(logs, name)
    with attacker(answer) as address:
        code, told = verified(address)
    assert (code, said in told) == (1, True), told


def test_a_log_that_was_rolled_back_is_refused_by_whoever_kept_a_checkpoint(logs, tmp_path):
    kept = shutil.copy(logs / "log" / "checkpoint", tmp_path / "kept")
    with attacker(lambda path: file(logs / "earlier", path)) as address:
        assert verified(address)[0] == 0  # for somebody who sees it for the first time it is a log of 300
        code, told = verified(address, kept)
    assert (code, "The log went back: 600 entries were seen before, now 300." in told) == (1, True), told
    assert kept.read_bytes() == (logs / "log" / "checkpoint").read_bytes()


def test_an_old_checkpoint_over_the_newest_files_is_a_rollback_too(logs, tmp_path):
    kept = shutil.copy(logs / "log" / "checkpoint", tmp_path / "kept")

    def answer(path):
        return file(logs / ("earlier" if path == "checkpoint" else "log"), path)

    with attacker(answer) as address:
        code, told = verified(address, kept)
    assert (code, "went back" in told) == (1, True), told


def test_a_server_that_gives_an_older_checkpoint_the_second_time_does_not_make_the_kept_one_older(
    logs, tmp_path
):
    kept, asked = shutil.copy(logs / "earlier" / "checkpoint", tmp_path / "kept"), []

    def answer(path):
        asked.append(path)
        return file(logs / ("log" if asked.count("checkpoint") < 2 else "earlier"), path)

    with attacker(answer) as address:
        assert verified(address, kept) == (0, "")
    assert kept.read_bytes() == (logs / "log" / "checkpoint").read_bytes()


def test_a_rewritten_past_signed_with_the_stolen_keys_is_refused_by_whoever_kept_a_checkpoint(logs, seen):
    with attacker(lambda path: file(logs / "fork", path)) as address:
        code, told = verified(address, seen)
    assert (code, "The log was rewritten: its first 300 entries are not those seen before." in told) == (
        1,
        True,
    )


def test_a_log_with_keys_of_the_attackers_own_is_refused_by_whoever_kept_the_keys_or_a_checkpoint(logs, seen):
    with attacker(lambda path: file(logs / "own", path)) as address:
        code, told = verified(address)
        assert (code, "has no signature by the Ed25519 key" in told) == (1, True), told
        code, told = verified(address, seen, keys=None)
    assert "The keys are the log's own word. Compare them" in told
    assert (code, "is not signed by these keys: another log, or other keys." in told) == (1, True), told


def test_a_server_that_breaks_off_or_never_ends_gives_a_fault_and_no_crash(logs):
    def cut(path):
        return file(logs / "log", path)[:100]

    cut.kept_back = 100

    def endless(path):
        return b"0" * (LARGEST + 1) if path == "tile/0/000" else file(logs / "log", path)

    for answer, said in ((cut, "checkpoint: "), (endless, "tile/0/000: It cannot be read")):
        with attacker(answer) as address:
            code, told = verified(address)
        assert (code, said in told) == (1, True), told
        assert "Traceback" not in told
