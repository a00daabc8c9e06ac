"""Omar is locked out. He appeals in Arabic with a file, on an old phone; somebody else decides; the post is back."""

import pytest
from django.utils.translation import gettext, override

from steelyard.cases.actions import claim_case
from steelyard.decisions.attachments import files_of
from steelyard.decisions.models import Complaint
from steelyard.flows.read_case import read_case, read_paper
from tests.browser import accessible, fits
from tests.cast import present
from tests.flows.stories import SCAM, answered, decided, delivered, noticed, token_in

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


def heard(page, role, text):
    """What a screen reader announces by this role and this name, in Arabic. Raises when there is none, or two."""
    with override("ar"):
        return page.get_by_role(role, name=gettext(text), exact=role != "textbox")


def pressed(page, role, text, *, key):
    """Found by what is announced, and used with the keyboard alone."""
    thing = heard(page, role, text)
    thing.focus()
    page.keyboard.press(key)


@pytest.mark.parametrize("javascript", [True, False])
def test_omar_appeals_in_arabic_with_a_file_and_the_post_is_back(new_page, platform, javascript):
    platform.publish("$1", SCAM, author="@omar:home")
    noticed("$1")
    decided("ada")
    delivered()
    page = new_page(javascript=javascript, width=320)
    page.goto(f"/ar/d/{token_in(platform.letters[0][1])}")
    assert page.get_attribute("html", "dir") == "rtl"
    pressed(page, "link", "Complain", key="Enter")
    page.wait_for_url("**/complaint")
    heard(page, "checkbox", "I was quoting somebody else").wait_for()
    if javascript:
        accessible(page)
    fits(page)
    pressed(page, "checkbox", "I was quoting somebody else", key="Space")
    heard(page, "textbox", "Tell us in your own words").fill(
        "كنت أحذّر الناس من هذا الاحتيال، والصورة تبيّن المنشور كاملًا."
    )
    page.set_input_files(
        "[name=papers]", files=[{"name": "لقطة.png", "mimeType": "image/png", "buffer": PNG}]
    )
    pressed(page, "button", "Send the complaint", key="Enter")
    page.wait_for_selector(".receipt")
    complaint = Complaint.objects.get()
    assert (complaint.language, [name for _row, name in files_of(complaint)]) == ("ar", ["لقطة.png"])
    ben = present("ben")
    claim_case(ben.member, complaint.case.ref)
    view = read_case(ben, complaint.case.ref)
    assert read_paper(ben, complaint.ref, view.papers[0][0]).content == PNG
    answered(ben, complaint, "You are right: it is a warning.", uphold=True)
    delivered()
    assert platform.hidden == set()
    assert "نعتذر" in platform.letters[-1][1]


def test_a_file_of_a_kind_that_we_cannot_name_is_refused_and_nothing_typed_is_lost(new_page, platform):
    platform.publish("$1", SCAM)
    noticed("$1")
    decided("ada")
    delivered()
    page = new_page(javascript=False, width=320)
    page.goto(f"/en/d/{token_in(platform.letters[0][1])}")
    page.click("a[href$='/complaint']")
    page.check("[name=points][value=rule]")
    page.fill("[name=text]", "Look at the file.")
    page.set_input_files(
        "[name=papers]", files=[{"name": "a.exe", "mimeType": "image/png", "buffer": b"MZ\0\0"}]
    )
    page.click("main button.button")
    assert page.is_visible("text=We cannot open one of these files.")
    assert page.input_value("[name=text]") == "Look at the file."
    assert Complaint.objects.count() == 0
