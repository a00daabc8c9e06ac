"""How much one address may send through a public form within an hour. Authorities' orders have no bound.

Kept in this process's memory and never written down. Behind a proxy on this machine the address is the one
the proxy saw, the last in X-Forwarded-For; from anywhere else that header is a stranger's claim and ignored.
"""

import threading
from collections import deque

from django.http import HttpRequest

from steelyard.base.clock import now
from steelyard.base.config import config

HOUR = 3600.0
ADDRESSES = 50_000
"""Remembered at once; about 500 bytes each. The longest silent is forgotten first."""
_sent: dict[str, deque[float]] = {}
_lock = threading.Lock()


def too_many(request: HttpRequest, *, kind: str = "", most: int | None = None) -> bool:
    """Count one submission of this sender; whether it is more than the settings allow for an hour.

    What is no submission (a translation) is counted by itself, under its `kind` and with its own `most`.
    """
    sender, moment = f"{kind} {sender_of(request)}", now().timestamp()
    most = config().submissions_per_hour if most is None else most
    with _lock:
        times = _sent.pop(sender, None) or deque()
        while times and times[0] <= moment - HOUR:
            times.popleft()
        full = len(times) >= most
        if not full:
            times.append(moment)
        _sent[sender] = times
        if len(_sent) > ADDRESSES:
            del _sent[next(iter(_sent))]
    return full


def sender_of(request: HttpRequest) -> str:
    """The address that this came from; of IPv6 the network, because one sender has all of it."""
    address = address_of(request)
    return ":".join(address.split(":")[:4]) if address.count(":") > 1 else address


def address_of(request: HttpRequest) -> str:
    """The whole address that this came from. Never kept."""
    direct = request.META.get("REMOTE_ADDR", "").strip("[]")
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return told if told and direct in ("127.0.0.1", "::1") else direct
