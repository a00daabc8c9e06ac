"""What every answer of the web process carries, and which requests it does not accept."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Answer = Callable[[HttpRequest], HttpResponseBase]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
PERMISSIONS_POLICY = ", ".join(
    (
        "camera=()",
        "microphone=()",
        "geolocation=()",
        "payment=()",
        "usb=()",
        "browsing-topics=()",
        "publickey-credentials-get=(self)",
        "publickey-credentials-create=(self)",
    )
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class SecurityHeaders:
    """Strict headers on every answer. A view may loosen one by setting it itself.

    Nothing is stored by browsers or proxies unless the view says that it is public.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.answer(request)
        headers = {
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "Permissions-Policy": PERMISSIONS_POLICY,
            "Referrer-Policy": _referrer_policy(request),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        }
        if settings.SESSION_COOKIE_SECURE:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response


def _referrer_policy(request: HttpRequest) -> str:
    """Under `no-referrer` a browser sends `Origin: null` with a form, which Django's cookie check refuses.

    Pages that use that check (they have asked for its token) get the next strictest policy; all others,
    among them every page behind a link with a secret, send nothing.
    """
    return "same-origin" if "CSRF_COOKIE" in request.META else "no-referrer"


class SameOriginOnly:
    """Forms of other sites cannot post here, with no cookie and no token needed for it.

    Browsers say where a request comes from (Fetch Metadata); the few old ones that do not are held to the
    Origin header. A request with neither is no browser, and carries nobody's session.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in SAFE and not _from_here(request):
            raise PermissionDenied
        return self.answer(request)


def _from_here(request: HttpRequest) -> bool:
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin", "null")
    return origin == "null" or origin == f"{request.scheme}://{request.get_host()}"
