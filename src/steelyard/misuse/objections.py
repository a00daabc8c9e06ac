"""What whom it is about says against a warning or a suspension: once for each, sealed, for somebody else to answer."""

from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.misuse.actions import note
from steelyard.misuse.models import Misuse
from steelyard.misuse.states import MisuseState
from steelyard.vault.actions import seal, unseal

LONGEST, _OBJECTION = 10_000, "misuse.objection"


def object_to(matter: Misuse, text: str) -> Misuse:
    """What they say against it: a person who had no part in it answers. Raises BadInput or Refused."""
    if not text.strip() or len(text) > LONGEST:
        raise BadInput(_("Write a sentence or two."), field="text")
    if matter.objected_at is not None or matter.state not in (MisuseState.WARNED, MisuseState.SUSPENDED):
        raise Refused(
            _("You have answered already, or this is over."), do=_("Come back later to read our answer.")
        )
    matter.sealed_objection = seal(matter.key, text.encode(), place=_OBJECTION)
    matter.objected_at, matter.sealed_answer = now(), None
    matter.save()
    note(matter, "objected", "author" if matter.account else "notifier")
    return matter


def objection_of(matter: Misuse) -> str:
    """What they wrote; "" while nothing."""
    if matter.sealed_objection is None:
        return ""
    return unseal(matter.key, matter.sealed_objection, place=_OBJECTION).decode()
