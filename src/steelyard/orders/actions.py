"""Take an order down, and recognise its twin and its earlier version."""

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import msgspec
from django.db import connection
from django.utils.translation import gettext as _

from steelyard.base.clock import database_now
from steelyard.base.errors import Refused
from steelyard.base.identifiers import fingerprint
from steelyard.ledger.actions import Facts, record, seal_off
from steelyard.orders.given import OrderGiven
from steelyard.orders.models import Named, Order, Step
from steelyard.people.permissions import Permission
from steelyard.people.queries import holders
from steelyard.rulebook.queries import instruments
from steelyard.vault.actions import SEALED, keyed_hash, new_key, seal, unseal

_PLACE = "orders.order"
_COLUMNS = ("instrument", "country", "door", "harm", "language")
"""What of an order stands outside its seal: what is counted and what clocks need."""


def missing_elements(given: OrderGiven) -> list[str]:
    """Mandatory elements of the instrument that are not there, in the order of its form."""
    return [one.id for one in instruments()[given.instrument].elements if not getattr(given, one.id)]


def take(given: OrderGiven, *, token: str, arrived_at: datetime | None = None) -> tuple[Order, bool]:
    """The order's row, and whether it is new: the same authority and reference come twice by two doors.

    The same reference over another text is another version, with a row and a clock of its own. It names the
    version before it, and takes its place only when a person says so: anybody could have typed it.
    """
    identity, content = _identity(given, given.reference), _content(given)
    if given.reference:
        _alone_with(identity)
    before = _latest(identity) if given.reference else None
    twin = Order.objects.filter(identity=identity, content__in=(content, "")).first() if before else None
    if twin:
        record(
            "orders:order:repeated", actor="authority", about=twin, key=twin.key, after=given.door,
            facts=Facts(instrument=given.instrument, source="order", by="nobody"),
        )  # fmt: skip
        return twin, False
    key = new_key(SEALED if given.secrecy.strip() else "")
    order = Order.objects.create(
        key=key,
        sealed=seal(key, msgspec.msgpack.encode(given), place=_PLACE),
        identity=identity,
        content=content,
        earlier=before or (_latest(_identity(given, given.replaces)) if given.replaces else None),
        valid_until=given.valid_until,
        secret_until=given.secret_until if given.secrecy.strip() else None,
        missing=missing_elements(given),
        **{name: getattr(given, name) for name in _COLUMNS},
        follow_token=fingerprint(token),
        created_at=arrived_at or database_now(),  # the moment of its receipt and of its clocks
    )
    if key.ring == SEALED:
        _seal_away(order)
    record("orders:order:received", actor="authority", about=order, key=key, facts=public(order))
    return order, True


_KEEPERS = (Permission.ORDERS_SEAL_OPEN, Permission.ORDERS_LAW_CONFIRM, Permission.ORDERS_ORDER_DECIDE)


def follow_anew(order: Order, token: str) -> bool:
    """An officer sent, for the first time, what somebody else had sent before: the address by which the order is
    followed, answered and its data fetched is the officer's from now on, and the stranger's opens nothing.

    Whoever has a genuine paper in hand can send it before the authority does. False when an officer had sent it
    before: then the address is theirs already. Inside the caller's transaction, after the officer's step is kept.
    """
    if order.verifications.filter(step=Step.OFFICER).count() > 1:
        return False
    order.follow_token = fingerprint(token)
    order.save(update_fields=["follow_token"])
    return True


def give_country(order: Order, country: str, *, actor: str, because: str) -> None:
    """Say for an order that named no State which one its authority belongs to. Inside the caller's transaction.

    Its twins and versions are known by authority, reference and country: from now on it is compared with them.
    """
    if order.country:
        raise Refused(
            _("This order names its State itself."),
            do=_("Refuse it, or ask its sender, where that is wrong."),
        )
    order.country = country
    told = sent(order)
    order.identity, order.content = _identity(told, told.reference), _content(told)
    _alone_with(order.identity)
    earlier = _latest(order.identity) if told.reference else None
    order.earlier = earlier or order.earlier
    order.save(update_fields=["country", "identity", "content", "earlier"])
    record(
        "orders:order:country_given", actor=actor, about=order, key=order.key, after=country, because=because,
        facts=public(order, by="person"),
    )  # fmt: skip


def _seal_away(order: Order) -> None:
    """Before its first entry: from here on it exists for named persons only, even by counts.

    Those are the members who look after such orders; where nobody does yet, the lawyers, then whoever decides on
    orders, or nobody would answer.
    """
    seal_off(order.key, actor="steelyard", about=order)
    keepers = next(filter(None, map(holders, _KEEPERS)), [])
    Named.objects.bulk_create(Named(order=order, member=one.ref, by="steelyard") for one in keepers)


def note_attempts(order: Order, red_lines: Iterable[str]) -> None:
    """Write down each red line that an order asks to cross. Inside the caller's transaction.

    Counted in public by instrument and country; which line it was is the leaf's verb.
    """
    for line in red_lines:
        record(
            "orders:redline:attempted", actor="authority", about=order, key=order.key, after=line,
            facts=replace(public(order), verb=line),
        )  # fmt: skip


def sent(order: Order) -> OrderGiven:
    """What the authority sent. The row's own columns win over their copies under the seal."""
    told = msgspec.msgpack.decode(unseal(order.key, order.sealed, place=_PLACE))
    return msgspec.convert({**told, **{name: getattr(order, name) for name in _COLUMNS}}, OrderGiven)


def public(order: Order, *, by: str = "nobody") -> Facts:
    """What the public log says of an order: its kind and where it came from, never its text."""
    return Facts(
        harm=order.harm, source="order", instrument=order.instrument, authority_country=order.country, by=by
    )


def _alone_with(identity: str) -> None:
    """Until this transaction ends nobody else takes an order of this authority and reference: where there is no row
    yet, none can be locked, and two doors at the same instant would each make one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [identity])


def _latest(identity: str) -> Order | None:
    return Order.objects.select_for_update(of=("self",)).filter(identity=identity).order_by("-pk").first()


def _identity(given: OrderGiven, reference: str) -> str:
    return keyed_hash(
        "\x1f".join(map(plain, (given.country, given.authority, reference))), purpose="orders.identity"
    )


def _content(given: OrderGiven) -> str:
    """What the order says, without how it came and who waits for the answer; spacing and case say nothing."""
    said = msgspec.to_builtins(given)
    same = {name: _bare(said[name]) for name in sorted(said) if name not in _NOT_CONTENT and said[name]}
    return keyed_hash(plain(json.dumps(same, ensure_ascii=False)), purpose="orders.content")


def _bare(value: object) -> object:
    """Before JSON spells a line's end out: a mail ends its lines otherwise than a form."""
    if isinstance(value, str):
        return plain(value)
    return [_bare(one) for one in value] if isinstance(value, list | tuple) else value


_NOT_CONTENT = {"door", "language", "contact", "reply_to", "harm", "reference", "authority"}


def plain(text: str) -> str:
    """As references and whole orders are compared: spacing, case and compatibility forms say nothing."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
