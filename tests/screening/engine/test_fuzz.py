"""Whatever strangers send: a clear refusal or a bounded result, never a crash."""

import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from steelyard.base.errors import BadInput
from steelyard.intake.items.door import Turned, _read, _read_reports
from steelyard.screening.engine import STARTER, Item, PolicyProblems, load_screen
from steelyard.screening.engine.folding import Batch
from steelyard.screening.engine.images.hashing import ImageHash, Unreadable, hash_media
from steelyard.screening.engine.links import find_links, find_mentions
from steelyard.screening.engine.policy import read_policy
from steelyard.screening.exchange import read_hashes

ANY = st.text(st.characters(), max_size=60)  # lone surrogates included
PIECES = st.sampled_from([
    "http:// https:// t.me/ xn-- .com .. @", "http://", "https://", "t.me/", "xn--", ".com", "..", "@", "://a.",
    ":8080", "?q=", "#x", "%zz", "[::1]", "1.2.3.4", "a.b", "@me", "www.", "/", " ", "\u202e", "\u200d", "é",
])  # fmt: skip
LINKISH = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=20).map("".join)
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
FILES = sorted(path.relative_to(STARTER).as_posix() for path in STARTER.rglob("*.yaml"))
QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(st.lists(ANY, min_size=1, max_size=6))
def test_any_text_is_folded_and_every_character_knows_where_it_came_from(texts: list[str]) -> None:
    batch = Batch(texts)
    folded = batch.folded
    assert len(folded.starts) == len(texts) + 1
    assert ((folded.places >= 0) & (folded.places < len(batch.codes))).all()


@QUICK
@given(LINKISH)
def test_any_text_has_its_links_within_it(text: str) -> None:
    for link in find_links(text):
        assert 0 <= link.start < link.end <= len(text)
        assert link.start <= link.host_start < link.host_end <= link.end
    assert all(0 <= start < end <= len(text) for start, end in find_mentions(text))


@pytest.fixture(scope="module")
def starter():  # type: ignore[no-untyped-def]
    return load_screen()


@QUICK
@given(texts=st.lists(LINKISH, min_size=1, max_size=5))
def test_any_text_with_links_is_screened_with_spans_inside_it(starter, texts: list[str]) -> None:  # type: ignore[no-untyped-def]
    for text, verdict in zip(texts, starter.screen([Item("1", text) for text in texts]), strict=True):
        assert all(0 <= span.start < span.end <= len(text) for span in verdict.spans)


def picture(kind: str) -> bytes:
    held = io.BytesIO()
    Image.effect_noise((90, 70), 80).convert("RGB").save(held, kind)
    return held.getvalue()


PICTURES = {kind: picture(kind) for kind in FORMATS}


@QUICK
@given(
    st.sampled_from(FORMATS),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=8),
    st.one_of(st.none(), st.integers(0, 4000)),
)
def test_a_damaged_picture_is_hashed_or_refused_with_a_reason(
    kind: str, changes: list[tuple[int, int]], cut: int | None
) -> None:
    content = bytearray(PICTURES[kind])
    for place, value in changes:
        content[place % len(content)] = value
    seen = hash_media(bytes(content[:cut]))
    assert isinstance(seen.picture, ImageHash | Unreadable)


@QUICK
@given(st.binary(max_size=400))
def test_any_bytes_are_hashed_as_a_file_and_maybe_refused_as_a_picture(content: bytes) -> None:
    assert isinstance(hash_media(content).picture, Unreadable)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(FILES), place=st.integers(0, 3000), length=st.integers(0, 40),
    put=st.one_of(
        st.binary(max_size=20),
        st.sampled_from([b"[", b"{", b"- ", b"\n  ", b": ", b"&a ", b"*a", b"\xff", b"\0", b"!!python/none ", b"'"]),
    ),
)  # fmt: skip
def test_a_damaged_policy_is_told_by_file_and_line_or_is_still_a_policy(
    tmp_path_factory: pytest.TempPathFactory, name: str, place: int, length: int, put: bytes
) -> None:
    folder = tmp_path_factory.mktemp("policy")
    (folder / "policy.yaml").write_text("policy: small\nowner: Ada\n")
    target = folder / name
    target.parent.mkdir(exist_ok=True)
    content = (STARTER / name).read_bytes()
    place %= len(content)
    target.write_bytes(content[:place] + put + content[place + length :])
    try:
        _, problems = read_policy(folder)
    except (BadInput, PolicyProblems):
        return
    for problem in problems:
        assert problem.place.file
        assert problem.place.line >= 1


@QUICK
@given(st.binary(max_size=300))
def test_any_file_of_hashes_is_read_or_refused(content: bytes) -> None:
    with suppress(BadInput):
        read_hashes(content)


@QUICK
@given(
    st.one_of(st.binary(max_size=200), st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace")))
)
def test_any_request_is_read_or_turned_away(body: bytes) -> None:
    for read in (_read, _read_reports):
        with suppress(Turned):
            read(body)


def test_the_policies_of_this_test_are_there() -> None:
    assert Path(STARTER / FILES[0]).exists()
