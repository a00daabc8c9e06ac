"""The authorization matrix: every role at every address of the console, drawn from the list of addresses."""

import re

import pytest
from django.urls import URLPattern

from steelyard.console.urls import urlpatterns
from steelyard.people.permissions import Permission, Role, permissions_of
from tests.cast import member, present
from tests.console.browsers import browser

pytestmark = pytest.mark.django_db
OPEN_TO_ALL = {"sign_in", "second_factor", "sign_out", "enrol"}
ABSENT = "0" * 26
PLACES = {
    "ref": ABSENT,
    "decision": ABSENT,
    "complaint": ABSENT,
    "dispute": ABSENT,
    "role": "moderator",
    "kind": "pdf",
    "step": "hold",
    "package": ABSENT,
    "name": ABSENT,
    "country": ABSENT,
}


def pages() -> dict[str, tuple[str, Permission | None]]:
    """Every address that is not open to all, with things in it that do not exist, and what it asks for."""
    found = {}
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        if pattern.name is None or pattern.name in OPEN_TO_ALL:
            continue
        path = re.sub(r"<str:(\w+)>", lambda match: PLACES[match.group(1)], str(pattern.pattern))
        found[pattern.name] = (f"/console/{path}", pattern.callback.permission)
    return found


def signed_in(roles):
    """A browser of somebody with these roles, freshly signed in."""
    presence = present("otto")
    who = presence.member
    who.roles = roles
    who.save(update_fields=["roles"])
    person = browser()
    person.http.cookies.set("session", session_of(presence), domain="localhost.local")
    return person


def session_of(presence) -> str:
    """The session that a complete sign-in leaves behind."""
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session["sign_in"] = presence.sign_in.ref
    session.save()
    return session.session_key


def absent_page(person, method):
    return person.http.request(method, "/console/no-such-page", data=token(person, method))


def token(person, method):
    if method == "GET":
        return None
    if "csrf" not in person.http.cookies:
        person.http.get("/console/account")
    return {"csrfmiddlewaretoken": person.http.cookies.get("csrf", "")}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("role", [*Role, None])
def test_what_a_role_does_not_open_looks_exactly_like_what_is_not_there(role, method):
    person = signed_in([role] if role else [])
    absent = absent_page(person, method)
    assert absent.status_code == 404
    held = permissions_of([role] if role else [])
    leaks = {
        name
        for name, (path, needs) in pages().items()
        if needs is not None and needs not in held
        for answer in [person.http.request(method, path, data=token(person, method))]
        if (answer.status_code, answer.content) != (404, absent.content)
    }
    assert leaks == set()


@pytest.mark.parametrize("role", [*Role, None])
def test_what_a_role_opens_opens(role):
    person = signed_in([role] if role else [])
    held = permissions_of([role] if role else [])
    closed = {
        name: answer.status_code
        for name, (path, needs) in pages().items()
        if ABSENT not in path and (needs is None or needs in held)
        for answer in [person.http.get(path)]
        if (answer.status_code, answer.url.path) != (200, path)
    }
    assert closed == {}


def test_without_a_sign_in_every_address_leads_to_the_door_whether_it_exists_or_not():
    person = browser()
    addresses = [path for path, _ in pages().values()] + ["/console/no-such-page"]
    assert {person.http.get(path).url.path for path in addresses} == {"/console/sign-in"}


def test_every_page_says_what_it_asks_for():
    guarded = [pattern for pattern in urlpatterns if pattern.name not in OPEN_TO_ALL]
    assert [pattern.name for pattern in guarded if not hasattr(pattern.callback, "permission")] == []


def test_the_lists_offer_only_pages_that_open():
    for role in Role:
        person = signed_in([role])
        home = person.http.get("/console/").text
        nav = home.split('<nav class="nav"')[1].split("</nav>")[0]
        for path in re.findall(r'href="([^"]+)"', nav):
            assert person.http.get(path).status_code == 200, (role, path)


def test_a_member_whose_role_was_just_taken_away_sees_what_a_stranger_to_it_sees():
    person = signed_in([Role.ADMINISTRATOR])
    assert person.http.get("/console/members").status_code == 200
    otto = member("otto")
    otto.roles = []
    otto.save(update_fields=["roles"])
    assert person.http.get("/console/members").content == absent_page(person, "GET").content
