"""Hash lists: taken in, disputed, withdrawn and handed on by people; searched by the screening.

The hashes themselves go into no ledger entry, log or error: an entry says which list, how many, by whom and why.
"""

import hashlib
from collections.abc import Sequence
from threading import Lock

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, gettext_noop
from steelyard.base.states import next_state
from steelyard.ledger.actions import Facts, record
from steelyard.people.access import Member, nothing_here, require
from steelyard.people.permissions import Permission
from steelyard.screening.engine.images.index import PdqIndex
from steelyard.screening.engine.images.lists import KINDS, HashLists, HashSet
from steelyard.screening.engine.rules import HARMS
from steelyard.screening.exchange import Exchanged, read_hashes, write_hashes
from steelyard.screening.models import HashList, ListedHash
from steelyard.screening.states import HASH_MOVES, Opinion, together

_AT_ONCE = 5000


# What people do.


@transaction.atomic
def open_list(
    member: Member, name: str, *, source: str, terms: str, harm: str, policy_ref: str, because: str
) -> HashList:
    """A new, empty list: who gives it, under which terms, and what it is about."""
    require(member, Permission.SCREENING_POLICY_PUBLISH)
    if not (name.isidentifier() and source and terms and policy_ref and harm in HARMS):
        raise BadInput(
            gettext_noop(
                "A hash list needs a name, a source, its terms of use, a harm and a policy reference."
            ),
            gettext_noop("Without them nobody can say later why something was taken away."),
            gettext_noop("Fill in all of them; the name has small letters, digits and “_”."),
        )
    opened = HashList.objects.create(name=name, source=source, terms=terms, harm=harm, policy_ref=policy_ref)
    _record("opened", member, opened, because)
    return opened


@transaction.atomic
def refuse_files(member: Member, name: str, *, refused: bool, because: str) -> HashList:
    """Have files exactly on a list refused before they are kept; or no longer."""
    changed = _locked(member, Permission.SCREENING_POLICY_PUBLISH, name)
    before, changed.refused = changed.refused, refused
    changed.save(update_fields=["refused"])
    words = {True: "refused", False: "screened"}
    _record("refused_or_not", member, changed, because, before=words[before], after=words[refused])
    return changed


@transaction.atomic
def import_hashes(member: Member, name: str, content: bytes, *, source: str, because: str) -> dict[str, int]:
    """Take a file of hashes into a list, whole or not at all. Returns how many were new, changed and skipped.

    What was disputed or withdrawn here stays so, whatever the file says; opinions that differ make a dispute.
    """
    changed = _locked(member, Permission.SCREENING_POLICY_PUBLISH, name)
    parsed = read_hashes(content)
    hashes = list({(each.kind, each.value): each for each in parsed.hashes}.values())
    counts = {"new": 0, "changed": 0, "skipped": parsed.other}
    for first in range(0, len(hashes), _AT_ONCE):
        new, altered = _take_in(changed, hashes[first : first + _AT_ONCE], source)
        counts["new"] += new
        counts["changed"] += altered
    told = f"{counts['new']} new, {counts['changed']} changed, file {hashlib.sha256(content).hexdigest()}"
    _record("imported", member, changed, because, after=told)
    return counts


@transaction.atomic
def export_hashes(member: Member, name: str, *, because: str) -> str:
    """The list as `threatexchange` CSV. That somebody took it away with them is written down."""
    chosen = _locked(member, Permission.SCREENING_POLICY_PUBLISH, name, change=False)
    rows = chosen.hashes.order_by("pk").values_list("kind", "value", "opinion", "tags")
    hashes = [Exchanged(kind, bytes(value), Opinion(opinion), tags) for kind, value, opinion, tags in rows]
    _record("exported", member, chosen, because, after=f"{len(hashes)} hashes")
    return "".join(write_hashes(chosen.name, hashes))


def dispute(member: Member, name: str, kind: str, value: bytes, *, because: str) -> ListedHash:
    """Say that a hash matches what it should not. It is out of force at once, until somebody decides."""
    return _move(member, Permission.CASES_CASE_DECIDE, "dispute", (name, kind, value), because)


def confirm(member: Member, name: str, kind: str, value: bytes, *, because: str) -> ListedHash:
    """Put a disputed or unverified hash in force."""
    return _move(member, Permission.SCREENING_POLICY_PUBLISH, "confirm", (name, kind, value), because)


def reject(member: Member, name: str, kind: str, value: bytes, *, because: str) -> ListedHash:
    """Decide that a disputed or unverified hash is a false positive. Exports say so."""
    return _move(member, Permission.SCREENING_POLICY_PUBLISH, "reject", (name, kind, value), because)


def withdraw(member: Member, name: str, kind: str, value: bytes, *, because: str) -> ListedHash:
    """Take a hash out of force for good; a later import does not bring it back."""
    return _move(member, Permission.SCREENING_POLICY_PUBLISH, "withdraw", (name, kind, value), because)


