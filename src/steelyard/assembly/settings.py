"""Django's settings, derived from `steelyard.toml` and the environment. Secure unless told otherwise."""

import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from steelyard.assembly import logs
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
LOCALE_PATHS = [
    SOURCE / room / "locale" for room in ("base", "intake")
]  # no applications: they have no tables
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
    "steelyard.oncall",
    "steelyard.subjects",
    "steelyard.evidence",
    "steelyard.screening",
    "steelyard.notices",
    "steelyard.orders",
    "steelyard.arrivals",
    "steelyard.cases",
    "steelyard.decisions",
    "steelyard.misuse",
    "steelyard.readership",
    "steelyard.letters",
    "steelyard.disclosure",
    "steelyard.markets",
    "steelyard.enforcement",
    "steelyard.transparency",
    "steelyard.flows",
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
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    *ROOMS,
]
MIDDLEWARE = [
    "steelyard.assembly.security.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "steelyard.assembly.security.SameOriginOnly",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "steelyard.assembly.errors.SaidPlainly",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "steelyard.assembly.context.page",
            ]
        },
    }
]
FORM_RENDERER = "steelyard.assembly.forms.Renderer"
ROOT_URLCONF = "steelyard.assembly.urls"
WSGI_APPLICATION = "steelyard.assembly.wsgi.application"

# Static files straight from the packages: no build step, no collected copy to forget.
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 600
WHITENOISE_IMMUTABLE_FILE_TEST = (
    r"^/static/messenger/.+-[\w-]{8}\.\w+$"  # their names change with their content
)

# Cookies: none on public pages. Staff and people who take part get one, readable by us alone.
_https = _public.scheme == "https"
SESSION_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
CSRF_COOKIE_SECURE = _https
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
CSRF_FAILURE_VIEW = "steelyard.assembly.errors.forbidden"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# Staff sign in with passkeys through our own pages; allauth keeps the credentials and checks the codes.
# None of allauth's own addresses is mounted, and no password exists for anybody.
AUTHENTICATION_BACKENDS = ["steelyard.people.backends.PasskeyBackend"]
SESSION_COOKIE_AGE = 12 * 3600  # a second wall: people/assurance.yaml rules, row by row
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
MFA_ADAPTER = "steelyard.people.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
ACCOUNT_EMAIL_VERIFICATION = "none"
LOGGING = logs.LOGGING
