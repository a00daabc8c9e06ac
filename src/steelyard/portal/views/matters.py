"""Proceedings, decisions, fines, letters and consultations about the service, as far as they may be told."""

from datetime import UTC, datetime, time
from typing import Any

import msgspec
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.base.config import config
from steelyard.markets.told import PublicMatter, public_matter, public_paper, published, taken_back
from steelyard.portal import words
from steelyard.portal.caching import for_everybody, for_strangers_tools
from steelyard.portal.views.figures.page import SECTIONS
from steelyard.rulebook.countries import countries

MOST = 10_000
"""Matters of the file"""
KINDS = {
    "proceeding": gettext_lazy("Proceedings"),
    "court_decision": gettext_lazy("Court decision"),
    "fine": gettext_lazy("Fine"),
    "regulator_letter": gettext_lazy("Regulator’s letter"),
    "consultation": gettext_lazy("Consultation"),
}
STANCES = {
    "open": gettext_lazy("No position yet"),
    "agree": gettext_lazy("We agree"),
    "partly": gettext_lazy("We agree in part"),
    "disagree": gettext_lazy("We disagree"),
}
STATES = {
    "open": gettext_lazy("open: it is for us to answer"),
    "answered": gettext_lazy("answered: it is for them to move"),
    "closed": gettext_lazy("closed"),
}
FIELDS = {
    "authority": gettext_lazy("Who"),
    "reference": gettext_lazy("Their reference"),
    "asked": gettext_lazy("What they ask for"),
    "taken": gettext_lazy("Our position"),
    "stance": gettext_lazy("Do we agree?"),
    "state": gettext_lazy("State"),
    "due_on": gettext_lazy("We answer by"),
    "amount": gettext_lazy("Amount"),
    "papers": gettext_lazy("Number of documents"),
}


class Choose(forms.Form):
    """Which of them to show."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country"), required=False,
        choices=lambda: [("", _("All")), *countries(get_language() or "en")],
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("What"), required=False, choices=lambda: [("", _("All")), *KINDS.items()]
    )


@require_safe
@for_everybody
def matters(request: HttpRequest) -> HttpResponse:
    """`?country=FR&kind=fine`: every published matter, what changed last first."""
    form = Choose(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = [_shown(one) for one in published(**chosen)]
    gone = [(KINDS[one.kind], words.country(one.country), one) for one in taken_back()]
    page = {"sections": SECTIONS, "form": form, "matters": found, "gone": gone}
    return render(request, "portal/matters.html", page)


@require_safe
@for_everybody
def matter(request: HttpRequest, ref: str) -> HttpResponse:
    """One, with every version of what was told of it."""
    one = public_matter(ref)
    history = [
        (version, [(FIELDS[each.what], _worded(each.what, each.before), _worded(each.what, each.after))
                   for each in version.changes])
        for version in one.history
    ]  # fmt: skip
    page = {"sections": SECTIONS, "matter": _shown(one), "history": history}
    return render(request, "portal/matter.html", page)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Atom, one entry for each version."""
    root, language = config().public_url.rstrip("/"), get_language() or "en"
    atom = Atom1Feed(
        title=f"{config().service}: " + _("Proceedings and regulators"), link=root + reverse("portal:matters"),
        description=_("What is published here excludes matters whose existence may not be disclosed."),
        language=language, feed_url=root + reverse("machine:matters-feed"),
    )  # fmt: skip
    for one in published(limit=50):
        shown = _shown(one)
        for version in one.history:
            atom.add_item(
                title=f"{shown['kind']}: {one.told.authority} ({shown['country']})",
                link=root + reverse("portal:matter", args=[one.ref]),
                description=_news(one, version.version),
                unique_id=f"{root}/matters/{one.ref}?version={version.version}",
                updateddate=version.at, pubdate=datetime.combine(one.published_on, time(), UTC),
            )  # fmt: skip
    return for_strangers_tools(
        atom.writeString("utf-8").encode(), "application/atom+xml; charset=utf-8", "public, max-age=60"
    )


@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """All of it as JSON, with every version's changes."""
    found = {"type": "steelyard-matters/v1", "matters": published(limit=MOST), "taken_back": taken_back()}
    content = msgspec.json.format(msgspec.json.encode(found), indent=1)
    return for_strangers_tools(content, "application/json", "public, max-age=60")


@require_safe
def paper(request: HttpRequest, ref: str) -> HttpResponse:
    """A published document, as a file to keep: what others wrote is never shown as a page of ours."""
    found, content = public_paper(ref)
    ending = {"application/pdf": "pdf", "text/plain": "txt", "image/png": "png"}.get(found.media_type, "bin")
    return for_strangers_tools(
        content, found.media_type, "public, max-age=60",
        **{"Content-Disposition": f'attachment; filename="{found.ref}.{ending}"'},
    )  # fmt: skip


def _shown(one: PublicMatter) -> dict[str, Any]:
    told = one.told
    return {
        "one": one, "told": told, "kind": KINDS[one.kind], "country": words.country(one.country),
        "stance": STANCES[told.stance], "state": STATES[told.state],
    }  # fmt: skip


def _worded(what: str, value: str) -> str:
    """A field of a version, in the reader's language where it is one of our words."""
    table = {"stance": STANCES, "state": STATES}.get(what, {})
    return str(table.get(value, value))


def _news(one: PublicMatter, version: int) -> str:
    """What a reader of the feed learns: the words of the first version, then what changed."""
    found = next(each for each in one.history if each.version == version)
    changed = "; ".join(f"{FIELDS[each.what]}: {_worded(each.what, each.after)}" for each in found.changes)
    return changed or one.told.asked
