"""An order begun and not yet sent. It is kept for whoever has its address, sealed, without an account."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, NoSuchThing, Unreachable
from steelyard.flows.prefill import prefill
from steelyard.flows.preflight import questioned, titles
from steelyard.portal.bounds import too_many
from steelyard.portal.forms import blame, too_much
from steelyard.portal.forms.draft import Step, StepForm, Typed, UploadForm, step_form, whole
from steelyard.portal.forms.draft import steps as steps_of
from steelyard.portal.forms.order import OrderForm
from steelyard.portal.keeping import forget, keep, kept_as, renew
from steelyard.portal.views.order import given_in, take_in
from steelyard.rulebook.queries import fact, instruments

SAVES_AN_HOUR = 600
"""One every six seconds: nobody types faster, and a program that does writes our database full."""
LONGEST = 300_000
"""Bytes of a draft: more than the longest order that the form takes."""


@csrf_exempt  # as in notice.py
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Begin one. What must not be lost is kept first: that is the first choice of the page."""
    if request.method != "POST":
        return _beginning(request, UploadForm())
    if "upload" in request.POST:
        return _uploaded(request)
    if too_many(request, kind="draft"):  # an order that is sent has no bound; empty drafts have
        return redirect("portal:order")
    typed = {name: [request.POST[name]] for name in ("instrument", "country") if request.POST.get(name)}
    if typed.get("instrument", [""])[0] not in instruments():
        typed.pop("instrument", None)
    handle = keep(msgspec.msgpack.encode(typed), seconds=_lifetime())
    return (
        redirect("portal:draft-step", handle, "what")
        if "instrument" not in typed
        else redirect("portal:draft", handle)
    )


def _beginning(request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    chosen = {name: request.GET[name] for name in ("instrument", "country") if name in request.GET}
    return render(request, "portal/draft_start.html", {"chosen": chosen, "form": form}, status=status)


def _uploaded(request: HttpRequest) -> HttpResponse:
    """Begin with what a file says. The file itself is not kept: its words stand in the draft to be confirmed."""
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid() and too_many(request, kind="upload"):
        too_much(form)
    if form.is_valid():
        file = form.cleaned_data["file"]
        found = prefill(file.name, file.content_type or "", file.read())
        if found.answers:
            typed = {name: [value] for name, value in found.answers.items()}
            handle = keep(msgspec.msgpack.encode(typed), seconds=_lifetime())
            return redirect("portal:draft", handle)
        form.add_error(
            "file",
            gettext("We could not read this file. Answer the questions instead; send the file by mail."),
        )
    return _beginning(request, form, 422)


@require_safe
def steps(request: HttpRequest, handle: str) -> HttpResponse:
    """The list of what is to do: done, not begun, needs attention."""
    typed = _typed(handle)
    return render(request, "portal/draft.html", {"handle": handle, "steps": _states(typed), **_until()})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, handle: str, step: str) -> HttpResponse:
    """One step. Saved whenever a field is left (by the script) and with either button (without it)."""
    typed = _typed(handle)
    asked = _step(typed, step)
    if request.method != "POST":
        return _page(request, handle, typed, step_form(asked, typed))
    typed = {**typed, **{name: request.POST.getlist(name) for name in asked.fields}}
    if too_many(request, kind="save", most=SAVES_AN_HOUR):
        return _not_saved(request, handle, typed, step_form(asked, typed, bound=True))
    _save(handle, typed)
    if "later" in request.POST:
        return HttpResponse(status=204)
    form = step_form(asked, typed, bound=True)
    if not form.is_valid():
        return _page(request, handle, typed, form, status=422)
    return _onwards(handle, typed, asked)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, handle: str) -> HttpResponse:
    """What is missing or would be questioned, how to cure it, and the button that sends it all the same."""
    typed = _typed(handle)
    form = whole(typed)
    if not form.is_valid():
        return redirect("portal:draft", handle)
    if request.method == "POST":
        try:
            taken = take_in(given_in(form))
        except (BadInput, Unreachable) as fault:
            blame(form, fault)
        else:
            forget(handle)
            return taken
    return render(request, "portal/draft_check.html", _weighed(handle, typed, form))


def _weighed(handle: str, typed: Typed, form: OrderForm) -> dict[str, Any]:
    named = titles()
    return {
        "handle": handle,
        "form": form,
        "missing": form.missing() if not form.errors else [],
        "questions": [
            {"title": named[result.check], "words": result.words, "cure": result.cure}
            for result in (questioned(given_in(form)) if not form.errors else [])
            if result.check != "form"  # the missing elements are listed by name
        ],
        "steps": _states(typed),
        "said": form.said(),
    }


def _page(request: HttpRequest, handle: str, typed: Typed, form: StepForm, status: int = 200) -> HttpResponse:
    order, asked = steps_of(typed), form.step
    page = {"handle": handle, "form": form, "step": asked, "at": order.index(asked) + 1, "of": len(order)}
    return render(request, "portal/draft_step.html", {**page, **_until()}, status=status)


def _not_saved(request: HttpRequest, handle: str, typed: Typed, form: StepForm) -> HttpResponse:
    """The script tries again later; without it the page says so and keeps what was typed."""
    if "later" in request.POST:
        return HttpResponse(status=429)
    form.is_valid()
    too_much(form)
    return _page(request, handle, typed, form, status=429)


def _onwards(handle: str, typed: Typed, asked: Step) -> HttpResponse:
    after = steps_of(typed)[steps_of(typed).index(asked) + 1 :]
    return (
        redirect("portal:draft-step", handle, after[0].name)
        if after
        else redirect("portal:draft-check", handle)
    )


def _states(typed: Typed) -> list[dict[str, Any]]:
    return [{"step": one, "state": _state(one, typed)} for one in steps_of(typed)]


def _state(one: Step, typed: Typed) -> str:
    if not any("".join(typed.get(name, [])) for name in one.fields):
        return "received"  # the design's four statuses: not begun, needs you, done
    return "done" if step_form(one, typed, bound=True).is_valid() else "needs-you"


def _step(typed: Typed, name: str) -> Step:
    for one in steps_of(typed):
        if one.name == name:
            return one
    raise NoSuchThing("This order has no such step.")


def _typed(handle: str) -> dict[str, list[str]]:
    return kept_as(handle, dict[str, list[str]])


def _save(handle: str, typed: Typed) -> None:
    content = msgspec.msgpack.encode(typed)
    if len(content) > LONGEST:
        raise BadInput("This is longer than an order can be.", "", "Send the longest part as a file by mail.")
    renew(handle, content, seconds=_lifetime())


def _lifetime() -> int:
    return int(fact("house.draft_kept", now().date()).period().total_seconds())


def _until() -> dict[str, Any]:
    return {"until": now() + fact("house.draft_kept", now().date()).period()}
