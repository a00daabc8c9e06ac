"""The messenger's page under /chat/, and the doors it needs of us. It is one Matrix client among many."""

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from steelyard.base.config import config
from steelyard.base.errors import BadInput, NoSuchThing, SteelyardError, Unreachable
from steelyard.enforcement.connector import connectors
from steelyard.portal.asked import json_of
from steelyard.portal.bounds import too_many
from steelyard.portal.forms.channel import JoinForm
from steelyard.portal.translation import LONGEST, translator
from steelyard.portal.views.channel import open_to, platform
from steelyard.rulebook.queries import harms

BUNDLE = Path(__file__).resolve().parent.parent / "static" / "messenger"
NOTICES = "notices"  # the account that writes the operator's letters, see assembly.synapse
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",  # the encryption is WebAssembly; nowhere else is it allowed
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self' {homeserver}",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


@require_safe
def chat(request: HttpRequest) -> HttpResponse:
    """The page; everything in it is drawn by the script."""
    place = homeserver()
    if not place:
        raise NoSuchThing("No platform is attached.")
    language = get_language() or "en"
    page = {"about": about(language, place), "bundle": bundle(language)}
    response = render(request, "portal/chat.html", page)
    response["Content-Security-Policy"] = POLICY.format(homeserver=_origin(place))
    return response


@csrf_exempt  # no cookie is read, and assembly.security refuses posts from other sites
@require_POST
def sign_up(request: HttpRequest) -> HttpResponse:
    """Open an account on the platform: its own open registration is off. Answers as the homeserver would."""
    said = json_of(request)
    with override(_language_of(said)):
        form = JoinForm(said)
        if not form.is_valid():
            return _refused(400, " ".join(str(text) for texts in form.errors.values() for text in texts))
        if too_many(request):
            return _refused(429, _("Very much was sent from your address within an hour. Try again later."))
        try:
            name = form.cleaned_data["name"]
            open_to(request)
            session = platform().register_member(name, name, form.cleaned_data["password"])
        except Unreachable:
            return _refused(
                503, _("A part of our system does not answer at the moment. Send it again in a minute.")
            )
        except SteelyardError as fault:
            return _refused(400, " ".join(_(part) for part in (fault.what, fault.do) if part))
    return JsonResponse(
        {"user_id": session.account, "access_token": session.token, "device_id": session.device}
    )


@csrf_exempt  # as above
@require_POST
def translate(request: HttpRequest) -> HttpResponse:
    """One text that a reader asks for. Nothing of it is kept."""
    chosen, said = translator(), json_of(request)
    if chosen is None:
        raise NoSuchThing("The operator has chosen no translation service.")
    text, language = said.get("text"), said.get("to")
    if not isinstance(text, str) or language not in dict(django_settings.LANGUAGES) or len(text) > LONGEST:
        raise BadInput(f"This takes a text of at most {LONGEST} characters and one of our languages.")
    if too_many(request, kind="translation", most=config().translation.per_hour):
        return _refused(429, _("Very much was sent from your address within an hour. Try again later."))
    return JsonResponse({"text": chosen.translate(text, str(language))})


def homeserver() -> str:
    """The address at which browsers reach the attached homeserver; "" where none is attached."""
    found = config()
    stated = found.matrix.public_homeserver or found.matrix.homeserver
    own = f"http://localhost:{found.synapse_port}" if "matrix" in connectors() else ""
    return (stated or own).rstrip("/")


def about(language: str, place: str) -> dict[str, Any]:
    """What the script has to know, in the page: it asks nobody before it draws."""
    found = config()
    with override(language):
        return {
            "service": found.service,
            "homeserver": place,
            "server_name": found.matrix.server_name,
            "announcements": found.matrix.announcements,
            "announced_in": list(found.languages),
            "notices": f"@{NOTICES}:{found.matrix.server_name}",
            "sign_up": reverse("machine:chat-sign-up"),
            "translate": reverse("machine:chat-translate") if found.translation.url else "",
            "opened": reverse("machine:chat-opened") if found.view_counts else "",
            "verified_reports": found.matrix.verified_reports,
            "home": reverse("portal:home"),
            "terms": reverse("portal:terms"),
            "preview": reverse("portal:preview", args=["ALIAS"]),
            "languages": [{"code": code, "name": name} for code, name in django_settings.LANGUAGES],
            "harms": [{"id": harm.id, "names": dict(harm.names)} for harm in harms().values()],
        }


@cache
def bundle(language: str = "en") -> dict[str, Any]:
    """The names of the built files: the script, the style sheet, and what the script needs at once.

    The words of the page's language are among them: the script would ask for them only when it runs.
    """
    files = json.loads((BUNDLE / "manifest.json").read_text())
    entry = files["src/main.tsx"]
    at_once = [*entry.get("imports", []), f"src/words/{language}.json"]
    needed = [f"messenger/{files[name]['file']}" for name in at_once if name in files]
    return {
        "script": f"messenger/{entry['file']}",
        "style": f"messenger/{entry['css'][0]}",
        "needed": needed,
    }


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _language_of(said: dict[str, Any]) -> str:
    asked = said.get("language")
    return str(asked) if asked in dict(django_settings.LANGUAGES) else "en"


def _refused(status: int, words: str) -> JsonResponse:
    return JsonResponse({"errcode": "", "error": words}, status=status)
