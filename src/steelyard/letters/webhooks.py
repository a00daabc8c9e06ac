"""Webhooks as Standard Webhooks has them: signed, retried, never to an address inside our own network.

The row is written in the transaction that caused it; the worker sends it. The receiver gets the same `webhook-id`
each time, so that a repetition can be told from a new message.
"""

import asyncio
import ipaddress
import os
import socket
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.base.errors import BadInput, NoSuchThing, Refused, Unreachable
from steelyard.base.outbox import attempt, claim, confirm, give_up, ring, try_later
from steelyard.base.webhooks import signed_headers, written
from steelyard.ledger.actions import Facts, record
from steelyard.letters.models import WebhookCall, WebhookEndpoint
from steelyard.people.partner_access import is_revoked
from steelyard.rulebook.queries import fact
from steelyard.vault.actions import new_key, seal, unseal
from steelyard.vault.models import DataKey

if TYPE_CHECKING:
    import httpx

_SECRET, _CALL = "letters.webhook_secret", "letters.webhook_call"
PATIENCE = 10.0  # seconds for everything: to connect, to send, and for the whole answer to arrive
AT_ONCE, LEASE = (
    10,
    timedelta(seconds=120),
)  # AT_ONCE receivers without an answer are done before the lease ends
GONE = 410


@transaction.atomic
def add_endpoint(owner: str, url: str, *, actor: str) -> tuple[WebhookEndpoint, str]:
    """An address that hears of `owner`'s outcomes from now on, and its secret, shown once. Raises BadInput."""
    _check_url(url)
    key, secret = new_key(), os.urandom(32)
    endpoint = WebhookEndpoint.objects.create(
        owner=owner, url=url, key=key, sealed_secret=seal(key, secret, place=_SECRET)
    )
    record("letters:webhook:added", actor=actor, about=endpoint, key=key, facts=Facts(by="person"))
    return endpoint, written(secret)


@transaction.atomic
def stop_endpoint(owner: str, ref: str, *, actor: str) -> WebhookEndpoint:
    """Nothing more goes there. Raises NoSuchThing for another owner's."""
    endpoint = WebhookEndpoint.objects.select_for_update(of=("self",)).filter(owner=owner, ref=ref).first()
    if endpoint is None:
        raise NoSuchThing(_("There is nothing here that you can open."))
    _stop(endpoint, actor)
    return endpoint


def endpoints_of(owner: str) -> list[WebhookEndpoint]:
    return list(WebhookEndpoint.objects.filter(owner=owner, stopped_at=None).order_by("pk"))


def queue_webhook(owner: str, event: str, data: Mapping[str, Any], *, key: DataKey) -> list[WebhookCall]:
    """Tell every endpoint of `owner`, in the caller's transaction. `key` seals what is told until it is sent."""
    body = msgspec.json.encode(
        {"type": event, "timestamp": now().isoformat(timespec="seconds"), "data": data}
    )
    calls = [
        WebhookCall.objects.create(
            endpoint=endpoint, event=event, key=key, sealed=seal(key, body, place=_CALL)
        )
        for endpoint in endpoints_of(owner)
    ]
    if calls:
        ring()
    return calls


def deliver_webhooks() -> int:
    """Send what is due; returns how many rows were taken."""
    rows = claim(WebhookCall, limit=AT_ONCE, lease=LEASE)
    for row in rows:
        _deliver(row)
    return len(rows)


def _deliver(row: WebhookCall) -> None:
    over = now() - row.created_at >= fact("house.webhook_tried_for", now().date()).period()
    with attempt(row, later=give_up if over else try_later):
        _send(row)
        with transaction.atomic():
            if confirm(row):
                record("letters:webhook:delivered", actor="steelyard", about=row, key=row.key, after=row.event,
                       facts=Facts(by="machine"))  # fmt: skip


