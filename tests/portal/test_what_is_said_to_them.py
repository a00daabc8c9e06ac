"""A warning under Art. 23, and a post to be fixed: pages for the person it is about, without an account or a script."""

import pytest
from msgspec import structs

from steelyard.cases.models import Case
from steelyard.decisions.models import Complaint
from steelyard.decisions.states import Outcome
from steelyard.flows.misuse import warn
from steelyard.letters.actions import text_of
from steelyard.letters.models import Letter
from steelyard.misuse.actions import Assessment
from steelyard.misuse.models import Misuse
from steelyard.misuse.states import MisuseKind
from steelyard.notices.models import Notice
from tests.browser import accessible, fits
from tests.cast import present
from tests.flows.stories import HARMLESS, SCAM, decided, delivered, noticed, token_in

pytestmark = pytest.mark.django_db


def test_a_warned_sender_reads_why_in_arabic_and_answers(new_page, platform):
    for number in range(3):
        platform.publish(f"${number}", f"{HARMLESS} {number}")
        noticed(f"${number}", language="ar")
        decided("ada", Case.objects.get(state="open"), outcome=Outcome.NONE, words="A question.")
    refs = tuple(Notice.objects.values_list("ref", flat=True))
    warn(present("ben"), MisuseKind.NOTICES, refs[0], Assessment(
        since="", items=refs, total=None, gravity="Three in a day.", intention=""))  # fmt: skip
    link = text_of(Letter.objects.get(kind="misuse_warned")).split("/ar/m/")[1].split()[0]
    page = new_page(width=320)
    page.goto(f"/ar/m/{link}")
    accessible(page)
    fits(page)
    page.fill("[name=text]", "ظننتها احتيالًا.")
    page.click("main button.button")
    page.wait_for_selector("#said")
    assert Misuse.objects.get().objected_at
    page.goto("/ar/terms")
    accessible(page)
    fits(page)


def test_uma_fixes_her_post_and_asks_for_a_look_without_a_script(new_page, platform):
    platform.publish("$1", SCAM)
    noticed("$1")
    decided("ada")
    delivered()
    page = new_page(javascript=False, width=320)
    page.goto(f"/fa/d/{token_in(platform.letters[0][1])}")
    page.click("a[href$='/fix']")
    page.wait_for_url("**/fix")
    fits(page)
    assert page.query_selector("main form") is None
    platform.publish("$1", "Beware of whoever promises money here.")
    page.click("main a.button")
    page.click("main button.button")
    page.wait_for_selector(".receipt")
    assert Complaint.objects.get().points == ["fixed"]


def test_the_page_to_fix_it_can_be_read_in_each_of_its_states(new_page, platform):
    platform.publish("$1", SCAM)
    noticed("$1")
    decided("ada")
    delivered()
    page = new_page(width=320)
    page.goto(f"/ar/d/{token_in(platform.letters[0][1])}")
    page.click("a[href$='/fix']")
    page.wait_for_url("**/fix")
    for state in ("unchanged", "changed", "only_anew"):
        if state == "changed":
            platform.publish("$1", "Beware of whoever promises money here.")
        if state == "only_anew":
            platform.manifest = structs.replace(platform.manifest, changes_hidden=False)
        page.reload()
        accessible(page)
        fits(page)
        assert page.query_selector("main form") is None or state == "changed"
