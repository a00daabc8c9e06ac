"""Django's settings, derived from `steelyard.toml` and the environment. Secure unless told otherwise."""

import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from steelyard.base.config import config, home
from steelyard.base.files import write_private

SOURCE = Path(__file__).resolve().parent.parent


def _secret() -> str:
    file = home() / "keys" / "django-secret"
    if not file.exists():
        write_private(file, secrets.token_urlsafe(48).encode())
    return file.read_text()


def _database(url: str) -> dict[str, object]:
    """postgresql://user:password@/name?host=/socket/folder -> Django's dictionary."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/") or "steelyard",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


CONFIG = config()
SECRET_KEY = _secret()
DEBUG = False
_public = urlsplit(CONFIG.public_url)
ALLOWED_HOSTS = [_public.hostname or "localhost", "localhost", "127.0.0.1"]
DATABASES = {"default": _database(CONFIG.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [
    (code, name)
    for code, name in (
        ("en", "English"),
        ("fr", "Français"),
        ("ru", "Русский"),
        ("ar", "العربية"),
        ("fa", "فارسی"),
    )
    if code in CONFIG.languages
]

# Rooms with tables or catalogues, lowest first.
ROOMS = [
    "steelyard.vault",
    "steelyard.ledger",
    "steelyard.people",
    "steelyard.subjects",
    "steelyard.evidence",
    "steelyard.screening",
    "steelyard.notices",
    "steelyard.orders",
    "steelyard.cases",
    "steelyard.decisions",
    "steelyard.letters",
    "steelyard.enforcement",
    "steelyard.transparency",
    "steelyard.portal",
    "steelyard.console",
    "steelyard.assembly",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    *ROOMS,
]
MIDDLEWARE: list[str] = []
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
ROOT_URLCONF = "steelyard.assembly.urls"
STATIC_URL = "/static/"
