"""A stranger with the files and the keys: whatever is changed is found, and the place is named."""

import random
import shutil

import pytest

from steelyard.ledger.proof.checkpoint import read_checkpoint
from steelyard.ledger.proof.rebuild import Fault
from steelyard.ledger.proof.tiles import ENTRIES, bundle, read_bundle, tile_path, tiles_of
from steelyard.ledger.proof.verify import verify
from tests.ledger.parts import build, new_keys

SIZE = 300
KEYS = new_keys("example.org/ledger")
ENTRY = [b'{"number":%d,"reversal":false}' % number + b" " * 300 for number in range(SIZE)]


@pytest.fixture
def log(tmp_path):
    build(tmp_path / "earlier", ENTRY[:190], keys=KEYS)
    build(tmp_path / "log", ENTRY, keys=KEYS)
    return tmp_path / "log"


def check(folder, earlier=None):
    seen = read_checkpoint((earlier / "checkpoint").read_text()) if earlier else None
    return verify(folder, KEYS.public(), earlier=seen)


def test_a_log_that_nobody_touched_is_whole(log, tmp_path):
    report = check(log, tmp_path / "earlier")
    assert (report.origin, report.size, report.faults) == ("example.org/ledger", SIZE, ())
    assert report.signed_by == ("Ed25519", "ML-DSA-44")


def current_files(size=SIZE):
    widths = [(ENTRIES, number, width) for level, number, width in tiles_of(size) if level == 0]
    return [tile_path(*tile) for tile in (*tiles_of(size), *widths)]


