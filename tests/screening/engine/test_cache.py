"""A long list is compiled once; what is kept of it is never trusted blindly."""

from pathlib import Path

from steelyard.screening.engine import Item, Screen, load_screen
from steelyard.screening.engine.cache import WORTH_KEEPING
from tests.screening.engine.conftest import SIGNAL, Write


def long_list(write_policy: Write, last: str) -> Path:
    words = ", ".join(["привет", *(f"слово{number}" for number in range(WORTH_KEEPING)), last])
    return write_policy({}, signals_greeting=SIGNAL.replace("[привет]", f"[{words}]", 1))


def found(screen: Screen, text: str) -> bool:
    return "greeting" in screen.screen([Item("1", text)])[0].signals


def test_a_kept_list_finds_what_the_compiled_one_finds(write_policy: Write, tmp_path: Path) -> None:
    folder, cache = long_list(write_policy, "финал"), tmp_path / "cache"
    before = load_screen(folder, cache)
    (kept,) = cache.iterdir()
    written = kept.stat().st_mtime_ns
    after = load_screen(folder, cache)
    assert kept.stat().st_mtime_ns == written
    texts = ["слово17", "финал", "словечко", "cлoво1999"]
    assert [found(before, text) for text in texts] == [found(after, text) for text in texts] == [1, 1, 0, 1]
    assert kept.stat().st_mode & 0o077 == 0


def test_a_damaged_cache_is_made_anew(write_policy: Write, tmp_path: Path) -> None:
    folder, cache = long_list(write_policy, "финал"), tmp_path / "cache"
    load_screen(folder, cache)
    (kept,) = cache.iterdir()
    whole = kept.read_bytes()
    for damaged in (b"", whole[:1000], whole[:5000] + b"\xff\xff" + whole[5002:], b"\0" * len(whole)):
        kept.write_bytes(damaged)
        assert found(load_screen(folder, cache), "финал")
        assert kept.read_bytes() == whole


def test_another_list_is_not_taken_for_the_kept_one(write_policy: Write, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    load_screen(long_list(write_policy, "финал"), cache)
    other = load_screen(long_list(write_policy, "начало"), cache)
    assert (found(other, "финал"), found(other, "начало")) == (False, True)


def test_a_cache_that_cannot_be_written_stops_nothing(write_policy: Write, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert found(load_screen(long_list(write_policy, "финал"), tmp_path / "file"), "финал")
