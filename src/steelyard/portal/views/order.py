"""An authority sends an order. What is missing is named before it goes; it can be sent all the same."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from steelyard.base.errors import BadInput, Unreachable
from steelyard.flows.receive_order import OrderGiven, receive_order
from steelyard.flows.sort_arrival import elsewhere
from steelyard.portal.forms import blame
from steelyard.portal.forms.order import OrderForm
from steelyard.portal.views.receipt import hand_over


@csrf_exempt  # as in notice.py
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "portal/order.html", {"form": OrderForm(initial=_chosen(request))})
    form = OrderForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/order.html", {"form": form}, status=422)
    missing = form.missing()
    if missing and "incomplete" not in request.POST:
        return render(request, "portal/order.html", {"form": form, "missing": missing}, status=422)
    try:
        return take_in(given_in(form))
    except (BadInput, Unreachable) as fault:
        blame(form, fault)
        return render(request, "portal/order.html", {"form": form}, status=422)


def take_in(given: OrderGiven) -> HttpResponse:
    """Put it on the desk for orders, or on the one that it is meant for: somebody in danger takes the nearest form."""
    moved = elsewhere(
        "order", sender=given.contact, name=given.authority, text=given.reasons, links=given.targets,
        authority=given.authority, reference=given.reference, legal_basis=given.legal_basis,
        demand=given.demand, language=given.language,
    )  # fmt: skip
    return hand_over(moved.receipt if moved else receive_order(given))


def _chosen(request: HttpRequest) -> dict[str, str]:
    """What the page “Which way does my order take?” has found out already."""
    return {name: request.GET[name] for name in ("instrument", "country") if name in request.GET}


def given_in(form: OrderForm) -> OrderGiven:
    """What a valid form says, as the desk takes it."""
    said = form.cleaned_data
    return OrderGiven(
        instrument=said["instrument"],
        country=said["country"],
        authority=said["authority"],
        reference=said["reference"],
        targets=said["targets"],
        harm=said["harm"],
        legal_basis=said["legal_basis"],
        reasons=said["reasons"],
        redress=said["redress"],
        territory=said["territory"],
        contact=said["contact"],
        issuer=said["issuer"],
        demand=said["demand"],
        data=tuple(said["categories"]),
        period_from=said["period_from"],
        period_to=said["period_to"],
        offence=said["offence"],
        emergency=said["emergency"],
        language=said["language"],
        validated_by=said["validated_by"],
        offence_years=said["offence_years"],
        written_in=said["written_in"],
        translation=said["translation"],
        secrecy=said["secrecy"],
        secret_until=said["secret_until"],
        valid_until=said["valid_until"],
        replaces=said["replaces"],
        recipient_key=said["recipient_key"],
        wider_ground=said["wider_ground"],
        door="portal",
    )
