"""Nour's hotline, as the tests meet it: an organisation with a person, verified by somebody who did not invite it."""

from steelyard.assembly.demo.passkey import SoftPasskey
from steelyard.base.config import config
from steelyard.flows.check_lines import LineGiven
from steelyard.flows.receive_batch import BatchGiven, receive_batch
from steelyard.people.actions import partners as acts
from steelyard.people.partner_access import Contact, partner_member
from steelyard.people.partners import PartnerMember
from steelyard.people.passkeys import begin_creation, finish_creation
from steelyard.rulebook.queries import harms
from tests.cast import present

KNOWN = frozenset(harms())
SCHEME = b"""{"scheme": "Levant scheme (invented)", "version": "2", "codes": {
 "F1": {"name": "Investment fraud", "harm": "scam"}, "T1": {"name": "Propaganda", "harm": "terrorism"}}}"""


def invited(**more):
    """The partner as Adam invited it, and the token of the link for its first person."""
    given = {
        "name": "Hotline Levant", "kinds": ["hotline"], "areas": ["scam", "terrorism"], "country": "LB",
        "languages": ["ar", "fa"], "language": "fa", "known": KNOWN, "because": "asked at the conference",
        "contact": Contact(name="Nour Haddad", email="nour@example.org", phone="+961 1 000000"),
    }  # fmt: skip
    return acts.invite_partner(present("adam"), **{**given, **more})


def enrolled(token, passkey=None) -> PartnerMember:
    """The person behind the link, with a passkey."""
    member = acts.invited_member(token)
    options, challenge = begin_creation(member)
    finish_creation(member, challenge, (passkey or SoftPasskey(config().public_url)).create(options), "Key")
    return partner_member(acts.enrol_partner_member(token).ref)


def nour(**more) -> PartnerMember:
    """Nour, at a verified hotline whose mapping we have."""
    partner, token = invited(**more)
    acts.verify_partner(present("lena"), partner.ref, because="called the number on their own site")
    member = enrolled(token)
    acts.set_scheme(member, partner.ref, SCHEME, known=KNOWN)
    return partner_member(member.ref)


def sent(member, *what, **more):
    """A batch of this person's, through the same flow as the desk and the API."""
    given = {
        "lines": tuple(LineGiven(what=one, code="F1") for one in what),
        "explanation": "وعده‌ی سود تضمینی؛ کلاهبرداری است.",
        "sent_by": member.ref, "good_faith": True, "language": "fa",
    }  # fmt: skip
    return receive_batch(member.partner, BatchGiven(**{**given, **more}))
