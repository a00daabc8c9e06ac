"""The protected register: who keeps it names one thing by a link and says why; a member asks for their own account."""

from datetime import datetime

from steelyard.base.errors import BadInput
from steelyard.base.errors import gettext_noop as _
from steelyard.enforcement.connector import MemberSession, SeenAccount, SeenChannel
from steelyard.flows.locate import locate
from steelyard.orders import guarded
from steelyard.orders.guarded import Basis, Entered, Thing
from steelyard.orders.models import Guarded
from steelyard.people.access import Presence, require_fresh
from steelyard.people.actions import Approval
from steelyard.people.permissions import Permission
from steelyard.subjects.states import Kind


def enter(presence: Presence, link: str, *, basis: str, known_from: str) -> Guarded:
    """Put what the link names on the register. Asks the platform, so not in a transaction."""
    if basis not in set(map(str, Basis)):
        raise BadInput(_("Choose on which ground."), field="basis")
    return guarded.enter(presence, _named(presence, link), basis=Basis(basis), known_from=known_from)


def look_up(presence: Presence, link: str, *, because: str) -> tuple[Guarded, Entered] | None:
    """Whether what the link names stands there. Written down either way."""
    return guarded.look_up(presence, _named(presence, link), because=because)


def ask_take_off(presence: Presence, link: str, *, because: str) -> Approval | None:
    """The first of two persons. None: what the link names does not stand there."""
    return guarded.ask_take_off(presence, _named(presence, link), because=because)


def enter_own(connector_name: str, session: MemberSession) -> bool:
    """A member whom the platform has just let in asks for the brake on their own account. False: it was on already."""
    return guarded.enter_own(_own(connector_name, session))


def wish_off(connector_name: str, session: MemberSession) -> datetime | None:
    """The same member wishes it no longer; until when they can change their mind. None: it was not on."""
    return guarded.wish_off(_own(connector_name, session))


def _own(connector_name: str, session: MemberSession) -> Thing:
    return Thing(connector_name, Kind.ACCOUNT, session.account)


def _named(presence: Presence, link: str) -> Thing:
    require_fresh(presence, Permission.ORDERS_REGISTER_KEEP)
    (found,) = locate((link.strip(),))
    kinds = {SeenAccount: Kind.ACCOUNT, SeenChannel: Kind.CHANNEL}
    if found.thing is None or type(found.thing) not in kinds:
        raise BadInput(
            _("No account and no channel was found there."),
            _("Posts are not on the register; who wrote them is."),
            _("Give the link or the address of one account or channel."), field="link",
        )  # fmt: skip
    return Thing(found.thing.connector, kinds[type(found.thing)], found.thing.id)
