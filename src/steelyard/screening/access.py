"""Who may see the hash lists. What is on them is shown to nobody, here or outside."""

from dataclasses import dataclass

from django.db.models import Count

from steelyard.people.access import nothing_here, require
from steelyard.people.models import Member
from steelyard.people.permissions import Permission
from steelyard.screening.models import HashList
from steelyard.screening.states import Opinion


@dataclass(frozen=True)
class ListLine:
    """A list with how many of its hashes stand where."""

    row: HashList
    opinions: dict[str, int]

    @property
    def in_force(self) -> int:
        return self.opinions.get(Opinion.POSITIVE, 0)

    @property
    def disputed(self) -> int:
        return self.opinions.get(Opinion.DISPUTED, 0)


def hash_lists_for(member: Member) -> list[ListLine]:
    require(member, Permission.SCREENING_POLICY_READ)
    return [_line(row) for row in HashList.objects.order_by("name")]


def hash_list_for(member: Member, name: str) -> ListLine:
    """One list. Raises NoSuchThing."""
    require(member, Permission.SCREENING_POLICY_READ)
    found = HashList.objects.filter(name=name).first()
    if found is None:
        raise nothing_here()
    return _line(found)


def _line(row: HashList) -> ListLine:
    return ListLine(row, dict(row.hashes.values_list("opinion").annotate(Count("pk"))))
