"""What every template may use: the service's name and the page in the reader's other languages."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi

from steelyard.base.config import config
from steelyard.enforcement.connector import connectors


@dataclass(frozen=True)
class Language:
    """A language this page exists in. `path` is on this host, `url` absolute for search engines."""

    code: str
    name: str
    path: str
    url: str
    dir: str
    current: bool


def page(request: HttpRequest) -> dict[str, object]:
    """`service`, `dir`, `languages`, and `messenger`: whether people can come in from here."""
    return {
        "service": config().service,
        "dir": "rtl" if get_language_bidi() else "ltr",
        "languages": _languages(request.get_full_path()),
        "messenger": bool(connectors()),
    }


def _languages(path: str) -> list[Language]:
    """Empty for an address that has no language in it. An error page has them too: its address may lead nowhere."""
    current = get_language()
    if not any(path.startswith(f"/{code}/") for code, _ in settings.LANGUAGES):
        return []
    root = config().public_url.rstrip("/")
    rest = path.split("/", 2)[2]
    found = ((code, name, f"/{code}/{rest}") for code, name in settings.LANGUAGES)
    return [
        Language(code, name, there, root + there, "rtl" if code in ("ar", "fa") else "ltr", code == current)
        for code, name, there in found
    ]
