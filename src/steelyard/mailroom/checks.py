"""SPF, DKIM, DMARC and ARC: what was found, kept beside the message. Evidence, never proof of who wrote."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from steelyard.arrivals.actions import Envelope
from steelyard.base.config import config

Dns = Callable[..., Any]
NOT_CHECKED = "not checked"
SECONDS = 5.0
"""For one name. A slow name server makes a mail late, never lost."""
_ARC = re.compile(rb"^ARC-Seal:", re.IGNORECASE | re.MULTILINE)
_METHODS = ("spf", "dkim", "dmarc", "arc")


def check(raw: bytes, envelope: Envelope, dns: Dns | None = None) -> dict[str, Any]:
    """Each method's result. `dns` answers look-ups; without it, and with look-ups off, nothing is checked."""
    found: dict[str, Any] = dict.fromkeys(_METHODS, NOT_CHECKED)
    if dns is None and not config().mailroom.dns:
        return found
    try:
        found |= _results(raw, envelope, dns)
    except Exception as fault:  # a resolver that fails or a header no library reads: said, and no obstacle
        found["problem"] = type(fault).__name__
    return found


def _results(raw: bytes, envelope: Envelope, dns: Dns | None) -> Mapping[str, Any]:
    from authheaders import authenticate_message

    if dns is None:
        _ask(config().mailroom.name_server)
    spf = _public(envelope.peer)
    header = authenticate_message(
        raw, "mailroom", spf=spf, dkim=True, arc=bool(_ARC.search(raw)), dmarc=True, ip=envelope.peer if spf else None,
        mail_from=envelope.sender, helo=envelope.helo, dnsfunc=dns,
    )  # fmt: skip
    text = header if isinstance(header, str) else header.decode("utf-8", "replace")
    found: dict[str, Any] = {"header": text[:4000]}
    for part in text.split(";")[1:]:
        method, _, result = part.strip().partition("=")
        if method in _METHODS and result:
            found[method] = result.split()[0]
    return found


@cache
def _ask(server: str) -> None:
    """The libraries look names up with dnspython's one resolver of the process; this is the one they ask."""
    import dns.resolver

    class Patient(dns.resolver.Resolver):
        """However long a library would wait (for SPF it is 20 seconds a name)."""

        def resolve(self, *given: Any, **more: Any) -> Any:
            seven, by_place = given[:7], given[7:8]  # dnspython's eighth is how long it may take
            wanted = more.get("lifetime") or (by_place and by_place[0]) or SECONDS
            return super().resolve(*seven, **more | {"lifetime": min(wanted, SECONDS)})

    asked = Patient(configure=not server)
    if server:
        host, _, port = server.rpartition(":")
        asked.nameservers, asked.port = [host.strip("[]")], int(port)
    dns.resolver.default_resolver = asked


def _public(peer: str) -> bool:
    """SPF is about the network that handed it in; behind a mail server of our own that is not known."""
    try:
        return ipaddress.ip_address(peer).is_global
    except ValueError:
        return False
