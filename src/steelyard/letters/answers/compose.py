"""Compose an answer from what was decided and what it rests on, in the authority's language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.base.config import config
from steelyard.base.identifiers import shown
from steelyard.letters.answers.forms import filled
from steelyard.letters.answers.shapes import Answer, Effect, Form, Ground, Rests
from steelyard.orders.actions import sent
from steelyard.orders.assessment import Assessment, Cite
from steelyard.orders.models import Order
from steelyard.rulebook.forms import form_on
from steelyard.rulebook.queries import instruments
from steelyard.rulebook.shapes import Answer as AnswerRule
from steelyard.rulebook.shapes import Status

_DONE = {"effect_report", "receipt_and_effect_report", "removal_done", "data_delivered", "data_preserved"}
_NOT_DONE = {"removal_impossible", "form_3"}


@dataclass(frozen=True)
class Done:
    """What came of one thing that an order names."""

    target: str
    outcome: str
    reasons: str
    at: datetime | None = None
    territory: tuple[str, ...] = ()


def compose(
    order: Order,
    found: Assessment,
    done: Sequence[Done],
    *,
    outcome: str,
    at: datetime,
    confirmed: Iterable[Cite] = (),
) -> Answer:
    """The whole answer. `found` is the assessment in the language of the answer; `outcome` the order's state."""
    told, one = sent(order), instruments()[order.instrument]
    with override(order.language):
        restricted = any(each.outcome in ("contain", "remove") for each in done)
        form, effects = form_of(order, outcome), tuple(_effect(each) for each in done)
        grounds = _grounds(found, outcome, set(confirmed))
        return Answer(
            form=form,
            language=order.language,
            service=config().service,
            address=config().public_url,
            our_reference=shown(order.ref),
            authority=told.authority,
            country=order.country,
            their_reference=told.reference,
            instrument=one.name(order.language),
            instrument_source=one.source,
            received_at=order.created_at,
            answered_at=at,
            outcome=outcome,
            sections=filled(
                form.id,
                told,
                order.language,
                received_at=order.created_at,
                answered_at=at,
                ours=shown(order.ref),
                instrument=one.name(order.language),
                effects=effects,
                grounds=grounds,
            ),
            effects=effects,
            grounds=grounds,
            rests_on=tuple(_rests(cite, set(confirmed)) for cite in (*found.unconfirmed, *form_cites(order))),
            recipient_told="nobody" if not restricted else "withheld" if told.secrecy else "told",
            contact=config().authorities.email,
        )


def form_of(order: Order, outcome: str) -> Form:
    """The form for this outcome: the instrument's own, or a plain letter. In the active language."""
    rows = [row for row in instruments()[order.instrument].version.answers if row.to == "authority"]
    fits = _NOT_DONE if outcome == "refused" else _DONE
    row = next((row for row in rows if row.what in fits), rows[0] if rows else None)
    if row is None or row.what == "letter":
        return Form(id="letter", title=_title("letter", outcome), article="", exact=True)
    if outcome == "refused" and row.what not in _NOT_DONE and not row.what.endswith("effect_report"):
        return Form(id="letter", title=_title("letter", outcome), article="", exact=True)
    return Form(
        id=row.what, title=_title(row.what, outcome), article=_article(order, row),
        exact=row.status == "verified" and row.what.endswith("effect_report"),
    )  # fmt: skip


def form_cites(order: Order) -> tuple[Cite, ...]:
    """Statements about the forms themselves that nobody has read in the primary text: which form an answer takes, or
    its structure, which is all that is known of some."""
    one, day = instruments()[order.instrument], order.created_at.date()
    found = ((row, _least_known(row, day)) for row in one.version.answers if row.to == "authority")
    return tuple(
        Cite(
            fact=f"instruments.{one.id}.answers.{row.what}",
            source=f"{one.source}: {row.article}",
            status=status,
        )
        for row, status in found
        if status in ("secondary", "memory")
    )


def _least_known(row: AnswerRule, day: date) -> Status:
    form = form_on(row.what, day)
    return form.status if form is not None and row.status == "verified" else row.status


def _article(order: Order, row: AnswerRule) -> str:
    return f"{instruments()[order.instrument].source}: {row.article}"


def _title(what: str, outcome: str) -> str:
    if what == "letter":
        return _("Refusal of an order") if outcome == "refused" else _("Answer to an order")
    return {
        "effect_report": _("Report on the effect given to an order"),
        "receipt_and_effect_report": _("Report on the receipt of an order and the effect given to it"),
        "removal_done": _("Terrorist content: the content is removed or disabled"),
        "removal_impossible": _("Terrorist content: the order cannot be executed"),
        "data_delivered": _("Delivery of data under a production order"),
        "data_preserved": _("Data preserved under a preservation order"),
        "form_3": _("A European order that is not executed"),
    }[what]


def _effect(done: Done) -> Effect:
    return Effect(
        target=done.target, outcome=done.outcome, in_words=outcome_words(done.outcome), at=done.at,
        territory=done.territory, reasons=done.reasons,
    )  # fmt: skip


def outcome_words(outcome: str) -> str:
    """In the active language."""
    return {
        "none": _("Nothing was restricted."),
        "contain": _("Access is disabled, reversibly."),
        "remove": _("Removed for good."),
        "disclosed": _("Data were handed over in a sealed package."),
    }.get(outcome, outcome)


def _grounds(found: Assessment, outcome: str, confirmed: set[Cite]) -> tuple[Ground, ...]:
    """What stood against it, check by check. A full execution has no grounds to give."""
    if outcome == "executed":
        return ()
    return tuple(
        Ground(
            check=one.check, ground=one.words, cure=one.cure,
            rests_on=tuple(_rests(cite, confirmed) for cite in one.rests_on),
        )
        for one in found.checks
        if one.result == "fail"
    )  # fmt: skip


def _rests(cite: Cite, confirmed: set[Cite]) -> Rests:
    return Rests(source=cite.source, status=cite.status, confirmed=cite in confirmed)
