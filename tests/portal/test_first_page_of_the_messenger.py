"""What somebody loads who only opens the messenger: little, at once, and nothing of what only members need."""

import gzip
import importlib.util
import re
from pathlib import Path

import msgspec
import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from steelyard.base.config import Matrix, config
from steelyard.portal.views.chat import BUNDLE

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 110_000
"""Of the page and all it names, before compression."""


@pytest.fixture(autouse=True)
def _homeserver(monkeypatch: pytest.MonkeyPatch) -> None:
    there = msgspec.structs.replace(config(), matrix=Matrix(homeserver="http://127.0.0.1:1"))
    monkeypatch.setattr("steelyard.portal.views.chat.config", lambda: there)


def opened(language: str) -> tuple[int, list[str]]:
    """How many bytes it takes, and the names of the files, in the order the page names them."""
    page = Client().get("/chat/", headers={"accept-language": language})
    assert page.status_code == 200
    names = re.findall(r'(?:href|src)="/static/([^"]+)"', page.text)
    found = [finders.find(name) for name in names]
    assert all(found)
    return len(page.content) + sum(Path(str(file)).stat().st_size for file in found), names


@pytest.mark.parametrize("language", ["en", "fr", "ru", "ar", "fa"])
def test_the_first_page_is_small_and_holds_neither_the_library_nor_the_encryption(language: str) -> None:
    size, names = opened(language)
    assert size < MOST_BYTES
    assert len(names) <= 8
    assert not [name for name in names if name.endswith(".wasm") or re.search("/(matrix|shell)-", name)]


def test_the_words_of_the_readers_language_are_fetched_with_the_page_and_no_others() -> None:
    words = [
        [name for name in opened(code)[1] if re.search("/(fr|ru|ar|fa)-", name)] for code in ("en", "fr")
    ]
    assert (len(words[0]), len(words[1])) == (0, 1)


def test_the_colours_wait_for_no_style_sheet() -> None:
    _, names = opened("en")
    assert names.index("steelyard/colours.js") < min(
        at for at, name in enumerate(names) if name.endswith(".css")
    )


def test_a_wheel_brings_the_built_files_compressed_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.spec_from_file_location("build_hook", ROOT / "tools" / "build_hook.py")
    assert spec
    assert spec.loader
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    (style,) = BUNDLE.glob("main-*.css")
    (tmp_path / style.name).write_bytes(style.read_bytes())
    hook.compress(tmp_path)
    assert gzip.decompress((tmp_path / (style.name + ".gz")).read_bytes()) == style.read_bytes()
