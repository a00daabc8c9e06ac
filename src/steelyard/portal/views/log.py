"""The ledger's own files, for anyone's verifier. Their addresses are those of C2SP tlog-tiles."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from steelyard.base.config import config
from steelyard.base.errors import NoSuchThing
from steelyard.ledger.queries import checkpoint_bytes, log_state, proof_at, tile_bytes, vkeys_text
from steelyard.portal.caching import for_everybody, for_strangers_tools


@require_safe
def checkpoint(request: HttpRequest, sealed: bool = False) -> HttpResponse:
    return for_strangers_tools(
        checkpoint_bytes(sealed=sealed), "text/plain; charset=utf-8", "public, max-age=5"
    )


@require_safe
def vkeys(request: HttpRequest, sealed: bool = False) -> HttpResponse:
    return for_strangers_tools(
        vkeys_text(sealed=sealed).encode(), "text/plain; charset=utf-8", "public, max-age=60"
    )


@require_safe
def tile(request: HttpRequest, path: str, sealed: bool = False) -> HttpResponse:
    return for_strangers_tools(
        tile_bytes(path, sealed=sealed), "application/octet-stream", "public, max-age=31536000, immutable"
    )


@require_safe
@for_everybody
def ledger(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/ledger.html", {"log": log_state()})


@require_safe
def proof(request: HttpRequest, index: int) -> HttpResponse:
    """The `.tlog-proof` of the entry at this place, under the newest checkpoint."""
    found = proof_at(index)
    if found is None:
        raise NoSuchThing("The published ledger has no such entry.")
    return for_strangers_tools(found.encode(), "text/plain; charset=utf-8", "public, max-age=5")


@require_safe
@for_everybody
def check(request: HttpRequest) -> HttpResponse:
    """A page on which the browser checks a proof by itself."""
    return render(request, "portal/ledger_check.html", {"root": config().public_url.rstrip("/")})
