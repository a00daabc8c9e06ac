"""The partners' API, loaded when somebody first asks for it: what it stands on takes memory that most houses save."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLResolver
from django.urls.resolvers import RegexPattern
from django.views.decorators.csrf import csrf_exempt

_below = URLResolver(RegexPattern("^/api/"), "steelyard.api.urls")
"""Imports the room at the first address it is asked to resolve, and not when Django walks all addresses."""


@csrf_exempt  # a key in a header opens it, never a cookie
def partners_api(request: HttpRequest) -> HttpResponseBase:
    """Hand the request to the API's own addresses. Raises Resolver404 for one it does not have."""
    found = _below.resolve(request.path_info)
    answer: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
    return answer
