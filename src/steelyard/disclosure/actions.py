"""Seal what was collected, have two persons release it, hand it out through a link that works once."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import NoSuchThing, Refused
from steelyard.base.identifiers import fingerprint, new_token
from steelyard.base.states import next_state
from steelyard.disclosure.models import Package, Touch
from steelyard.disclosure.sealing import (
    Manifest,
    Step,
    encrypted_to,
    manifest_bytes,
    packed,
    readable_key,
    unpacked,
)
from steelyard.disclosure.states import MOVES, PackageState
from steelyard.ledger.actions import Facts, record
from steelyard.orders.access import may_disclose, still_bears
from steelyard.orders.models import Order
from steelyard.orders.queries import matter_of
from steelyard.people.access import Presence
from steelyard.people.actions import approve, ask_approval, decline, spend
from steelyard.people.permissions import Permission
from steelyard.rulebook.queries import fact
from steelyard.vault.actions import destroy, new_key, seal, unseal

VERB = "disclosure:package:release"
_FILES = "disclosure.package"


def keep_collected(presence: Presence, order: Order, manifest: Manifest, files: dict[str, bytes]) -> Package:
    """Seal what was copied from the platform. Nothing has left; nobody has released anything."""
    key = new_key()
    made = Package.objects.create(
        order=order, key=key, categories=list(manifest.categories), not_held=list(manifest.not_held),
        digest=hashlib.sha256(manifest_bytes(manifest)).hexdigest(), collected_by=presence.member.ref,
        sealed=seal(key, packed(manifest, files), place=_FILES),
    )  # fmt: skip
    _touch(made, "collected", "desk", actor=presence.member.ref, by="person")
    return made


def manifest_of(package: Package) -> Manifest:
    """Raises NoSuchThing once it is over."""
    return _opened(package)[0]


def ask_release(presence: Presence, package: Package, recipient: str, *, because: str) -> Package:
    """The first person: exactly this content, to exactly this key. Inside the caller's transaction."""
    package.recipient = readable_key(recipient)
    _move(package, "ask")
    approval = ask_approval(
        presence, Permission.ORDERS_ORDER_DECIDE, VERB, package, payload_of(package), because=because,
        second=Permission.DISCLOSURE_PACKAGE_RELEASE, **matter_of(package.order),
    )  # fmt: skip
    package.approval = approval.ref
    package.save(update_fields=["recipient", "approval", "state"])
    _touch(package, "asked", "desk", actor=presence.member.ref, by="person")
    return package


def payload_of(package: Package) -> dict[str, Any]:
    """What both persons sign: the content by its manifest's digest, and who can read it."""
    return {
        "package": package.ref, "manifest": package.digest, "categories": package.categories,
        "recipient": package.recipient, "order": package.order.ref,
    }  # fmt: skip


def decline_release(presence: Presence, package: Package, *, because: str) -> None:
    """The second person does not agree."""
    decline(presence, package.approval, because=because)
    _move(package, "decline")
    package.save(update_fields=["state"])
    _touch(package, "declined", "second", actor=presence.member.ref, by="person")


def release(presence: Presence, package: Package) -> Package:
    """The second person releases it. Inside the caller's transaction.

    Asks the ladder again here: what held when it was asked for may have been withdrawn since. Raises Refused.
    """
    may_disclose(package.order)
    approve(presence, package.approval, payload_of(package))
    spend(presence, package.approval, VERB, package, payload_of(package))
    _move(package, "release")
    manifest, files = _opened(package)
    if hashlib.sha256(manifest_bytes(manifest)).hexdigest() != package.digest:
        raise Refused(_("This package is not the one that was asked about."), do=_("Collect it again."))
    package.released_by, package.released_at = presence.member.ref, now()
    package.expires_at = package.released_at + fact("house.package_lasts", now().date()).period()
    _touch(package, "released", "second", actor=presence.member.ref, by="two")
    package.encrypted = encrypted_to(package.recipient, packed(manifest, files, _custody(package)))
    package.save()
    return package


