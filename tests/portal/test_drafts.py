"""An order begun without an account: kept as it is typed, questioned in form before it goes, sent once."""

import re
import shutil

import msgspec
import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from steelyard.letters.models import Receipt
from steelyard.oncall.models import Ring
from steelyard.orders.actions import sent
from steelyard.orders.models import Order
from steelyard.people.models import Member
from steelyard.portal.keeping import kept
from tests.browser import accessible, fits
from tests.flows.stories import SCAM

pytestmark = pytest.mark.django_db

WHAT = {"instrument": "epoc", "country": "FR", "issuer": "police"}
WHO = {
    "authority": "Direction de la police", "reference": "26/1", "contact": "pj@example.org", "language": "fr",
    "written_in": "fr",
}  # fmt: skip
ABOUT = {"targets": "memory:$1", "harm": "scam"}
DEMAND = {
    "demand": "Les messages",
    "categories": ["content"],
    "period_from": "2026-01-01",
    "period_to": "2026-01-31",
}
WHY = {"legal_basis": "CPP", "reasons": "Enquête", "offence": "Escroquerie", "offence_years": "5"}


def begun(**chosen):
    answer = Client().post("/en/order/start", chosen)
    return answer["Location"].split("/draft/")[1].split("/")[0]


def filled(handle, **steps):
    for step, typed in steps.items():
        answer = Client().post(f"/en/order/draft/{handle}/{step}", typed)
        assert answer.status_code == 302, answer.content.decode()[:2000]
    return handle


def plain(answer):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.content.decode()))


def test_what_the_desk_would_question_is_said_before_it_goes_and_the_order_can_go_all_the_same(platform):
    platform.publish("$1", SCAM)
    handle = filled(begun(), what=WHAT, who=WHO, about=ABOUT, demand=DEMAND, why=WHY)
    page = plain(Client().get(f"/en/order/draft/{handle}/check"))
    assert "Not competent here: Police." in page
    assert "How to cure it: Have it issued or validated by: Judge, Court, Investigating judge." in page
    assert Order.objects.count() == 0
    answer = Client().post(f"/en/order/draft/{handle}/check")
    assert "/receipt/" in answer["Location"]
    told = sent(Order.objects.get())
    assert (told.instrument, told.data, told.offence_years, told.written_in) == (
        "epoc",
        ("content",),
        5.0,
        "fr",
    )
    assert Client().get(f"/en/order/draft/{handle}").status_code == 404
    assert Receipt.objects.filter(about_type="order").count() == 1


def test_before_it_goes_it_is_read_back_in_the_authoritys_own_language(platform):
    handle = filled(begun(), what=WHAT, who=WHO, about=ABOUT, demand=DEMAND, why=WHY)
    page = plain(Client().get(f"/fr/order/draft/{handle}/check"))
    for label, said in (
        ("Pays de l’autorité", "France"), ("Type d’autorité", "Police"), ("Données demandées", "Contenu"),
        ("Langue de notre réponse", "Français"), ("Dernier jour des données", "2026-01-31"),
    ):  # fmt: skip
        assert f"{label} {said}" in page, label
    assert "European Production Order" not in page


def test_nothing_it_says_depends_on_whether_the_target_exists(platform):
    pages = []
    for target in ("memory:$1", "memory:$none"):
        handle = filled(
            begun(), what=WHAT, who=WHO, about={**ABOUT, "targets": target}, demand=DEMAND, why=WHY
        )
        pages.append(plain(Client().get(f"/en/order/draft/{handle}/check")).replace(target, "TARGET"))
        platform.publish("$1", SCAM)
    assert pages[0] == pages[1]


def test_somebody_in_danger_who_took_the_form_for_orders_rings(platform):
    handle = filled(
        begun(instrument="informal"), what={"instrument": "informal", "country": "FR"},
        who={"authority": "Anna", "contact": "anna@example.org", "language": "en"},
        about={"targets": "memory:$1", "harm": "violence"},
        demand={"demand": "Help me please, he is going to kill me, he knows where I live"},
        why={"reasons": "please help me, he is going to kill me tonight, he is at my door"},
    )  # fmt: skip
    assert Client().post(f"/en/order/draft/{handle}/check").status_code == 302
    assert (Ring.objects.count(), Order.objects.count()) == (1, 0)