@transaction.atomic
def _move(
    member: Member, permission: Permission, move: str, at: tuple[str, str, bytes], because: str
) -> ListedHash:
    name, kind, value = at
    changed = _locked(member, permission, name)
    row = changed.hashes.filter(kind=kind, value=value).first()
    if row is None:
        raise nothing_here()
    before, row.opinion = row.opinion, next_state(HASH_MOVES, move, Opinion(row.opinion))
    row.version = changed.version
    row.save(update_fields=["opinion", "version"])
    _record(_DONE[move], member, changed, because, before=before, after=row.opinion)
    return row


_DONE = {"dispute": "disputed", "confirm": "confirmed", "reject": "rejected", "withdraw": "withdrawn"}


def _locked(member: Member, permission: Permission, name: str, *, change: bool = True) -> HashList:
    """The list, held until the end of the transaction, with its next version."""
    require(member, permission)
    found = HashList.objects.select_for_update().filter(name=name).first()
    if found is None:
        raise nothing_here()
    if change:
        found.version += 1
        found.save(update_fields=["version"])
    return found


def _take_in(changed: HashList, hashes: Sequence[Exchanged], source: str) -> tuple[int, int]:
    held = {
        (row.kind, bytes(row.value)): row
        for row in changed.hashes.filter(value__in=[each.value for each in hashes])
    }
    altered = []
    for each in hashes:
        row = held.get((each.kind, each.value))
        if row and (opinion := together(Opinion(row.opinion), each.opinion)) != row.opinion:
            row.opinion, row.version = opinion, changed.version
            altered.append(row)
    new = [
        ListedHash(
            hash_list=changed, kind=each.kind, value=each.value, opinion=each.opinion, tags=each.tags,
            source=source, added_at=now(), version=changed.version,
        )
        for each in hashes if (each.kind, each.value) not in held
    ]  # fmt: skip
    ListedHash.objects.bulk_update(altered, ["opinion", "version"])
    ListedHash.objects.bulk_create(new)
    return len(new), len(altered)


def _record(
    what: str, member: Member, about: HashList, because: str, *, before: str = "", after: str = ""
) -> None:
    record(
        f"screening:hash_list:{what}",
        actor=member.actor,
        about=about,
        before=before,
        after=after,
        because=because,
        facts=Facts(harm=about.harm, by="person"),
    )


# What the screening reads.


def held_lists() -> frozenset[str]:
    """The names of the lists that hold anything."""
    found = HashList.objects.filter(Exists(ListedHash.objects.filter(hash_list=OuterRef("pk"))))
    return frozenset(found.values_list("name", flat=True))


def refused_files() -> tuple[str, list[bytes], list[bytes]]:
    """What is refused before it is kept: a mark that changes with it, SHA-256 and MD5 values in force."""
    mark = refused_mark()
    rows = ListedHash.objects.filter(hash_list__refused=True, opinion=Opinion.POSITIVE).order_by("value")
    sha256, md5 = (list(dict.fromkeys(_values(rows.filter(kind=kind)))) for kind in ("sha256", "md5"))
    return mark, sha256, md5


def refused_mark() -> str:
    """The mark alone: what a process asks for to learn whether anything changed."""
    lists = HashList.objects.filter(refused=True).order_by("pk").values_list("pk", "version")
    return " ".join(f"{pk}:{version}" for pk, version in lists)


_lock = Lock()
_loaded: dict[str, tuple[int, HashSet]] = {}


def hash_lists_in_force() -> HashLists:
    """All lists, caught up with the database. The first time reads everything, then only what changed."""
    with _lock:
        for pk, name, version in HashList.objects.values_list("pk", "name", "version"):
            known, loaded = _loaded.get(name, (-1, HashSet()))
            if known < version:
                _loaded[name] = (version, _loaded_anew(pk) if known < 0 else _caught_up(loaded, pk, known))
        return HashLists({name: loaded for name, (_, loaded) in _loaded.items()})


def _loaded_anew(pk: int) -> HashSet:
    rows = ListedHash.objects.filter(hash_list=pk, opinion=Opinion.POSITIVE)
    pdq, sha256, md5 = (_values(rows.filter(kind=kind)) for kind in KINDS)
    return HashSet(pdq=PdqIndex.build(pdq), sha256=sha256, md5=md5)


def _values(rows: "QuerySet[ListedHash]") -> list[bytes]:
    return [bytes(value) for value in rows.values_list("value", flat=True).iterator(chunk_size=50_000)]


def _caught_up(loaded: HashSet, pk: int, known: int) -> HashSet:
    """What changed is taken out and, where it is in force, put in again."""
    rows = ListedHash.objects.filter(hash_list=pk, version__gt=known)
    for kind in KINDS:
        some = rows.filter(kind=kind)
        loaded.remove(kind, _values(some))
        loaded.add(kind, _values(some.filter(opinion=Opinion.POSITIVE)))
    if loaded.pdq.waiting > _MANY_WAITING:
        loaded.pdq.compact()
    return loaded


_MANY_WAITING = 50_000


def forget_hash_lists() -> None:
    """For tests, and for a process whose database was exchanged under it."""
    with _lock:
        _loaded.clear()