@transaction.atomic
def new_link(package: Package) -> str:
    """A fresh link for the authority; the one before stops working. Raises NoSuchThing when there is nothing."""
    row = _locked(package)
    if row.expires_at is None or not _may_be_fetched(row):
        raise NoSuchThing(_("This package is not available any more."), _("It has expired or was withdrawn."))
    token = new_token()
    lasts = fact("house.package_link_lasts", now().date()).period()
    row.link, row.link_until = fingerprint(token), min(now() + lasts, row.expires_at)
    row.save(update_fields=["link", "link_until"])
    _touch(row, "linked", "authority", actor="authority", by="nobody")
    return token


@transaction.atomic
def download(token: str) -> bytes:
    """The encrypted file, once for each link. Raises NoSuchThing, in one wording for every reason."""
    row = (
        Package.objects.select_for_update(of=("self",))
        .select_related("key", "order__key")
        .filter(link=fingerprint(token), link_until__gt=now(), state=PackageState.RELEASED)
        .first()
    )
    if row is None or row.encrypted is None or not _may_be_fetched(row):
        raise NoSuchThing(
            _("This link has been used or has expired."), "", _("Ask for a new one on your page.")
        )
    row.link, row.link_until = "", None
    row.save(update_fields=["link", "link_until"])
    _touch(row, "downloaded", "authority", actor="authority", by="nobody")
    return bytes(row.encrypted)


def _may_be_fetched(row: Package) -> bool:
    """Asked at every link and every download: a forgery that is found out is too late only for what has gone."""
    if row.state != PackageState.RELEASED or row.expires_at is None or row.released_at is None:
        return False
    return now() < row.expires_at and still_bears(row.order, row.released_at)


@transaction.atomic
def withdraw_package(package: Package, *, actor: str, by: str = "person") -> None:
    """It cannot be had any more, and what we sealed for it is destroyed. What was downloaded stays out there."""
    row = _locked(package)
    _end(row, "withdraw", "desk", actor=actor, by=by)


def withdraw_all_of(order: Order, *, actor: str, by: str = "person") -> None:
    """The order is over: nothing that was collected under it goes out any more. Inside the caller's transaction."""
    left = (PackageState.COLLECTED, PackageState.ASKED, PackageState.RELEASED)
    for package in order.packages.filter(state__in=left):
        withdraw_package(package, actor=actor, by=by)


@transaction.atomic
def expire_packages() -> int:
    """Every released package whose time is over: its content is destroyed. Returns how many. Safe to run again."""
    due = Package.objects.select_for_update(of=("self",), skip_locked=True).select_related(
        "key", "order__key"
    )
    rows = list(due.filter(state=PackageState.RELEASED, expires_at__lte=now())[:100])
    for row in rows:
        _end(row, "expire", "steelyard", actor="steelyard", by="machine")
    return len(rows)


def _end(row: Package, step: str, who: str, *, actor: str, by: str) -> None:
    _move(row, step)
    row.sealed = row.encrypted = row.link_until = None
    row.link = ""
    row.save()
    destroy(row.key)
    _touch(row, {"withdraw": "withdrawn", "expire": "expired"}[step], who, actor=actor, by=by)


def _opened(package: Package) -> tuple[Manifest, dict[str, bytes]]:
    if package.sealed is None:
        raise NoSuchThing(_("This package is not available any more."), _("It has expired or was withdrawn."))
    return unpacked(unseal(package.key, package.sealed, place=_FILES))


def _custody(package: Package) -> list[Step]:
    return [Step(at=_utc(touch.at), what=touch.what, by=touch.by) for touch in package.touches.order_by("pk")]


def _utc(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _locked(package: Package) -> Package:
    found = Package.objects.select_for_update(of=("self",)).select_related("key", "order__key")
    return found.get(pk=package.pk)


def _move(package: Package, step: str) -> None:
    package.state = next_state(MOVES, step, PackageState(package.state))


def _touch(package: Package, what: str, who: str, *, actor: str, by: str) -> None:
    Touch.objects.create(package=package, what=what, by=who)
    record(
        f"disclosure:package:{what}", actor=actor, about=package, key=package.order.key, after=package.digest,
        facts=Facts(source="order", instrument=package.order.instrument,
                    authority_country=package.order.country, by=by),
    )  # fmt: skip
