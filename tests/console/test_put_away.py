import pytest

from steelyard.cases.models import Case
from tests.console.browsers import enrolled
from tests.flows.stories import SCAM, noticed

pytestmark = pytest.mark.django_db


def test_the_console_offers_the_way_in_only_to_those_who_may(platform):
    platform.publish("$1", SCAM)
    noticed("$1", harm="child_abuse")
    case = Case.objects.get()
    page = f"/console/cases/{case.ref}"
    ada, lena = enrolled("ada"), enrolled("lena")
    hers, lenas = ada.get(page).text, lena.get(page).text
    assert "Put away" in hers
    assert "guaranteed profit" not in hers + lenas
    assert (f"{page}/open" in hers, f"{page}/open" in lenas) == (False, True)
    opened = lena.post(f"{page}/open", {"because": "The police ask what it says."})
    assert "guaranteed profit" in opened.text
