"""How often posts were opened: the messenger says which ones it has shown, and reads the numbers.

No cookie and no account is read. Of who asks, only the network address is used, as docs/decisions/0033 says.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from steelyard.base.config import config
from steelyard.base.errors import BadInput, NoSuchThing
from steelyard.enforcement.connector import Connector
from steelyard.flows.count_readers import numbers, opened, opened_elsewhere, unknown
from steelyard.portal.asked import json_of
from steelyard.portal.bounds import sender_of, too_many
from steelyard.portal.views.channel import platform

AT_ONCE = 100
LONGEST = 255
"""Characters of an identifier"""
LOOKED_UP_AN_HOUR = 120
"""Requests of one address about posts that nobody opened before: each costs the platform some questions."""


@csrf_exempt  # no cookie is read, and assembly.security refuses posts from other sites
@require_POST
def messenger(request: HttpRequest) -> HttpResponse:
    """`channel`, `opened` (posts its reader has seen) and `asked` (posts whose number is wanted), as JSON."""
    if not config().view_counts:
        raise NoSuchThing("This service does not count how often posts are opened.")
    said = json_of(request)
    channel, seen, asked = _identifier(said.get("channel")), _posts(said, "opened"), _posts(said, "asked")
    there = platform()
    if seen and countable(request):
        look_up = not unknown(there, channel, seen) or not too_many(
            request, kind="opened", most=LOOKED_UP_AN_HOUR
        )
        opened_elsewhere(there, channel, seen, sender_of(request), look_up=look_up)
    return JsonResponse({"numbers": numbers(there, [*asked, *seen])})


def shown_here(request: HttpRequest, there: Connector, posts: list[str]) -> dict[str, int]:
    """The numbers of posts on a page of ours, whose reader is counted; {} where the operator wants none."""
    if not config().view_counts:
        return {}
    if countable(request):
        opened(there, posts, sender_of(request))
    return numbers(there, posts)


def countable(request: HttpRequest) -> bool:
    """Not who asks in their browser not to be followed, nor a page that is fetched before somebody wants it."""
    told = request.headers
    wish = told.get("Sec-GPC") == "1" or told.get("DNT") == "1"
    return request.method != "HEAD" and not wish and "prefetch" not in told.get("Sec-Purpose", "")


def _posts(said: dict[str, Any], name: str) -> list[str]:
    found = said.get(name, [])
    if not isinstance(found, list) or len(found) > AT_ONCE:
        raise BadInput(f"“{name}” is a list of at most {AT_ONCE} posts.")
    return [_identifier(one) for one in dict.fromkeys(map(str, found))]


def _identifier(said: Any) -> str:
    if not isinstance(said, str) or not 0 < len(said) <= LONGEST or "\0" in said:
        raise BadInput("This is no identifier of a channel or a post.")
    return said
