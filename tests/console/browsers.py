"""Browsers for the cast: real pages through the real application, without a network."""

import httpx

from steelyard.assembly.demo.staff_client import StaffClient
from steelyard.assembly.wsgi import application
from steelyard.console.views.members import link_for
from steelyard.people.actions import found_house, invite
from steelyard.people.models import Member
from steelyard.people.permissions import Role
from tests.cast import cast, present

BASE = "http://localhost:8470"


def browser() -> StaffClient:
    return StaffClient(BASE, transport=httpx.WSGITransport(app=application))


def enrolled(handle: str) -> StaffClient:
    """Somebody of the cast who came in through a link and is signed in."""
    person = browser()
    if not Member.objects.filter(roles__contains=["administrator"]).exists() and handle == "adam":
        _, token = found_house(name="Adam Larsson", handle="adam", language="en")
    else:
        who = cast()["staff"][handle]
        adam = present("adam")
        _, token = invite(
            adam,
            name=who["name"],
            handle=handle,
            language=who["language"],
            roles=[Role(role) for role in who["roles"]],
            because="joins the team",
        )
    person.enrol(link_for(token))
    return person
