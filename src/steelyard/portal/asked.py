"""What a script of ours sends."""

import json
from typing import Any

from django.http import HttpRequest

from steelyard.base.errors import BadInput


def json_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object in a request. Raises BadInput."""
    try:
        said = json.loads(request.body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise BadInput("This is no JSON object.", do="Send an object with the fields that are asked for.")
    return said
