"""What the desk finds again, asks about one at a time, and tells in public, on the console's pages."""

import pytest

from steelyard.markets.matters import keep_matter
from steelyard.markets.models import Matter
from steelyard.markets.said import Said
from steelyard.markets.states import MatterKind
from steelyard.markets.told import published
from steelyard.people.models import Approval
from tests.cast import present
from tests.console.browsers import enrolled
from tests.flows.stories import ordered

pytestmark = pytest.mark.django_db


def test_lena_finds_closed_orders_asks_the_register_about_one_and_publishes_a_letter(platform):
    lena = enrolled("lena")
    for reference, authority in (("1", "Tribunal de Paris"), ("2", "Amtsgericht Tiergarten")):
        ordered("$1", reference=reference, authority=authority)
    from steelyard.orders.models import Order

    for order in Order.objects.all():
        assert (
            "Refused, and answered."
            in lena.post(f"/console/orders/{order.ref}/refuse", {"words": "No.", "do": "go"}).text
        )
    assert "Closed orders" in lena.get("/console/orders").text
    page = lena.post("/console/orders/closed", {"authority": "amtsgericht"})
    assert "Amtsgericht Tiergarten" in page.text
    assert "Tribunal de Paris" not in page.text
    assert "amtsgericht" not in str(page.url), "what is looked for stands in no address"

    there = {"link": "memory:@uma:home", "because": "She asked us.", "basis": "opt_in"}
    assert (
        "It stands on the register now."
        in lena.post("/console/orders/register", there | {"do": "enter"}).text
    )
    assert "She asked us." not in lena.get("/console/orders/register").text, "opening the page lists nobody"
    looked = lena.post("/console/orders/register", there | {"do": "look", "because": "An order came."})
    assert "It stands on the register." in looked.text
    absent = lena.post("/console/orders/register", there | {"do": "look", "link": "memory:@omar:home"})
    assert "It does not stand on the register." in absent.text
    assert (
        lena.post("/console/orders/register", there | {"do": "enter", "link": "memory:$1"}).status_code == 400
    )
    lev = enrolled("lev")
    off = lena.post("/console/orders/register", there | {"do": "take_off", "because": "She wrote again."})
    assert "waits under" in off.text
    waiting = Approval.objects.get()
    assert "@uma:home" in lev.get(f"/console/approvals/{waiting.ref}").text
    lev.post(f"/console/approvals/{waiting.ref}", {"answer": "approve", "because": "Yes."})
    absent = lena.post("/console/orders/register", there | {"do": "look"})
    assert "It does not stand on the register." in absent.text
    assert "@uma:home" not in lev.get(f"/console/approvals/{waiting.ref}").text

    said = Said(authority="An invented regulator", asked="Name your moderators.")
    row = keep_matter(present("lena"), "DE", MatterKind.REGULATOR_LETTER, said)
    assert "Nothing of it is public." in lena.get("/console/markets/DE").text
    lena.post(
        "/console/markets/DE/register", {"thing": row.ref, "publish": "publish", "asked": "How we moderate."}
    )
    assert "Published since" in lena.get("/console/markets/DE").text
    assert [one.told.asked for one in published()] == ["How we moderate."]
    lena.post(
        "/console/markets/DE/register", {"thing": row.ref, "publish": "take_back", "because": "Asked to."}
    )
    assert Matter.objects.get().published_at is None
