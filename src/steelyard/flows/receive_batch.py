"""A partner sends many lines at once: one receipt, before any of them has been looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import database_now, now
from steelyard.base.config import config
from steelyard.base.errors import BadInput, Refused, Unreachable, gettext_noop
from steelyard.flows.check_lines import Checked, LineGiven, check_lines
from steelyard.flows.emergency import EmergencyGiven, prepared_call, receive_emergency, take_call
from steelyard.flows.sort_arrival import Sorted, asks_for_silence, elsewhere, rings
from steelyard.ledger.queries import is_sealed
from steelyard.letters.actions import address
from steelyard.letters.partners import send_batch_received
from steelyard.letters.receipts import ReceiptFile, issue, prepare
from steelyard.misuse.access import suspended
from steelyard.misuse.states import MisuseKind
from steelyard.notices.batches import digest_of, keep_receipt, kept_receipt, take_batch
from steelyard.notices.models import NoticeBatch
from steelyard.oncall.actions import ring as call_somebody
from steelyard.people.partner_access import Partner, harm_of_code, is_suspended, mail_of, require_may_send
from steelyard.rulebook.queries import Fact, fact
from steelyard.vault.actions import SEALED, new_key


@dataclass(frozen=True, kw_only=True)
class BatchGiven:
    """What the desk, the API and mail send."""

    lines: tuple[LineGiven, ...]
    explanation: str = ""
    harm: str = ""
    """For lines without a category of their own"""
    imminent: bool = False
    language: str = ""
    """The reader's; empty: the partner's own"""
    door: str = "hotline"
    sent_by: str
    good_faith: bool = False
    idempotency_key: str = ""


@dataclass(frozen=True)
class BatchTaken:
    """What the sender gets back."""

    ref: str
    receipt: bytes
    """The receipt's file"""
    lines: int
    rang: bool
    """A person of ours is being called"""
    before: bool = False
    """The same request was taken before; this is the same answer"""
    moved: Sorted | None = None
    """It was read as an order too, or as a call for help, and lies on that desk as well, from the same moment"""


def receive_batch(partner: Partner, given: BatchGiven) -> BatchTaken:
    """Take a batch. Raises Refused, BadInput (naming the first line that cannot be sent) or Unreachable."""
    if not (
        given.imminent and is_suspended(partner)
    ):  # a life may depend on it: a person is called all the same
        require_may_send(partner)
        _not_resting(partner, given)
    digest = digest_of(msgspec.msgpack.encode((given.lines, given.explanation, given.harm, given.imminent)))
    if again := _sent_before(partner, given, digest):
        return again
    checked = check_lines(partner, given.lines, harm=given.harm)
    _sound(given, checked)
    moment, clock = database_now(), clock_of(partner, "")
    secret = asks_for_silence("hotline", **_typed(partner, given, checked))
    try:
        if secret:
            return _in_silence(partner, given, checked, moment, digest)
        prepared = prepare(
            {"lines": [msgspec.to_builtins(one.given) for one in checked], "explanation": given.explanation,
             "imminent": given.imminent, "partner": partner.ref},
            what="notice", door=given.door, answer_by=moment + clock.period(), clock_source=clock.source,
            arrived_at=moment,
        )  # fmt: skip
    except Unreachable:
        if given.imminent:  # no batch without its receipt; but a person is called all the same
            receive_emergency(_call(partner, given, checked), arrived_at=moment, secret=secret)
        raise
    language = _language(partner, given)
    try:
        with transaction.atomic():
            batch = take_batch(
                partner, [one.line() for one in checked if one.goes], explanation=given.explanation,
                sent_by=given.sent_by, door=given.door, language=language, imminent=given.imminent,
                digest=digest, idempotency_key=given.idempotency_key, arrived_at=moment,
            )  # fmt: skip
            receipt = issue(
                prepared,
                batch,
                key=batch.key,
                follow_token="",
                follow=address(language, f"hotline/{batch.ref}"),
            )
            keep_receipt(batch, receipt.json)
            if given.imminent:  # a person is called, now, whatever the queue looks like
                call_somebody(batch, reason="partner:imminent", urgency="danger_to_life")
            if to := mail_of(partner):
                send_batch_received(batch, to)
    except IntegrityError:  # the same request twice in one moment: the first one counts
        if again := _sent_before(partner, given, digest):
            return again
        raise
    moved = _elsewhere_too(partner, given, checked, moment)
    return BatchTaken(
        batch.ref,
        receipt.json,
        batch.lines.count(),
        moved=moved,
        rang=given.imminent or bool(moved and rings(moved)),
    )


def _elsewhere_too(
    partner: Partner, given: BatchGiven, checked: Sequence[Checked], moment: datetime
) -> Sorted | None:
    """A partner can be an authority, and write its order here. Its lines are looked at all the same."""
    try:
        return elsewhere(
            "hotline", **_typed(partner, given, checked), language=given.language or partner.language, arrived_at=moment
        )  # fmt: skip
    except Unreachable:  # a worker puts it there later
        return None


