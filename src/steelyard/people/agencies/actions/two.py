"""The first and the second of our two persons, written onto the row that they agree about."""

from steelyard.base.errors import Refused
from steelyard.base.errors import gettext_noop as _
from steelyard.people.access import Presence
from steelyard.people.agencies.models import TwoOfOurs

FIRST = ("first_by", "first_credential", "first_in")
SECOND = ("second_by", "second_credential", "second_in")


def begin(row: TwoOfOurs, presence: Presence) -> None:
    row.first_by, row.first_credential, row.first_in = presence.member, presence.credential, presence.sign_in
    row.second_by, row.second_credential, row.second_in = None, "", None


def agree(row: TwoOfOurs, presence: Presence) -> None:
    """Raises Refused when the second is the first, by person, passkey or sign-in."""
    same = (
        row.first_by_id == presence.member.pk,
        bool(row.first_credential) and row.first_credential == presence.credential,
        row.first_in_id == presence.sign_in.pk,
    )
    if any(same):
        raise Refused(
            _("You began this, so somebody else has to agree."),
            _("It takes two persons, with two passkeys, in two sign-ins."),
            _("Ask a colleague with the same permission."),
        )
    row.second_by, row.second_credential, row.second_in = (
        presence.member,
        presence.credential,
        presence.sign_in,
    )