def flip(file, bit):
    content = bytearray(file.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    file.write_bytes(content)


def expected_place(log, name, byte):
    """Where the verifier must point for a changed byte of this file."""
    if not name.startswith("tile/entries/"):
        return name, f"Its hash {byte // 32} "
    first, at = int(name.split("/")[2][:3]) * 256, 0
    entries = read_bundle((log / name).read_bytes(), 256 if ".p" not in name else int(name.split("/")[-1]))
    for number, entry in enumerate(entries):
        if byte < at + 2:
            return name, "entries"  # a length: what follows cannot be read
        if byte < at + 2 + len(entry):
            return f"entry {first + number}", name.split(".p")[0]
        at += 2 + len(entry)
    raise AssertionError


@pytest.mark.parametrize("part", range(4))
def test_a_flipped_bit_in_any_tile_is_located_to_the_hash_or_the_entry(log, tmp_path, part):
    rng = random.Random(part)
    for name in rng.choices(current_files(), k=25):
        copy = tmp_path / "copy"
        shutil.copytree(log, copy, dirs_exist_ok=True)
        byte = rng.randrange((copy / name).stat().st_size)
        place, what = expected_place(log, name, byte)
        flip(copy / name, 8 * byte + rng.randrange(8))
        (fault,) = check(copy).faults
        assert fault.place == place or what == "entries"
        assert what in fault.what or name in fault.place


def test_a_flipped_bit_anywhere_in_the_checkpoint_is_found(log, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(log, copy)
    genuine = (log / "checkpoint").read_bytes()
    for bit in (*range(8 * 80), *random.Random(1).sample(range(640, 8 * len(genuine)), 100)):
        (copy / "checkpoint").write_bytes(genuine)
        flip(copy / "checkpoint", bit)
        assert [fault.place for fault in check(copy).faults] == ["checkpoint"], bit


def test_entries_that_changed_together_with_their_tiles_are_still_placed(log, tmp_path):
    """The thief who recomputes the tile below but not the one above; and the one who does both."""
    build(tmp_path / "forged", [*ENTRY[:77], b"forged", *ENTRY[78:]], keys=KEYS)
    copy = tmp_path / "copy"
    shutil.copytree(log, copy)
    for name in ("tile/entries/000", "tile/0/000"):
        shutil.copy(tmp_path / "forged" / name, copy / name)
    assert check(copy).faults == (Fault("entries 0 to 255", "Changed, together with tile/0/000."),)
    shutil.copy(tmp_path / "forged" / "tile/1/000.p/1", copy / "tile/1/000.p/1")
    (fault,) = check(copy).faults
    assert fault.place == "checkpoint"
    assert "the whole log was replaced" in fault.what


def cut_bundle(log):
    file = log / "tile/entries/000"
    file.write_bytes(file.read_bytes()[:-700])


def swap_entries(log):
    file = log / "tile/entries/000"
    entries = read_bundle(file.read_bytes(), 256)
    entries[3], entries[9] = entries[9], entries[3]
    file.write_bytes(bundle(entries))


def more_entries(log):
    file = log / "tile/entries/000"
    file.write_bytes(bundle([*read_bundle(file.read_bytes(), 256), b"more"]))


def missing(name):
    return lambda log: (log / name).unlink()


def cut_tile(log):
    file = log / "tile/0/000"
    file.write_bytes(file.read_bytes()[:-32])


FILES = {
    "a tile is missing": (missing("tile/0/000"), ["tile/0/000"]),
    "the unfinished tile is missing": (missing("tile/0/001.p/44"), ["tile/0/001.p/44"]),
    "a bundle is missing": (missing("tile/entries/000"), ["tile/entries/000"]),
    "a tile is cut": (cut_tile, ["tile/0/000"]),
    "a bundle is cut": (cut_bundle, ["tile/entries/000"]),
    "two entries change places": (swap_entries, ["entry 3", "entry 9"]),
    "a bundle has one more": (more_entries, ["tile/entries/000"]),
}


@pytest.mark.parametrize("what", FILES)
def test_damage_to_the_files_is_named(log, tmp_path, what):
    shutil.copytree(log, tmp_path / "copy")
    damage, places = FILES[what]
    damage(tmp_path / "copy")
    assert [fault.place for fault in check(tmp_path / "copy").faults] == places


def test_a_log_that_went_back_is_caught_by_whoever_saw_it_before(log, tmp_path):
    assert check(tmp_path / "earlier").ok
    (fault,) = check(tmp_path / "earlier", log).faults
    assert fault == Fault("checkpoint", "The log went back: 300 entries were seen before, now 190.")


def test_a_fork_signed_with_stolen_keys_is_caught_by_whoever_saw_the_log_before(log, tmp_path):
    build(tmp_path / "fork", [ENTRY[1], ENTRY[0], *ENTRY[2:]], keys=KEYS)
    assert check(tmp_path / "fork").ok
    (fault,) = check(tmp_path / "fork", tmp_path / "earlier").faults
    assert fault == Fault(
        "checkpoint", "The log was rewritten: its first 190 entries are not those seen before."
    )


def test_the_command_says_what_it_checked_or_where_it_failed(log, tmp_path):
    from typer.testing import CliRunner

    from steelyard.assembly.main import app

    keys = [part for key in KEYS.public() for part in ("--key", str(key))]
    run = CliRunner().invoke
    good = run(app, ["ledger", "verify", "--from", str(log), *keys, "--seen", str(tmp_path / "seen")])
    assert (good.exit_code, f"entries     {SIZE}" in good.stdout) == (0, True)
    assert check(log).root.hex() in good.stdout
    assert (tmp_path / "seen").read_text() == (log / "checkpoint").read_text()
    earlier = str(tmp_path / "earlier")
    back = run(app, ["ledger", "verify", "--from", earlier, *keys, "--seen", str(tmp_path / "seen")])
    assert (back.exit_code, "went back" in back.stderr) == (1, True)
    folder = run(app, ["ledger", "verify", "--from", str(log), *keys, "--seen", str(tmp_path)])
    assert (folder.exit_code, "directory" in folder.output) == (2, True)
    lost = run(app, ["ledger", "verify", "--from", str(log), *keys, "--seen", str(tmp_path / "no" / "file")])
    assert "The log is whole, but its checkpoint could not be kept." in str(lost.exception)
    nothing = run(app, ["ledger", "verify", "--from", str(tmp_path)])
    assert "No log was found at" in str(nothing.exception)
    flip(log / "tile/0/000", 8 * 77 * 32)
    bad = run(app, ["ledger", "verify", "--from", str(log), *keys])
    assert (bad.exit_code, "tile/0/000: Its hash 77 " in bad.stderr) == (1, True)
