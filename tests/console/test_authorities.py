"""The directory in the console: what one of us has begun waits there for another, and says so."""

import pytest

from steelyard.people.models import Member
from tests.console.browsers import enrolled
from tests.directory import SWITCHBOARD, agency, entry

pytestmark = pytest.mark.django_db


def waits(person):
    return "Waits for a second person" in person.get("/console/authorities").text


def test_what_one_of_us_has_begun_waits_for_another_and_nobody_agrees_with_themselves():
    lena, lev = enrolled("lena"), enrolled("lev")
    Member.objects.update(language="en")
    court = agency()
    assert not waits(lev)
    line = entry(court, "number", SWITCHBOARD, confirmed=False)
    assert (waits(lena), waits(lev)) == (False, True)
    page = f"/console/authorities/{court.ref}"
    assert "I have found the same there" not in lena.get(page).text
    assert "I have found the same there" in lev.get(page).text
    lev.post(f"{page}/change", {"do": "confirm_entry", "thing": line.ref})
    assert not waits(lev)
    lena.post(f"{page}/change", {"do": "propose", "because": "They asked us in writing."})
    assert (waits(lena), waits(lev)) == (False, True)
    lev.post(f"{page}/change", {"do": "enrol", "because": "Called back."})
    officer = {"name": "Claire Duval", "handle": "cd", "language": "fr", "because": "Their letter."}
    lena.post(f"{page}/change", {"do": "officer", **officer})
    assert (waits(lena), waits(lev)) == (False, True)
    assert "named, we have not agreed" in lev.get(page).text