def _in_silence(
    partner: Partner, given: BatchGiven, checked: Sequence[Checked], moment: datetime, digest: str
) -> BatchTaken:
    """An order that nobody may know of lies with its named persons and nowhere else: the batch has no line, no word of
    it and the order's own receipt, and whoever works on notices learns nothing. A danger is a call of the emergency
    line, for whoever is rung."""
    language, call = _language(partner, given), _call(partner, given, checked)
    signed = prepared_call(call, moment) if given.imminent else None
    kept: list[NoticeBatch] = []

    def with_it(order: Any, receipt: ReceiptFile | None) -> None:
        key = order.key if is_sealed(order.key) else new_key(SEALED)
        batch = take_batch(
            partner, (), explanation="", sent_by=given.sent_by, door=given.door, language=language,
            imminent=given.imminent, digest=digest, idempotency_key=given.idempotency_key, arrived_at=moment, key=key,
        )  # fmt: skip
        keep_receipt(batch, receipt.json if receipt else b"")
        kept.append(batch)
        if given.imminent:
            take_call(call, signed, moment, key=key)

    try:
        moved = elsewhere(
            "hotline", **_typed(partner, given, checked), language=language, arrived_at=moment, also=with_it
        )
    except IntegrityError:
        if again := _sent_before(partner, given, digest):
            return again
        raise
    return BatchTaken(kept[-1].ref, kept_receipt(kept[-1]), 0, given.imminent, moved=moved)


def _language(partner: Partner, given: BatchGiven) -> str:
    return given.language if given.language in config().languages else partner.language


def _call(partner: Partner, given: BatchGiven, checked: Sequence[Checked]) -> EmergencyGiven:
    """What the emergency line hears of a batch."""
    return EmergencyGiven(
        said="\n".join((given.explanation, *(one.given.what for one in checked))), name=partner.name,
        language=_language(partner, given), door=given.door,
    )  # fmt: skip


def _typed(partner: Partner, given: BatchGiven, checked: Sequence[Checked]) -> Mapping[str, Any]:
    notes = [one.given.note for one in checked if one.given.note]
    return {
        "sender": mail_of(partner), "name": partner.name, "text": "\n".join((given.explanation, *notes)),
        "links": tuple(one.given.what for one in checked),
    }  # fmt: skip


def _not_resting(partner: Partner, given: BatchGiven) -> None:
    """Suspended for misuse (DSA Art. 23(2)), the lines are not taken, unless one is about what is never held."""
    resting = suspended(MisuseKind.NOTICES, partner=partner)
    never = fact("house.misuse_never_held", now().date()).value
    about = {given.harm, *(harm_of_code(partner, line.code) for line in given.lines)}
    if resting and not given.imminent and not about & set(never):
        raise Refused(
            _("Your organisation’s notices are suspended at present."), _("You were told why and until when."),
            _("If somebody is about to be harmed, tick that: it reaches a person at once."),
        )  # fmt: skip


def _sent_before(partner: Partner, given: BatchGiven, digest: str) -> BatchTaken | None:
    key = given.idempotency_key
    found = NoticeBatch.objects.filter(partner=partner, idempotency_key=key).first() if key else None
    if found is None:
        return None
    if found.digest != digest:
        raise BadInput(
            _("This Idempotency-Key was used for something else."), do=_("Send it under a new key."),
            field="idempotency_key",
        )  # fmt: skip
    return BatchTaken(found.ref, kept_receipt(found), found.lines.count(), found.imminent, before=True)


def _sound(given: BatchGiven, checked: Sequence[Checked]) -> None:
    """Twins are left out; anything else that is wrong with a line is for the sender to see first."""
    if not given.good_faith:
        raise BadInput(
            _("Confirm that you believe this to be true."), _("The law asks for it (DSA Art. 16(2)(d))."),
            field="good_faith",
        )  # fmt: skip
    if not given.explanation.strip() and any(not one.given.note for one in checked):
        raise BadInput(
            _("Say why you think so."), _("A notice needs an explanation (DSA Art. 16(2)(a))."),
            _("One for all lines is enough."), field="explanation",
        )  # fmt: skip
    wrong = next((one for one in checked if one.problem not in ("", "twin")), None)
    if wrong:
        raise BadInput(
            _("Line %(place)s cannot be sent.") % {"place": wrong.place}, _(PROBLEMS[wrong.problem]),
            field="lines",
        )  # fmt: skip
    if not any(one.goes for one in checked):
        raise Refused(_("There is nothing left to send."))


PROBLEMS = {
    "unreadable": gettext_noop("This is neither a link, an identifier nor a hash that we can read."),
    "unknown_code": gettext_noop("Your mapping has no such category, and we do not guess."),
    "no_category": gettext_noop(
        "Say what it is about: with a category of yours, or choose one for all lines."
    ),
    "unknown_urgency": gettext_noop("Urgency is low, medium, high or critical."),
    "twin": gettext_noop("An earlier line says the same; this one is left out."),
}
"""What can be wrong with a line, for the desk and the API."""


def clock_of(partner: Partner, harm: str) -> Fact:
    """Trusted flaggers within their area have priority (DSA Art. 22(1)); everybody else the promise for notices."""
    trusted = partner.award == "awarded" and (not harm or harm in partner.areas)
    return fact("house.trusted_notice_decided" if trusted else "house.notice_decided", now().date())