def test_missing_elements_are_named_with_their_articles(platform):
    handle = filled(begun(), what={**WHAT, "issuer": "judge"}, who={**WHO, "reference": ""}, about=ABOUT)
    page = plain(Client().get(f"/en/order/draft/{handle}/check"))
    assert "Your reference (Annex I, Section A)" in page
    assert "Offence (Annex I, Section G)" in page


def test_preserving_needs_three_steps_only():
    handle = begun(instrument="preservation", country="DE")
    page = Client().get(f"/en/order/draft/{handle}").content.decode()
    assert re.findall(rf"{handle}/(\w+)\"", page)[:-1] == ["what", "who", "about", "demand"]


def test_a_mistake_is_said_beside_its_field_and_nothing_is_lost():
    handle = begun(instrument="national", country="DE")
    answer = Client().post(f"/en/order/draft/{handle}/about", {"targets": "somewhere", "harm": "scam"})
    assert answer.status_code == 422
    assert "is not an address we can open" in plain(answer)
    assert "somewhere" in Client().get(f"/en/order/draft/{handle}/about").content.decode()
    assert "Needs attention" in plain(Client().get(f"/en/order/draft/{handle}"))


def test_who_has_the_database_has_not_the_draft():
    handle = filled(begun(), what=WHAT)
    filled(handle, who={**WHO, "authority": "Brigade of the hidden valley"})
    kept = "".join(Session.objects.values_list("session_data", flat=True))
    assert "valley" not in kept
    assert handle not in kept + "".join(Session.objects.values_list("session_key", flat=True))
    assert Client().get("/en/order/draft/guessed-handle").status_code == 404
    assert Member.objects.count() == 0


def test_it_is_kept_while_one_types_and_found_again_in_another_browser(new_page, platform):
    page = new_page(width=320)
    page.goto("/ar/order/start")
    fits(page)
    accessible(page)
    page.click("main .panel:nth-of-type(2) button")
    page.wait_for_load_state("load")  # the script has begun to listen
    page.check("#id_instrument_0")
    page.select_option("#id_country", "FR")
    page.wait_for_selector("#kept:not(:empty)")
    fits(page)
    accessible(page)
    other = new_page(javascript=False)
    other.goto(page.url)
    assert other.is_checked("#id_instrument_0")
    other.click("main form .actions button")
    other.fill("#id_authority", "محكمة باريس")
    other.fill("#id_contact", "x@example.org")
    other.click("main form .actions button")
    assert other.url.endswith("/about")


PAPER = b"""Landgericht Berlin, Az. 27 O 311/26
Beschluss: Der Antragsgegnerin wird aufgegeben, den Beitrag https://chat.example/c/markt/91 zu entfernen.
Kontakt: kammer27@lg.example
"""


@pytest.mark.skipif(not shutil.which("bwrap"), reason="files are only opened in bubblewrap")
def test_an_uploaded_order_fills_in_what_it_says_for_a_person_to_confirm():
    file = SimpleUploadedFile("beschluss.txt", PAPER, "text/plain")
    answer = Client().post("/en/order/start", {"upload": "yes", "file": file})
    assert answer.status_code == 302, plain(answer)
    handle = answer["Location"].split("/draft/")[1]
    page = Client().get(f"/en/order/draft/{handle}/what")
    assert page.status_code == 200
    typed = msgspec.msgpack.decode(kept(handle))
    assert typed["targets"] == ["https://chat.example/c/markt/91"]
    assert typed["contact"] == ["kammer27@lg.example"]
    assert typed["written_in"] == ["de"]
    assert "aufgegeben" in typed["reasons"][0]
    assert Order.objects.count() == 0


def test_a_file_that_cannot_be_read_says_so():
    file = SimpleUploadedFile("x.pdf", b"%PDF-1.7 broken", "application/pdf")
    answer = Client().post("/en/order/start", {"upload": "yes", "file": file})
    assert answer.status_code == 422
    assert "could not read this file" in plain(answer)


def test_an_address_of_one_kind_of_page_opens_no_other():
    handle = begun(instrument="national", country="DE")
    assert Client().get(f"/en/receipt/{handle}").status_code == 404
