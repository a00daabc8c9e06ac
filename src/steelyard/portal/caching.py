"""Pages that are the same for everybody may be kept for a minute. All others are never stored."""

from django.http import HttpResponse
from django.views.decorators.cache import cache_control

for_everybody = cache_control(public=True, max_age=60)


def for_strangers_tools(content: bytes, content_type: str, caching: str, **headers: str) -> HttpResponse:
    """Open data: any site and any tool may read it."""
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Cache-Control": caching,
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
            **headers,
        },
    )
