"""Who sits at the officer's door (README.md, *as*). Each tries what somebody in that place can try."""

from copy import deepcopy
from datetime import timedelta

from steelyard.assembly.demo.passkey import SoftPasskey
from steelyard.base.clock import now, set_clock
from steelyard.base.config import config
from steelyard.people.agencies import actions
from tests import directory
from tests.cast import member, present, with_keys
from tests.impersonation.doors import Browser, CopyablePasskey, by_officer, signed_in


def genuine(world, case, who="paris"):
    """The officer signs in and sends. The pages on the way."""
    place = world.places[who]
    browser, _page = signed_in(place.device)
    return by_officer(case.fields, browser, place.device)


def stolen_session(world, case):
    browser, _page = signed_in(world.places["paris"].device)
    return by_officer(case.fields, Browser(browser.cookie), None)


def old_session(world, case):
    place = world.places["paris"]
    browser, _page = signed_in(place.device)
    cookie = browser.cookie
    browser.post("officer/leave", {})
    return by_officer(case.fields, Browser(cookie), None)


def idle_session(world, case):
    browser, _page = signed_in(world.places["paris"].device)
    with set_clock(now() + timedelta(minutes=20)):
        return by_officer(case.fields, browser, None)


def stolen_synced_passkey(world, case):
    """The officer tried to enrol one that can be copied; and the thief has a copy."""
    place = world.places["bka"]
    named = actions.name_colleague(
        _presence(place), name="Kim", handle="k", language="en", administrator=False
    )
    _officer, token, spoken = actions.confirm_officer(present("lev"), named.ref, because="Called back.")
    device, browser = CopyablePasskey(config().public_url), Browser()
    page = browser.post("officer/enrol", {"token": token, "spoken": spoken})
    browser.answer("officer/enrol", page, device)
    thief, _page = signed_in(device)
    return by_officer(case.fields, thief, device)


def cloned_key(world, case):
    place = world.places["paris"]
    copy = SoftPasskey(place.device.origin)
    copy.keys = [deepcopy_key(key) for key in place.device.keys]
    signed_in(place.device)
    thief, _page = signed_in(copy)
    return by_officer(case.fields, thief, copy)


def deepcopy_key(key):
    copied = deepcopy({name: value for name, value in vars(key).items() if name != "private"})
    return type(key)(private=key.private, **copied)


def retired(world, case):
    place = world.places["paris"]
    actions.revoke_officer(present("lena"), place.officer.ref, because="Has retired.")
    browser, _page = signed_in(place.device)
    return by_officer(case.fields, browser, place.device)


def suspended_agency(world, case):
    place = world.places["paris"]
    browser, _page = signed_in(place.device)
    actions.suspend_agency(present("lena"), place.row.ref, because="Their server was broken into.")
    return by_officer(case.fields, browser, place.device)


def link_without_code(world, case):
    token, _spoken = _invited(world)
    browser, device = Browser(), SoftPasskey(config().public_url)
    for guess in ("0000000000", "1111111111", "ABCDEFGHJK", "1234567890", "QQQQQQQQQQ", "ZZZZZZZZZZ"):
        page = browser.post("officer/enrol", {"token": token, "spoken": guess})
        assert page.options() is None
    return by_officer(case.fields, browser, device)


def code_without_link(world, case):
    _token, spoken = _invited(world)
    browser = Browser()
    page = browser.post("officer/enrol", {"token": "x" * 43, "spoken": spoken})
    assert page.options() is None
    return by_officer(case.fields, browser, SoftPasskey(config().public_url))


def self_enrolled(world, case):
    browser = Browser()
    browser.post("officer/colleagues", {"do": "name", "name": "Me", "handle": "me", "language": "en"})
    browser.post("officer/enrol", {"token": "me", "spoken": "me"})
    browser.post("officer/enrol", {"question": "x", "credential": "{}"})
    return by_officer(case.fields, browser, SoftPasskey(config().public_url))


def colleague_not_confirmed(world, case):
    actions.name_colleague(
        _presence(world.places["bka"]), name="Kim", handle="k", language="en", administrator=False
    )
    device = SoftPasskey(config().public_url)
    browser, _page = signed_in(device)
    return by_officer(case.fields, browser, device)


def staff_passkey(world, case):
    """A member of our own staff, with the passkey that opens the console."""
    from steelyard.people.passkeys import begin_creation, finish_creation

    who, device = with_keys(member("ben")), SoftPasskey(config().public_url)
    options, challenge = begin_creation(who)
    finish_creation(who, challenge, device.create(options), "Third key")
    browser, _page = signed_in(device)
    return by_officer(case.fields, browser, device)


def other_officers_order(world, case):
    """Asks for somebody else's order by its reference, and for one that never was: the two answers are the same."""
    from tests.impersonation.doors import Order

    theirs = Order.objects.order_by("pk").first()
    browser, _page = signed_in(world.places["bka"].device)
    there, absent = browser.get(f"officer/orders/{theirs.ref}"), browser.get(f"officer/orders/{'0' * 26}")
    assert (there.status, there.text.replace(theirs.ref, "0" * 26)) == (absent.status, absent.text)
    return there


def _invited(world):
    named = actions.name_colleague(
        _presence(world.places["bka"]), name="Kim", handle="k", language="en", administrator=False
    )
    _officer, token, spoken = actions.confirm_officer(present("lev"), named.ref, because="Called back.")
    return token, spoken


def _presence(place):
    presence, _cookie = directory.signed_in(place.device)
    return presence


def sits(case, world):
    """Play the door for this case."""
    name, _, who = case.sits.partition(":")
    if name == "genuine":
        return genuine(world, case, who or "paris")
    return OTHERS[name](world, case)


OTHERS = {
    one.__name__: one
    for one in (
        stolen_session, old_session, idle_session, stolen_synced_passkey, cloned_key, retired, suspended_agency,
        link_without_code, code_without_link, self_enrolled, colleague_not_confirmed, staff_passkey,
        other_officers_order,
    )
}  # fmt: skip
