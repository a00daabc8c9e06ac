"""Authorities in the directory, with the lines they are called back on and their officers. All invented."""

from datetime import date

from steelyard.assembly.demo.passkey import SoftPasskey
from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.people import passkeys
from steelyard.people.agencies import actions
from steelyard.people.agencies.passkeys import finish_officer_assertion
from tests.cast import present

SWITCHBOARD, DUTY_DESK = "+33155550100", "+33155550177"


def agency(name="Tribunal judiciaire de Paris", country="FR", kind="court"):
    return actions.list_agency(
        present("lena"), name=name, country=country, kind=kind, because="Known by treaty."
    )


def entry(of, kind, value, *, confirmed=True, found_on: date | None = None):
    added = actions.add_entry(
        present("lena"), of.ref, kind=kind, value=value, registry="government_directory",
        source="Annuaire de la justice, p. 12", found_on=found_on or now().date(),
    )  # fmt: skip
    return actions.confirm_entry(present("lev"), added.ref) if confirmed else added


def enrolled(of):
    actions.begin_enrolment(present("lena"), of.ref, because="They asked us in writing.")
    return actions.enrol_agency(present("lev"), of.ref, because="Called back and confirmed.")


def first_administrator(of, name="Claire Duval"):
    """Named and agreed to by two of ours; the link and the spoken code."""
    named = actions.name_first_administrator(
        present("lena"), of.ref, name=name, handle="cd", language="fr", because="Their letter of 3 November."
    )
    return actions.confirm_officer(present("lev"), named.ref, because="Called back.")


def with_passkey(token, spoken):
    """The officer's enrolment, and a sign-in: the presence, the cookie's token, the authenticator."""
    link = actions.open_officer_link(token, spoken)
    options, challenge = passkeys.begin_creation(link.officer)
    device = SoftPasskey(config().public_url)
    officer = actions.enrol_officer(link.ref, challenge, device.create(options), "Key")
    return *signed_in(device), officer, device


def signed_in(device):
    options, challenge = passkeys.begin_assertion()
    officer, credential = finish_officer_assertion(challenge, device.get(options))
    return actions.start_officer_sign_in(officer, credential)


def officer(of=None):
    """An officer who sits at a browser."""
    of = of or enrolled(agency())
    _named, token, spoken = first_administrator(of)
    presence, cookie, _officer, _device = with_passkey(token, spoken)
    return presence, cookie
