"""Pictures, an encrypted group of three, reports of a channel and an account, announcements in one's own language."""

import io
import secrets

import pytest
from PIL import Image

from steelyard.enforcement.connector import Operation, Target
from tests.messenger.conftest import Person

pytestmark = pytest.mark.django_db


def photograph(*, camera: str = "A camera of Anna's") -> bytes:
    """A picture that remembers what took it."""
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x010F] = camera
    noise = Image.frombytes("RGB", (64, 48), secrets.token_bytes(64 * 48 * 3))
    noise.save(file, "JPEG", exif=exif)
    return file.getvalue()


def shows(who: Person, picture: bytes, words: str) -> None:
    file = {"name": "look.jpg", "mimeType": "image/jpeg", "buffer": picture}
    who.page.set_input_files("#picture", [file])
    who.page.get_by_label("What is in the picture?").fill(words)
    who.page.locator("dialog").get_by_role("button", name="Send").click()


def sees_picture(who: Person, words: str) -> None:
    """Drawn, not only named."""
    who.page.wait_for_function(
        "words => [...document.querySelectorAll('.m-picture img')].some("
        "one => one.alt === words && one.naturalWidth === 64)",
        arg=words,
    )


def test_three_people_share_a_picture_in_an_encrypted_group_and_its_bytes_are_nowhere_in_clear(
    attached, person
):
    ann, ben, cara = (person(name).come_in() for name in ("ann-trio", "ben-trio", "cara-trio"))
    ann.open("/new").page.get_by_label("With whom?").fill("ben-trio, cara-trio")
    ann.page.get_by_label("Name of the group").fill("Trio")
    ann.page.get_by_role("button", name="Open the chat").click()
    ann.page.wait_for_selector("#write")
    for each in (ben, cara):
        each.accepts("Trio")
    shows(ann, photograph(), "Our band in the old mill")
    for each in (ann, ben, cara):
        sees_picture(each, "Our band in the old mill")
    ben.write("I play the drum")
    for each in (ann, cara):
        each.sees("I play the drum")
    kept = [file.read_bytes() for file in (attached.home / "synapse").rglob("*") if file.is_file()]
    assert not any(b"JFIF" in one[:32] or b"\x89PNG" in one[:8] for one in kept), "no picture in clear"
    assert not any(b"old mill" in one for one in kept)


def test_a_picture_in_a_channel_forgets_its_camera_and_a_channel_and_an_account_are_reported(
    attached, person
):
    room = attached.channel(alias="gallery")
    vera = person("vera-gallery").come_in().enters("Gallery")
    shows(vera, photograph(), "A bowl of pears")
    wanda = person("wanda-gallery").come_in().enters("Gallery")
    sees_picture(wanda, "A bowl of pears")
    kept = [file.read_bytes() for file in (attached.home / "synapse").rglob("*") if file.is_file()]
    assert not any(b"A camera of Anna" in one for one in kept)
    wanda.does("A bowl of pears", "Report the account").reports(
        "Scams and fraud", "Sells pears that are none."
    )
    wanda.page.get_by_role("button", name="About this place").click()
    wanda.page.get_by_role("button", name="Report the channel").click()
    wanda.reports("Scams and fraud", "Nothing but fraud here.")
    told = {(one.kind, one.about.id) for one in attached.connector.reports_after("")[0]}
    assert {("account", "@vera-gallery:localhost"), ("channel", room)} <= told


def test_each_reader_has_the_announcements_in_their_own_language(attached, person):
    """Told once in each language; any other client shows them all."""
    room = attached.channel(alias="daily")
    words = {"en": "Daily report", "fr": "Rapport du jour", "fa": "گزارش روز"}
    operator = attached.connector.sign_in_operator()
    for language, text in words.items():
        told = {"text": text, "language": language}
        channel = Target("", "#daily:localhost")
        attached.connector.act(Operation.POST_ANNOUNCEMENT, channel, key=f"day-{language}", params=told)
    said = {event["content"]["body"] for event in attached.messages(operator, room)}
    assert said >= set(words.values())
    for language, own in words.items():
        reader = person(f"reader-{language}").come_in(language=language).open("/room/%23daily%3Alocalhost")
        reader.page.locator(".m-page .actions button").click()
        reader.sees(own)
        others = [text for text in words.values() if text != own]
        assert not any(reader.page.get_by_text(text, exact=True).count() for text in others)
