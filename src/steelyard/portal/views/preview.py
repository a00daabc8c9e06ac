"""The public channels for everybody: listed and read without signing in, without JavaScript. Who reads is not kept.

They are read as an ordinary member reads them, so what is hidden or removed is not here. Search engines are
asked to keep nothing: a post that was taken down must not live on in their copies.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from steelyard.base.config import config
from steelyard.base.errors import NoSuchThing
from steelyard.enforcement.public_reading import PublicReading
from steelyard.portal.views.channel import full, platform
from steelyard.portal.views.opened import shown_here

LONGEST_SEARCH = 100
briefly = cache_control(public=True, max_age=10)  # a taken-down post is gone from here at most so much later


def reader() -> PublicReading:
    """The attached platform, where it shows its channels to everybody."""
    found = platform()
    if not isinstance(found, PublicReading):
        raise NoSuchThing("This platform has no channels that everybody may read here.")
    return found


@require_safe
@briefly
def channels(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("search", "")[:LONGEST_SEARCH].strip()
    found = reader().public_channels(search=search, after=request.GET.get("after", ""))
    return _kept_nowhere(render(request, "portal/channels.html", {"found": found, "search": search}))


@require_safe
@briefly
def preview(request: HttpRequest, alias: str) -> HttpResponse:
    page = reader().read_public(full(alias), before=request.GET.get("before", ""))
    if page is None:
        raise NoSuchThing("There is no public channel of this name.")
    counted = shown_here(request, platform(), [post.id for post in page.posts])
    posts = [(post, _grouped(counted.get(post.id, 0))) for post in page.posts]
    shown = {"page": page, "posts": posts, "alias": alias, "before": request.GET.get("before", "")}
    shown["counts"] = config().view_counts
    return _kept_nowhere(render(request, "portal/preview.html", shown))


def _grouped(number: int) -> str:
    """As people of the page's language write it; "" for nothing."""
    return number_format(number, force_grouping=True) if number else ""


def _kept_nowhere(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, noarchive"
    return response