def _send(row: WebhookCall) -> None:
    """One POST to an address that was looked up and checked just now; redirects are not followed."""
    if row.endpoint.stopped_at:
        raise Refused("This webhook was withdrawn.")
    if is_revoked(row.endpoint.owner):  # what was queued before stays here too
        raise Refused("The partner was revoked: nothing of ours goes there any more.")
    parts, address = urlsplit(row.endpoint.url), _public_address(row.endpoint.url)
    body = unseal(row.key, row.sealed, place=_CALL)
    secret = written(unseal(row.endpoint.key, row.endpoint.sealed_secret, place=_SECRET))
    headers = {"Host": parts.netloc.rpartition("@")[2], "Content-Type": "application/json"}
    headers |= signed_headers([secret], row.ref, now(), body)
    host = f"[{address}]" if ":" in address else address
    port = f":{parts.port}" if parts.port else ""
    url = f"{parts.scheme}://{host}{port}{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    answer = asyncio.run(_post(url, parts.hostname or "", headers, body))
    if answer.status_code == GONE:
        with transaction.atomic():
            _stop(row.endpoint, "receiver")
        raise Refused("The receiver said that it is gone for good.")
    if not answer.is_success:
        raise Unreachable(f"The receiver answered {answer.status_code}.")


async def _post(url: str, name: str, headers: dict[str, str], body: bytes) -> "httpx.Response":
    """What the receiver answers. Its head is all that is read, and a receiver that drips it out is given up:
    the limits of the HTTP client itself begin again with every byte. Raises Unreachable."""
    import httpx

    try:
        async with (
            asyncio.timeout(PATIENCE),
            httpx.AsyncClient(timeout=PATIENCE, trust_env=False, follow_redirects=False) as client,
        ):
            request = client.build_request(
                "POST", url, content=body, headers=headers, extensions={"sni_hostname": name}
            )
            answer = await client.send(request, stream=True)
            await answer.aclose()
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as trouble:
        raise Unreachable("The receiver did not answer.", type(trouble).__name__) from trouble
    return answer


def _stop(endpoint: WebhookEndpoint, actor: str) -> None:
    endpoint.stopped_at = now()
    endpoint.save(update_fields=["stopped_at"])
    record("letters:webhook:stopped", actor=actor, about=endpoint, key=endpoint.key, facts=Facts(by="person"))


def _check_url(url: str) -> None:
    parts = _parts(url)
    fine = parts.scheme == "https" or (parts.scheme == "http" and config().webhooks_inside)
    if not fine or not parts.hostname or "@" in parts.netloc or len(url) > 500:  # noqa: PLR2004 - the column's width
        raise BadInput(
            _("A webhook needs an https address."), _("Without a name or password in it."), field="url"
        )
    try:
        _public_address(url)
    except Unreachable:  # its name may be set up later
        return
    except Refused as refusal:
        raise BadInput(refusal.what, refusal.why, field="url") from None


def _parts(url: str) -> SplitResult:
    """Raises BadInput for what only looks like an address: it would stop the worker later, for everybody."""
    try:
        parts = urlsplit(url)
        port = parts.port  # a port beyond 65535 is found out here
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), None
    if port == 0 or not parts.hostname or not url.isascii() or not url.isprintable() or " " in url:
        raise BadInput(
            _("A webhook needs an https address."), _("Without a name or password in it."), field="url"
        )
    return parts


def _public_address(url: str) -> str:
    """The address to connect to. Every address of the name has to be a public one: our own network, this
    machine and the cloud's metadata service are nobody's webhook. Looked up once and used, so that the name
    cannot mean something else a moment later."""
    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as trouble:  # UnicodeError: a label of more than 63 letters
        raise Unreachable("The receiver’s name is not known.") from trouble
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if not config().webhooks_inside and not all(_outside(one) for one in addresses):
        raise Refused(
            _("This address is not on the public internet."), _("Webhooks do not go into private networks.")
        )
    return str(addresses[0])


def _outside(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if any(address in net for net in _CARRIES):
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if any(one is not None and not _outside(one) for one in inner):
            return False
        if address.ipv4_mapped:
            return True
    return address.is_global and not address.is_multicast


_CARRIES = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
"""Networks whose addresses carry one of IPv4: translated (RFC 6052) and compatible (RFC 4291) ones."""
