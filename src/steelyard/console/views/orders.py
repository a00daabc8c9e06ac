"""The representative's desk: the inbox by time left, one order with everything beside it, and each step of its life."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from steelyard.base.errors import BadInput, Refused, Unreachable
from steelyard.cases.queries import queue_sizes
from steelyard.console.access import StaffRequest, staff
from steelyard.console.words import ORDER_MOVES, said
from steelyard.flows import disclose, secrecy
from steelyard.flows import move_order as moves
from steelyard.flows import read_order as flow
from steelyard.flows.consider_speech import ask_to_consider
from steelyard.flows.verify_sender import read_ladder
from steelyard.ledger.queries import history_of
from steelyard.people.access import NotFresh, Presence, has
from steelyard.people.permissions import Permission
from steelyard.rulebook.countries import countries, country_name
from steelyard.rulebook.queries import instruments

_STEPS: dict[str, Callable[[Presence, str, str], object]] = {
    "ask": moves.ask_sender,
    "answered": moves.sender_answered,
    "verify": moves.verify_order,
    "hold": moves.hold_order,
    "raise": moves.raise_order,
    "take_up": moves.take_up,
    "consider": ask_to_consider,
    "refuse": flow.refuse_order,
    "withdraw": moves.withdraw_order,
    "supersede": moves.supersede_order,
    "name": lambda presence, ref, words: secrecy.name_person(presence, ref, words.strip(), ""),
    "end_secrecy": secrecy.end_secrecy,
}


@staff(Permission.ORDERS_ORDER_READ)
@require_GET
def orders(request: StaffRequest) -> HttpResponse:
    """What waits, the least time left first."""
    rows = flow.inbox_of(request.presence)
    waiting = queue_sizes(request.presence.member).get("order", 0)
    return render(request, "console/orders.html", {
        "rows": rows, "waiting": waiting,
        "register": has(request.presence.member, Permission.ORDERS_REGISTER_KEEP),
    })  # fmt: skip


@staff(Permission.ORDERS_ORDER_READ)
@require_GET
def order(request: StaffRequest, ref: str) -> HttpResponse:
    return _page(request, ref)


@staff(Permission.ORDERS_ORDER_DECIDE)
@require_POST
def step(request: StaffRequest, ref: str, step: str) -> HttpResponse:
    """One step of its life, or the preview of the letter that would go."""
    words = request.POST.get("words", "")
    try:
        if request.POST.get("do") == "preview":
            outcome = "refused" if step == "refuse" else ""
            answer = flow.preview_answer(request.presence, ref, outcome=outcome, reasons=words)
            return _page(request, ref, preview=answer, said={step: words})
        _STEPS.get(step, _no_such_step)(request.presence, ref, words)
    except NotFresh:
        raise
    except (Refused, BadInput) as fault:
        return _page(request, ref, status=409, wrong=said(fault), said={step: words})
    messages.success(request, str(ORDER_MOVES[step]["done"]))
    return redirect("console:order", ref)


@staff(Permission.ORDERS_ORDER_DECIDE)
@require_POST
def country(request: StaffRequest, ref: str) -> HttpResponse:
    """Say which State an order comes from that names none."""
    try:
        because = request.POST.get("because", "")
        moves.give_country(request.presence, ref, request.POST.get("country", ""), because)
    except NotFresh:
        raise
    except (Refused, BadInput) as fault:
        return _page(request, ref, status=409, wrong=said(fault))
    messages.success(request, _("Noted, with your reason. The checks count with this State from now on."))
    return redirect("console:order", ref)


@staff(Permission.ORDERS_LAW_CONFIRM)
@require_POST
def confirm(request: StaffRequest, ref: str) -> HttpResponse:
    """A lawyer stands in for what nobody has read in the primary text, for this order."""
    try:
        moves.confirm_law(request.presence, ref, frozenset(request.POST.getlist("shown")))
    except NotFresh:
        raise
    except (Refused, BadInput) as fault:
        return _page(request, ref, status=409, wrong=said(fault))
    messages.success(request, _("Confirmed for this order, and written down with your name."))
    return redirect("console:order", ref)


@staff(Permission.ORDERS_ORDER_DECIDE)
@require_POST
def collect(request: StaffRequest, ref: str) -> HttpResponse:
    """Copy what is held of these categories and seal it here. Nothing leaves."""
    return _package_step(
        request, ref, lambda: disclose.collect(request.presence, ref, request.POST.getlist("categories")),
        _("Collected and sealed. Nothing has left."),
    )  # fmt: skip


@staff(Permission.ORDERS_ORDER_DECIDE)
@require_POST
def package(request: StaffRequest, ref: str, package: str) -> HttpResponse:
    """A step of a package: ask for its release, release or decline it as the second person, take it back."""
    presence, because = request.presence, request.POST.get("because", "")
    steps: dict[str, tuple[Callable[[], object], str]] = {
        "ask": (
            lambda: disclose.ask_release(presence, package, request.POST.get("recipient", ""), because),
            _("Sent to a second person. Nothing leaves before they release it."),
        ),
        "release": (lambda: disclose.release_package(presence, package), _("Released. The authority is told.")),
        "decline": (lambda: disclose.decline_package(presence, package, because), _("Declined.")),
        "withdraw": (
            lambda: disclose.withdraw_package(presence, package), _("Taken back; its content is destroyed."),
        ),
    }  # fmt: skip
    what, done = steps.get(request.POST.get("do", ""), (lambda: _no_such_step(presence, ref, ""), ""))
    return _package_step(request, ref, what, done)


def _package_step(request: StaffRequest, ref: str, what: Callable[[], object], done: str) -> HttpResponse:
    try:
        what()
    except NotFresh:
        raise
    except (Refused, BadInput, Unreachable) as fault:
        return _page(request, ref, status=409, wrong=said(fault))
    messages.success(request, done)
    return redirect("console:order", ref)


@staff(Permission.ORDERS_ORDER_READ)
@require_GET
def answer(request: StaffRequest, ref: str, kind: str) -> HttpResponse:
    """The answer as it went."""
    types = {"pdf": "application/pdf", "json": "application/json"}
    content = flow.answer_file(request.presence, ref, kind)
    response = HttpResponse(content, content_type=types.get(kind, types["json"]))
    response["Content-Disposition"] = f'attachment; filename="answer.{kind}"'
    return response


def _no_such_step(presence: Presence, ref: str, words: str) -> object:
    raise BadInput(_("There is no such step."), do=_("Load the page again."))


def _page(request: StaffRequest, ref: str, *, status: int = 200, **more: object) -> HttpResponse:
    view = flow.read_order(request.presence, ref)
    language, typed = get_language() or "en", more.get("said") or {}
    assert isinstance(typed, dict)  # noqa: S101 - for the type checker
    context = {
        "view": view,
        "order": view.order,
        "country": country_name(view.order.country, language),
        "instrument": instruments()[view.order.instrument].name(language),
        "steps": [(name, *_words(name), typed.get(name, "")) for name in _STEPS if _offered(name, view)],
        "may": {
            "decide": has(request.presence.member, Permission.ORDERS_ORDER_DECIDE),
            "confirm": has(request.presence.member, Permission.ORDERS_LAW_CONFIRM),
            "release": has(request.presence.member, Permission.DISCLOSURE_PACKAGE_RELEASE),
            "check": has(request.presence.member, Permission.ORDERS_ORDER_CHECK),
        },
        "countries": [] if view.order.country else countries(language),
        "history": history_of(view.order),
        "ladder": read_ladder(request.presence.member, view.order, language),
    } | more
    return render(request, "console/order.html", context, status=status)


def _words(name: str) -> tuple[object, object, object, str]:
    found = ORDER_MOVES[name]
    return found["label"], found["help"], found["button"], str(found["key"])


def _offered(name: str, view: flow.OrderView) -> bool:
    """What its table allows where it stands; each name of a step here is a move there."""
    asked, more = view.order.state == "asked", bool(view.later)
    special = {
        "name": view.secret, "end_secrecy": view.secret, "answered": asked,
        "consider": view.braked and view.decidable, "refuse": view.open and view.decidable,
        "take_up": asked or name in view.moves, "supersede": more and name in view.moves,
    }  # fmt: skip
    return special.get(name, name in view.moves)
