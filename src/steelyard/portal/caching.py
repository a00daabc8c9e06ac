"""Pages that are the same for everybody may be kept for a minute. All others are never stored."""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

from steelyard.transparency.queries import newest_publication

for_everybody = cache_control(public=True, max_age=60)


KEPT = 100
"""Pages, of some tens of kilobytes each"""
_pages: OrderedDict[tuple[str, str, tuple[int, int]], bytes] = OrderedDict()
View = Callable[..., HttpResponse]


def until_next_publication(view: View) -> View:
    """Pages of published days change when a day is published and at no other time: rendered once, then kept.

    Only for pages that hold nothing but published figures, for a request without parameters but those of its address.
    """

    @wraps(view)
    def kept(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        newest = newest_publication()
        key = (request.get_full_path(), request.get_host(), newest)
        if page := _pages.get(key):
            return HttpResponse(page)
        answer = view(request, *given, **named)
        if newest[0] and answer.status_code == HTTPStatus.OK:
            _pages[key] = answer.content
            while len(_pages) > KEPT:
                _pages.popitem(last=False)
        return answer

    return kept


def forget() -> None:
    """Render everything anew: for measuring."""
    _pages.clear()


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
